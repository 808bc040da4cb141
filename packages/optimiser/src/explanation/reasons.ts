/**
 * Why each session gets what it gets, in codes for programmes and sentences for people (plan `reasons[]`).
 *
 * Read from the problem and the final powers alone, so that every engine and the heuristic are explained alike.
 */
import type { Reason } from '../contract/index.ts';
import type { NormalProblem, NormalSession, PowerMatrix } from '../grid/index.ts';
import { chargingTimes } from './charging-times.ts';
import { limitReasons, minimumPowerReasons } from './limit-reasons.ts';
import { type LimitsInForce, limitsInForce } from './limits-in-force.ts';
import { dischargeReasons, timingReasons } from './price-reasons.ts';
import { shortfallReasons } from './shortfall-reasons.ts';

/** Reasons per session in the order of the problem; what matters most to the driver stands first. */
export function reasonsOf(normal: NormalProblem, powers: PowerMatrix): Reason[][] {
  const limits = limitsInForce(normal, powers);
  return normal.sessions.map((session, index) =>
    sessionReasons(normal, session, powers.powerW[index]!, limits),
  );
}

function sessionReasons(
  normal: NormalProblem,
  session: NormalSession,
  powerW: Float64Array,
  limits: LimitsInForce,
): Reason[] {
  const times = chargingTimes(normal, session, powerW);
  const reasons = [
    ...shortfallReasons(normal, session, times),
    ...limitReasons(normal, session, powerW, times, limits),
    ...timingReasons(normal, session, times),
    ...dischargeReasons(normal, powerW, times),
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
