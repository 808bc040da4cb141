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
   * The price of the overflow is set by the simplex.
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

/** Every `stride`-th vehicle, and the site in proportion: its slot prices resemble those of the whole fleet. */
export function sampleOf(program: FlowProgram, stride: number): FlowProgram {
  const chosen: number[] = [];
  // One of each `stride`, not always the first: fleets may be listed in a pattern.
  for (let i = 0; i * stride < program.vehicles; i++) {
    const n = i * stride + ((i * 5) % stride);
    if (n < program.vehicles) chosen.push(n);
  }
  const arcStart = new Int32Array(chosen.length + 1);
  chosen.forEach((n, i) => {
    arcStart[i + 1] = arcStart[i]! + program.arcStart[n + 1]! - program.arcStart[n]!;
  });
  const arcs = arcStart[chosen.length]!;
  const segments = program.slots * SEGMENTS_PER_SLOT;
  const arcSlot = new Int32Array(arcs);
  const cost = new Float64Array(arcs + segments);
  const capacityWh = new Float64Array(arcs + segments);
  chosen.forEach((n, i) => {
    const from = program.arcStart[n]!;
    const to = program.arcStart[n + 1]!;
    arcSlot.set(program.arcSlot.subarray(from, to), arcStart[i]!);
    cost.set(program.cost.subarray(from, to), arcStart[i]!);
    capacityWh.set(program.capacityWh.subarray(from, to), arcStart[i]!);
  });
  const demandWh = Float64Array.from(chosen, (n) => program.demandWh[n]!);
  const share = chosen.length / program.vehicles;
  const allArcs = vehicleArcs(program);
  for (let s = 0; s < segments; s++) {
    cost[arcs + s] = program.cost[allArcs + s]!;
    const wholeWh = program.capacityWh[allArcs + s]!;
    capacityWh[arcs + s] = Number.isFinite(wholeWh) ? Math.round(wholeWh * share) : wholeWh;
  }
  return { slots: program.slots, vehicles: chosen.length, arcStart, arcSlot, demandWh, cost, capacityWh };
}
