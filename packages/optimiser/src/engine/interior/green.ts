/**
 * Level 2f for the block-arrow programme: the CO2 of what GREEN sessions take from the grid.
 *
 * Where the site has no surplus that is a price per kWh and slot; so it is (0) where the surplus is more than all GREEN sessions could take. In
 * between they share it: then they have slots of their own, and only what these draw from the grid has the price (program.ts, `apart`).
 */
import { chargeLimitOf, type NormalProblem } from '../../grid/index.ts';
import { slotKwh } from '../../interior/device.ts';
import type { BlockArrowProgram } from '../../interior/program.ts';

export interface Grams {
  /** Indices of the GREEN sessions. */
  sessions: readonly number[];
  /** kg per kWh from the grid. */
  perKwh: Float64Array;
  /** Some slot has a surplus that is not enough for all of them. */
  shared: boolean;
}

/** Null when there is no such level; a sentence where it is another engine's work. */
export function gramsOf({ site, sessions, hours }: NormalProblem): Grams | null | string {
  const { co2GPerKwh, baseW } = site;
  const green = sessions.filter(({ preference, maxChargeW }) => preference === 'GREEN' && maxChargeW > 0);
  if (co2GPerKwh === null || green.length === 0) return null;
  const mostKwh = new Float64Array(hours.length);
  for (const session of green) {
    for (let t = session.firstSlot; t < session.endSlot; t++) {
      mostKwh[t]! += slotKwh(chargeLimitOf(session, t), hours[t]!);
    }
  }
  const perKwh = new Float64Array(hours.length);
  let shared = false;
  for (let t = 0; t < hours.length; t++) {
    const surplusKwh = slotKwh(Math.max(0, -baseW[t]!), hours[t]!);
    if (mostKwh[t]! <= surplusKwh || co2GPerKwh[t] === 0) continue;
    if (surplusKwh > 0) shared = true;
    perKwh[t] = co2GPerKwh[t]! / 1000;
  }
  if (shared && site.capacityPricePerKw > 0) {
    return 'GREEN sessions share a surplus of the site that has a capacity price';
  }
  if (shared && green.some(({ maxDischargeW }) => maxDischargeW > 0)) {
    return 'GREEN sessions share a surplus of the site, and one of them may discharge';
  }
  return perKwh.some((kg) => kg > 0) ? { sessions: green.map(({ index }) => index), perKwh, shared } : null;
}

export function gramsCost(program: BlockArrowProgram, { sessions, perKwh, shared }: Grams): Float64Array {
  const { devices, variables, slots, gridSlots } = program;
  const cost = new Float64Array(variables);
  if (shared) {
    cost.set(perKwh, 2 * slots + gridSlots);
    return cost;
  }
  for (const session of sessions) {
    const block = devices[session];
    if (block === undefined) continue;
    for (let k = 0; k < block.window; k++) cost[block.charge + k] = perKwh[block.firstSlot + k]!;
  }
  return cost;
}
