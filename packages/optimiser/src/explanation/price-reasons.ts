/** Why a session charges when it does: prices, CO2, haste, discharge for profit. */
import type { Reason } from '../contract/index.ts';
import type { NormalProblem, NormalSession } from '../grid/index.ts';
import type { ChargingTimes } from './charging-times.ts';
import { average, instant, kilowattHours, price, startOf, stretches } from './phrases.ts';
import { isNoticeable, type SlotPrices } from './slot-prices.ts';

export function timingReasons(
  normal: NormalProblem,
  session: NormalSession,
  times: ChargingTimes,
  prices: SlotPrices,
): Reason[] {
  const { charging, waiting } = times;
  const [first] = charging;
  if (first === undefined) return [];
  if (session.preference === 'FAST') {
    const when = instant(startOf(normal, first));
    return [{ code: 'charges_at_once', sentence: `Charges as early as possible (FAST), from ${when} on.` }];
  }
  const waited = waiting.filter((slot) => slot < charging.at(-1)!);
  if (waited.length === 0) return [];
  const { co2GPerKwh, baseW } = normal.site;
  if (session.preference === 'GREEN' && co2GPerKwh !== null) {
    const [then, now] = [average(charging, co2GPerKwh), average(waited, co2GPerKwh)];
    if (then < now) {
      const sentence = `Charges ${stretches(normal, charging)}, when a kWh causes ${then.toFixed(0)} g of CO2; while it waits it would be ${now.toFixed(0)} g.`;
      return [{ code: 'greener_slots', sentence }];
    }
  }
  if (charging.every((slot) => baseW[slot]! < 0) && waited.some((slot) => baseW[slot]! >= 0)) {
    return [
      {
        code: 'uses_own_generation',
        sentence: `Charges ${stretches(normal, charging)}, when the site generates more than it uses.`,
      },
    ];
  }
  return cheaperSlots(normal, charging, waited, prices);
}

/** Names the difference, and what of it is not the energy's price but that of power which others need more. */
function cheaperSlots(
  normal: NormalProblem,
  charging: readonly number[],
  waited: readonly number[],
  { paidPerKwh, morePerKwh, capacityPerKwh }: SlotPrices,
): Reason[] {
  const [then, now] = [average(charging, paidPerKwh), average(waited, morePerKwh)];
  if (!isNoticeable(now - then)) return [];
  const scarce = average(waited, capacityPerKwh);
  const why = isNoticeable(scarce)
    ? `, of which ${price(normal, scarce)} for power that others need more`
    : '';
  const sentence = `Charges ${stretches(normal, charging)} at ${price(normal, then)} on average; while it waits it would be ${price(normal, now)}${why}: ${price(normal, now - then)} more.`;
  return [{ code: 'waits_for_cheaper_slots', sentence }];
}

export function dischargeReasons(
  normal: NormalProblem,
  powerW: Float64Array,
  { discharging, charging }: ChargingTimes,
  { paidPerKwh, givenPerKwh }: SlotPrices,
): Reason[] {
  if (discharging.length === 0) return [];
  const { baseW, importLimitW } = normal.site;
  const energyWh = discharging.reduce((sum, slot) => sum - powerW[slot]! * normal.hours[slot]!, 0);
  const gives = `Gives back ${kilowattHours(energyWh)} ${stretches(normal, discharging)}`;
  if (discharging.every((slot) => baseW[slot]! > importLimitW[slot]!)) {
    return [{ code: 'relieves_site', sentence: `${gives}, because the site alone is above its limit.` }];
  }
  const high = price(normal, average(discharging, givenPerKwh));
  const low = charging.length > 0 ? `; it charges at ${price(normal, average(charging, paidPerKwh))}` : '';
  return [{ code: 'discharges_at_high_price', sentence: `${gives}, when a kWh costs ${high}${low}.` }];
}
