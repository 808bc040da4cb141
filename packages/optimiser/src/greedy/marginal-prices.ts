/**
 * The price of one more kWh in each slot, out of the finished greedy: the cheapest room to which the slot could pass on energy.
 *
 * Slot t itself may have room left in a segment; otherwise one of its vehicles moves to a slot that has some, possibly through others. So the
 * marginal price of t is the cheapest segment with room among the slots reachable from t by moves, which is what the dual of the slot's
 * balance row is in the linear programme. Segments are taken from the cheapest on, each labelling every slot that can reach it.
 */
import { type EnergyFlow, NOTHING_WH } from './energy-flow.ts';

export interface Room {
  slot: number;
  pricePerKwh: number;
}

/** Per slot the price per kWh, null where no more energy can be had at all. `rooms` in ascending order of price. */
export function marginalPrices(flow: EnergyFlow, slots: number, rooms: readonly Room[]): (number | null)[] {
  const prices: (number | null)[] = new Array(flow.slots).fill(null);
  for (const room of rooms) {
    if (prices[room.slot] !== null) continue;
    const queue = [room.slot];
    prices[room.slot] = room.pricePerKwh;
    for (let to = queue.pop(); to !== undefined; to = queue.pop()) {
      for (let n = 0; n < flow.vehicles; n++) {
        const row = n * flow.slots;
        if (flow.capacityOf(n, to) - flow.takenWh[row + to]! <= NOTHING_WH) continue;
        for (let from = 0; from < flow.slots; from++) {
          if (prices[from] !== null || flow.takenWh[row + from]! <= NOTHING_WH) continue;
          prices[from] = room.pricePerKwh;
          queue.push(from);
        }
      }
    }
  }
  return prices.slice(0, slots);
}
