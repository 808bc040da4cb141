/**
 * The price of one more kWh in each slot, out of the finished greedy: the cheapest room to which the slot could pass on energy.
 *
 * Slot t itself may have room left in a segment; otherwise one of its vehicles moves to a slot that has some, possibly through others. So the
 * marginal price of t is the cheapest segment with room among the slots reachable from t by moves: the right derivative of the optimal
 * cost by base load, which is an optimal dual of the slot's balance row. Segments are taken from the cheapest on, each labelling every slot that
 * can reach it. Where nothing can give way at all, the left derivative is told: what one kWh less would save, the dearest energy
 * that could move into the slot or that the slot takes itself; it too is an optimal dual, for the right derivative is infinite.
 */
import { type EnergyFlow, lowestBit } from './energy-flow.ts';

export interface PricedSlot {
  slot: number;
  pricePerKwh: number;
}

/**
 * Per slot of the flow the price per kWh, null where neither one more nor one less kWh moves anything.
 * @param rooms where more could be had, `used` where something is taken; both in ascending order of price
 */
export function marginalPrices(
  flow: EnergyFlow,
  rooms: readonly PricedSlot[],
  used: readonly PricedSlot[],
): (number | null)[] {
  const prices: (number | null)[] = new Array(flow.slots).fill(null);
  const open = new Uint32Array(flow.words).fill(-1);
  for (const { slot, pricePerKwh } of rooms) {
    spread(flow, slot, open, canMoveTo, (reached) => {
      prices[reached] = pricePerKwh;
    });
  }
  if (prices.every((price) => price !== null)) return prices;
  const unseen = new Uint32Array(flow.words).fill(-1);
  for (const { slot, pricePerKwh } of used.toReversed()) {
    spread(flow, slot, unseen, canMoveFrom, (reached) => {
      if (isIn(open, reached)) prices[reached] = pricePerKwh;
    });
  }
  return prices;
}

/** Adds to a mask the slots between which and `slot` vehicle n could move energy. */
type AddNeighbours = (flow: EnergyFlow, n: number, slot: number, found: Uint32Array) => void;

/** Slots from which vehicle n could move energy to `slot`. */
const canMoveTo: AddNeighbours = (flow, n, slot, found) => {
  const { words, room, taken } = flow;
  const row = n * words;
  if ((room[row + (slot >> 5)]! & (1 << (slot & 31))) === 0) return;
  const barrier = flow.barrierBefore(n, slot);
  const first = barrier >> 5;
  found[first]! |= taken[row + first]! & (-1 << (barrier & 31));
  for (let w = first + 1; w < words; w++) found[w]! |= taken[row + w]!;
};

/** Slots to which vehicle n could move energy from `slot`. */
const canMoveFrom: AddNeighbours = (flow, n, slot, found) => {
  const { words, room, taken } = flow;
  const row = n * words;
  if ((taken[row + (slot >> 5)]! & (1 << (slot & 31))) === 0) return;
  const limit = flow.barrierAfter(n, slot);
  const last = limit >> 5;
  for (let w = 0; w < last && w < words; w++) found[w]! |= room[row + w]!;
  if (last < words) found[last]! |= room[row + last]! & ((1 << (limit & 31)) - 1);
};

/** Visits the slot and all open slots connected with it, and takes them out of `open`. */
function spread(
  flow: EnergyFlow,
  from: number,
  open: Uint32Array,
  addNeighbours: AddNeighbours,
  visit: (slot: number) => void,
): void {
  if (!isIn(open, from)) return;
  const queue = [from];
  const found = new Uint32Array(flow.words);
  open[from >> 5]! &= ~(1 << (from & 31));
  for (let slot = queue.pop(); slot !== undefined; slot = queue.pop()) {
    visit(slot);
    if (open.every((word) => word === 0)) continue;
    found.fill(0);
    for (let n = 0; n < flow.vehicles; n++) addNeighbours(flow, n, slot, found);
    for (let w = 0; w < flow.words; w++) {
      let fresh = found[w]! & open[w]!;
      open[w]! &= ~fresh;
      for (; fresh !== 0; fresh &= fresh - 1) queue.push(lowestBit(fresh, w));
    }
  }
}

const isIn = (mask: Uint32Array, slot: number) => (mask[slot >> 5]! & (1 << (slot & 31))) !== 0;
