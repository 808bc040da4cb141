import { type ActiveChargingProfile, type ChargingProfile, formatDateTime, parseDateTime } from '@smac/ocpi';
import type { Profile } from '../../../dispatch/index.ts';

/** W with one decimal, as OCPI has it, never more than what was granted. */
function floorTenth(powerW: number): number {
  return Math.floor(powerW * 10) / 10;
}

/**
 * A canonical profile as OCPI ChargingProfile: W of all phases together, absolute start in UTC, limits rounded down. Discharge travels
 * only where `v2x` was agreed (X56); without it a discharging period is a limit of 0.
 */
export function toWire(profile: Profile, v2x: boolean): ChargingProfile {
  return {
    start_date_time: formatDateTime(profile.startMs),
    duration: Math.floor((profile.endMs - profile.startMs) / 1000),
    charging_rate_unit: 'W',
    charging_profile_period: profile.periods.map((period) => ({
      start_period: Math.max(0, Math.floor((period.startMs - profile.startMs) / 1000)),
      limit: floorTenth(Math.max(0, period.powerW)),
      ...(v2x && period.powerW < 0
        ? { discharge_limit: floorTenth(-period.powerW), setpoint: -floorTenth(-period.powerW) }
        : {}),
    })),
  };
}

/** What turns A per phase into W. */
export interface Electrical {
  readonly voltageV: number;
  readonly phases: number;
}

/** Where nothing is known of the connector: three phases of 230 V, the highest of the usual, because it counts as a limit. */
export const UNKNOWN_CONNECTOR: Electrical = { voltageV: 230, phases: 3 };

/**
 * What a peer reports to be in force, canonical. `windowMs` bounds a profile without duration. undefined where the report says nothing
 * usable (no periods, no length).
 */
export function fromWire(
  active: ActiveChargingProfile,
  windowMs: number,
  electrical: Electrical,
): Profile | undefined {
  const { charging_profile: wire } = active;
  const startMs = parseDateTime(wire.start_date_time ?? active.start_date_time);
  const reportedMs = parseDateTime(active.start_date_time);
  if (startMs === undefined || reportedMs === undefined) return undefined;
  const endMs = wire.duration === undefined ? reportedMs + windowMs : startMs + wire.duration * 1000;
  const factor = wire.charging_rate_unit === 'A' ? electrical.voltageV * electrical.phases : 1;
  const periods = (wire.charging_profile_period ?? [])
    .map((period) => ({
      startMs: startMs + period.start_period * 1000,
      powerW:
        period.limit > 0 || period.discharge_limit === undefined
          ? period.limit * factor
          : -period.discharge_limit * factor,
    }))
    .filter((period) => period.startMs < endMs)
    .sort((a, b) => a.startMs - b.startMs);
  const first = periods[0];
  if (first === undefined || endMs <= startMs) return undefined;
  return { startMs: first.startMs, endMs, periods };
}
