import type { Budget } from '../port.ts';

/** The budget at every instant of an ascending grid, W; Infinity = no limit. Outside the given slots the nearest one counts. */
export function budgetOnGrid(budget: Budget, gridMs: readonly number[]): Float64Array {
  const out = new Float64Array(gridMs.length).fill(Number.POSITIVE_INFINITY);
  if (budget.length === 0) return out;
  let slot = 0;
  for (let i = 0; i < gridMs.length; i += 1) {
    while (slot < budget.length - 1 && gridMs[i]! >= budget[slot]!.endMs) slot += 1;
    out[i] = Math.max(0, budget[slot]!.powerW ?? Number.POSITIVE_INFINITY);
  }
  return out;
}
