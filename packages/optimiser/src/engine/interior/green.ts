/**
 * Level 2f for the block-arrow programme: the CO2 of what GREEN sessions take from the grid, where that is a price per kWh and slot.
 *
 * It is where there is no surplus of the site, and where the surplus is more than all GREEN sessions could take (then nothing). In between they
 * share a surplus, which would join them in one more row per slot.
 */
import type { NormalProblem } from '../../grid/index.ts';
import { slotKwh } from '../../interior/device.ts';
import type { BlockArrowProgram } from '../../interior/program.ts';

export interface Grams {
  /** Indices of the GREEN sessions. */
  sessions: readonly number[];
  /** kg per kWh charged. */
  perKwh: Float64Array;
}

/** Null when there is no such level; a sentence where it is another engine's work. */
export function gramsOf({ site, sessions, hours }: NormalProblem): Grams | null | string {
  const { co2GPerKwh, baseW } = site;
  const green = sessions.filter(({ preference, maxChargeW }) => preference === 'GREEN' && maxChargeW > 0);
  if (co2GPerKwh === null || green.length === 0) return null;
  const mostKwh = new Float64Array(hours.length);
  for (const { firstSlot, endSlot, maxChargeW } of green) {
    for (let t = firstSlot; t < endSlot; t++) mostKwh[t]! += slotKwh(maxChargeW, hours[t]!);
  }
  const perKwh = new Float64Array(hours.length);
  for (let t = 0; t < hours.length; t++) {
    const surplusKwh = slotKwh(Math.max(0, -baseW[t]!), hours[t]!);
    if (mostKwh[t]! <= surplusKwh || co2GPerKwh[t] === 0) continue;
    if (surplusKwh > 0)
      return 'GREEN sessions share a surplus of the site, which would join them in more rows';
    perKwh[t] = co2GPerKwh[t]! / 1000;
  }
  return perKwh.some((kg) => kg > 0) ? { sessions: green.map(({ index }) => index), perKwh } : null;
}

export function gramsCost(
  { devices, variables }: BlockArrowProgram,
  { sessions, perKwh }: Grams,
): Float64Array {
  const cost = new Float64Array(variables);
  for (const session of sessions) {
    const block = devices[session];
    if (block === undefined) continue;
    for (let k = 0; k < block.window; k++) cost[block.charge + k] = perKwh[block.firstSlot + k]!;
  }
  return cost;
}
