/** Why a session charges when it does: prices, CO2, haste, discharge for profit. */
import type { Reason } from '../contract/index.ts';
import type { NormalProblem, NormalSession } from '../grid/index.ts';
import type { ChargingTimes } from './charging-times.ts';
import { average, instant, kilowattHours, price, startOf, stretches } from './phrases.ts';

export function timingReasons(normal: NormalProblem, session: NormalSession, times: ChargingTimes): Reason[] {
  const { charging, waiting } = times;
  const [first] = charging;
  if (first === undefined) return [];
  if (session.preference === 'FAST') {
    const when = instant(startOf(normal, first));
    return [{ code: 'charges_at_once', sentence: `Charges as early as possible (FAST), from ${when} on.` }];
  }
  const waited = waiting.filter((slot) => slot < charging.at(-1)!);
  if (waited.length === 0) return [];
  const { importPricePerKwh, co2GPerKwh, baseW } = normal.site;
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
  const [then, now] = [average(charging, importPricePerKwh), average(waited, importPricePerKwh)];
  if (then >= now) return [];
  const sentence = `Charges ${stretches(normal, charging)} at ${price(normal, then)} on average; while it waits it would be ${price(normal, now)}.`;
  return [{ code: 'waits_for_cheaper_slots', sentence }];
}

export function dischargeReasons(
  normal: NormalProblem,
  powerW: Float64Array,
  { discharging, charging }: ChargingTimes,
): Reason[] {
  if (discharging.length === 0) return [];
  const { baseW, importLimitW, importPricePerKwh } = normal.site;
  const energyWh = discharging.reduce((sum, slot) => sum - powerW[slot]! * normal.hours[slot]!, 0);
  const gives = `Gives back ${kilowattHours(energyWh)} ${stretches(normal, discharging)}`;
  if (discharging.every((slot) => baseW[slot]! > importLimitW[slot]!)) {
    return [{ code: 'relieves_site', sentence: `${gives}, because the site alone is above its limit.` }];
  }
  const high = price(normal, average(discharging, importPricePerKwh));
  const low =
    charging.length > 0 ? `; it charges at ${price(normal, average(charging, importPricePerKwh))}` : '';
  return [{ code: 'discharges_at_high_price', sentence: `${gives}, when a kWh costs ${high}${low}.` }];
}
