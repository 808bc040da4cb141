/**
 * Charge-only vehicles with costs of their own, as a minimum-cost flow.
 *
 *   site --segments--> slot t --arc (n,t)--> vehicle n, which takes exactly demand(n)
 *
 *   minimise  sum segments price x energy + sum arcs cost(n,t) x f(n,t)
 *   with      0 <= f(n,t) <= capacity(n,t),  sum over t of f(n,t) = demand(n),
 *             sum over n of f(n,t) = sum of the segments of slot t, each between 0 and its size
 *
 * A slot has three segments: own surplus, import, and *overflow* without limit at a price above every other, so that a flow always
 * exists; overflow in the optimum says that not everything fits. Energy beyond the need, where it may pay, is a further slot at price 0
 * "after departure": what lands there is not taken (as in the greedy).
 *
 * All energies are integer multiples of one power of two, about 1e-6 Wh. Their sums and differences are then exact in double precision:
 * the simplex needs no tolerance on flows, and its rule against cycling holds literally.
 */

/** Per slot: own surplus, import, overflow. */
export const SEGMENTS_PER_SLOT = 3;

export interface FlowProgram {
  slots: number;
  vehicles: number;
  /** Arcs of vehicle n: arcStart[n] .. arcStart[n + 1]. */
  arcStart: Int32Array;
  arcSlot: Int32Array;
  /** Multiples of `quantumWh`. */
  demandWh: Float64Array;
  /**
   * Arcs of all vehicles, then SEGMENTS_PER_SLOT segments per slot. Cost per kWh, capacity Wh in multiples of `quantumWh`.
   * The cost of the overflow is set by the simplex.
   */
  cost: Float64Array;
  capacityWh: Float64Array;
}

/** The least step of energies that keeps sums up to `totalWh` exact: a power of two, Wh. */
export function quantumFor(totalWh: number): number {
  const MOST_BITS = 50;
  const FINEST = -20;
  return 2 ** Math.max(FINEST, Math.ceil(Math.log2(Math.max(1, totalWh))) - MOST_BITS);
}

/** Number of arcs from slots to vehicles; segment j of slot t stands at arcs + SEGMENTS_PER_SLOT * t + j. */
export const vehicleArcs = (program: FlowProgram): number => program.arcStart[program.vehicles]!;

/** Largest magnitude of a cost without the overflow's. */
export function largestCost(program: FlowProgram): number {
  const { cost } = program;
  const arcs = vehicleArcs(program);
  let largest = 0;
  for (let a = 0; a < cost.length; a++) {
    const isOverflow = a >= arcs && (a - arcs) % SEGMENTS_PER_SLOT === SEGMENTS_PER_SLOT - 1;
    if (!isOverflow) largest = Math.max(largest, Math.abs(cost[a]!));
  }
  return largest;
}
