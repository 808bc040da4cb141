/**
 * Why each session gets what it gets, in codes for programmes and sentences for people (plan `reasons[]`).
 *
 * Read from the problem, the final powers and, where the engine has them, its marginal prices: every engine and the heuristic are explained
 * alike, and those with prices also tell what others would give up.
 */
import type { Reason } from '../contract/index.ts';
import type { NormalProblem, NormalSession, PowerMatrix } from '../grid/index.ts';
import { type ChargingTimes, chargingTimes } from './charging-times.ts';
import { limitReasons, minimumPowerReasons } from './limit-reasons.ts';
import { type LimitsInForce, limitsInForce } from './limits-in-force.ts';
import { dischargeReasons, timingReasons } from './price-reasons.ts';
import { shortfallReasons } from './shortfall-reasons.ts';
import { type SlotPrices, slotPrices } from './slot-prices.ts';

/** Reasons per session in the order of the problem; what matters most to the driver stands first. */
export function reasonsOf(
  normal: NormalProblem,
  powers: PowerMatrix,
  marginalPrice: Float64Array | null,
): Reason[][] {
  const limits = limitsInForce(normal, powers);
  const prices = slotPrices(normal, limits.netW, marginalPrice);
  const contentWh = new Float64Array(normal.slots);
  return normal.sessions.map((session, index) => {
    const powerW = powers.powerW[index]!;
    const times = chargingTimes(normal, session, powerW, contentWh);
    return sessionReasons(normal, session, powerW, times, limits, prices);
  });
}

function sessionReasons(
  normal: NormalProblem,
  session: NormalSession,
  powerW: Float64Array,
  times: ChargingTimes,
  limits: LimitsInForce,
  prices: SlotPrices,
): Reason[] {
  const reasons = [
    ...shortfallReasons(normal, session, times),
    ...limitReasons(normal, session, powerW, times, limits, prices),
    ...timingReasons(normal, session, times, prices),
    ...dischargeReasons(normal, powerW, times, prices),
    ...minimumPowerReasons(normal, session, powerW, times),
  ];
  const idle = times.charging.length === 0 && times.discharging.length === 0;
  if (reasons.length === 0 && idle && session.needWh < 1) {
    reasons.push({ code: 'no_need', sentence: 'No more energy is asked for than the battery holds.' });
  }
  if (times.charging.length > 0 && session.needWh < 1 && times.discharging.length === 0) {
    reasons.push({
      code: 'energy_pays',
      sentence: 'Charges more than asked for, because energy costs less than nothing.',
    });
  }
  return reasons;
}
