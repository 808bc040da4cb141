/**
 * Prices that the optimal flow leaves free.
 *
 * Slots that are exactly full may hang on their empty overflow, whose cost means nothing: any price between what the last Wh is worth
 * there and the overflow's cost is optimal. Each subtree on overflow (named by its top slot) comes down as one, by the largest fall(top)
 * that keeps every reduced cost on its side:
 *
 *   fall(top)  <= price(t) - cost of importing, or of overflow where that is in use     for its slots t
 *   fall(top)  <= reduced cost of an arc with room, + fall(the vehicle's top)           from its slots
 *   fall(top)  <= -reduced cost of an arc with flow, + fall(the slot's top)             to its vehicles
 *
 * with fall = 0 outside such subtrees. The largest solution of such a system is a shortest path: start from the first line and lower until
 * nothing moves (Bellman-Ford), at most once per subtree.
 */
import { type FlowProgram, SEGMENTS_PER_SLOT, vehicleArcs } from './flow-program.ts';

export interface PricedFlow {
  program: FlowProgram;
  /** With the overflow's cost. */
  cost: Float64Array;
  flowWh: Float64Array;
  /** Of the slots; what is lowered. */
  price: Float64Array;
  /** Tree arc of every vehicle, -1 for those outside the tree. */
  treeArc: Int32Array;
  /** Per slot the top of its subtree when that hangs on overflow, -1 otherwise. */
  top: Int32Array;
}

export function lowerFreePrices(flow: PricedFlow): void {
  const { price, top } = flow;
  const { slots } = flow.program;
  if (top.every((slot) => slot < 0)) return;
  const fall = fallAlone(flow);
  let rounds = slots;
  while (lowerTogether(flow, fall) && rounds-- > 0);
  for (let t = 0; t < slots; t++) if (top[t]! >= 0) price[t]! -= Math.max(0, fall[top[t]!]!);
}

/** How far the slots of each subtree are above what the site itself asks. */
function fallAlone({ program, cost, flowWh, price, top }: PricedFlow): Float64Array {
  const { slots } = program;
  const fall = new Float64Array(slots).fill(Number.POSITIVE_INFINITY);
  const arcs = vehicleArcs(program);
  for (let t = 0; t < slots; t++) {
    if (top[t]! < 0) continue;
    const overflow = arcs + t * SEGMENTS_PER_SLOT + SEGMENTS_PER_SLOT - 1;
    const floor = flowWh[overflow]! > 0 ? cost[overflow]! : cost[overflow - 1]!;
    fall[top[t]!] = Math.min(fall[top[t]!]!, price[t]! - floor);
  }
  return fall;
}

/** Applies the bounds of all vehicles once; true when some fall became smaller. */
function lowerTogether(flow: PricedFlow, fall: Float64Array): boolean {
  const { cost, flowWh, price, treeArc, top } = flow;
  const { vehicles, arcStart, arcSlot, capacityWh } = flow.program;
  let some = false;
  const bound = (which: number, most: number) => {
    if (which < 0 || fall[which]! <= most) return;
    fall[which] = most;
    some = true;
  };
  for (let n = 0; n < vehicles; n++) {
    const tree = treeArc[n]!;
    if (tree < 0) continue;
    const own = price[arcSlot[tree]!]! + cost[tree]!;
    const ownTop = top[arcSlot[tree]!]!;
    const ownFall = ownTop < 0 ? 0 : fall[ownTop]!;
    for (let a = arcStart[n]!; a < arcStart[n + 1]!; a++) {
      const slotTop = top[arcSlot[a]!]!;
      if (slotTop === ownTop) continue;
      const reduced = price[arcSlot[a]!]! + cost[a]! - own;
      if (flowWh[a]! < capacityWh[a]!) bound(slotTop, reduced + ownFall);
      if (flowWh[a]! > 0) bound(ownTop, -reduced + (slotTop < 0 ? 0 : fall[slotTop]!));
    }
  }
  return some;
}
