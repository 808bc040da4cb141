/** What powers do to a battery (or to the energy delivered): the content after every slot. */
import type { NormalProblem, NormalSession } from '../grid/index.ts';

interface Storage {
  startWh: number;
  chargeEfficiency: number;
  dischargeEfficiency: number;
}

/**
 * Content at the end of each slot, Wh (V1.3 with efficiencies, X13).
 * @param trace where it is written: a thousand arrays of their own cost more than what is in them
 */
export function contentTrace(
  storage: Storage,
  powerW: Float64Array,
  hours: Float64Array,
  trace: Float64Array,
): Float64Array {
  const { chargeEfficiency, dischargeEfficiency } = storage;
  let contentWh = storage.startWh;
  for (let t = 0; t < trace.length; t++) {
    const supplyWh = powerW[t]! * hours[t]!;
    contentWh += supplyWh > 0 ? supplyWh * chargeEfficiency : supplyWh / dischargeEfficiency;
    trace[t] = contentWh;
  }
  return trace;
}

/** Wh missing, summed over the session's targets (contract, level 2). */
export function shortfallWh(session: NormalSession, contentWh: Float64Array): number {
  return session.targets.reduce((sum, target) => {
    const reachedWh = target.endSlot > 0 ? contentWh[target.endSlot - 1]! : session.startWh;
    return sum + Math.max(0, target.contentWh - reachedWh);
  }, 0);
}

/** Net energy from the supply side, Wh. */
export function energyWh(normal: NormalProblem, powerW: Float64Array): number {
  const { hours } = normal;
  let sumWh = 0;
  for (let t = 0; t < powerW.length; t++) sumWh += powerW[t]! * hours[t]!;
  return sumWh;
}
