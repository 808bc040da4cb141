/** What powers do to a battery (or to the energy delivered): the content after every slot. */
import type { NormalProblem, NormalSession } from '../grid/index.ts';

interface Storage {
  startWh: number;
  chargeEfficiency: number;
  dischargeEfficiency: number;
}

/** Content at the end of each slot, Wh (V1.3 with efficiencies, X13). */
export function contentTrace(storage: Storage, powerW: Float64Array, hours: Float64Array): Float64Array {
  let contentWh = storage.startWh;
  return powerW.map((power, t) => {
    const supplyWh = power * hours[t]!;
    contentWh += power > 0 ? supplyWh * storage.chargeEfficiency : supplyWh / storage.dischargeEfficiency;
    return contentWh;
  });
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
  return powerW.reduce((sum, power, t) => sum + power * normal.hours[t]!, 0);
}
