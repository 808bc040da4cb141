import { type EvseRef, evseKey, type ServicePolicy } from '../sites/index.ts';
import { localTime } from './local-time.ts';

/** What the calendar allows a session at one moment (US-BCN-strategy). */
export interface ServiceBand {
  readonly minW: number;
  readonly maxW: number;
  readonly maxStayMs: number;
}

const NO_BAND: ServiceBand = { minW: 0, maxW: Infinity, maxStayMs: Infinity };

/** The strictest of the rules that hold for the EVSE at `atMs`. */
export function serviceBand(policies: readonly ServicePolicy[], evse: EvseRef, atMs: number): ServiceBand {
  return policies
    .filter((policy) => holds(policy, evse, atMs))
    .reduce(
      (band, policy) => ({
        minW: Math.max(band.minW, policy.minW ?? 0),
        maxW: Math.min(band.maxW, policy.maxW ?? Infinity),
        maxStayMs: Math.min(band.maxStayMs, (policy.maxStayMinutes ?? Infinity) * 60_000),
      }),
      NO_BAND,
    );
}

function holds(policy: ServicePolicy, evse: EvseRef, atMs: number): boolean {
  if (policy.evses.length > 0 && !policy.evses.some((other) => evseKey(other) === evseKey(evse)))
    return false;
  return isInForce(policy, atMs);
}

/** Its weekdays and hours, local to the site; a band over midnight belongs to the day it began on. */
export function isInForce(policy: Omit<ServicePolicy, 'evses'>, atMs: number): boolean {
  const { weekday, hour } = localTime(atMs, policy.timeZone);
  const overMidnight = policy.toHour <= policy.fromHour;
  const inside = overMidnight
    ? hour >= policy.fromHour || hour < policy.toHour
    : hour >= policy.fromHour && hour < policy.toHour;
  if (!inside) return false;
  if (policy.weekdays.length === 0) return true;
  const began = overMidnight && hour < policy.toHour ? ((weekday + 5) % 7) + 1 : weekday;
  return policy.weekdays.includes(began);
}
