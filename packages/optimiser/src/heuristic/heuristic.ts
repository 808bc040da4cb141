/**
 * The deterministic fallback: a feasible plan in milliseconds when no solver answers in time (D4.2-§5.3-LP).
 *
 * Honours every hard limit, serves needs in the order of the contract, takes cheap (or early, or green) slots
 * first. Never discharges for profit and never charges beyond the need; stores only regain what they owe.
 */
import type { NormalProblem, NormalStore, PowerMatrix } from '../grid/index.ts';
import { type Attempt, attempt, type Strategy } from './attempt.ts';
import type { Headroom } from './headroom.ts';
import { isBetter, meritOf } from './merit.ts';
import { slotOrders } from './slot-order.ts';

const STRATEGIES: readonly Strategy[] = [
  { earliest: false, steps: 1 },
  { earliest: true, steps: 1 },
  { earliest: false, steps: 8 },
  { earliest: true, steps: 8 },
];

/** Powers that keep every hard limit. Same problem, same answer. */
export function heuristicPowers(normal: NormalProblem): PowerMatrix {
  const orders = slotOrders(normal);
  let best: { attempt: Attempt; merit: number[] } | undefined;
  for (const strategy of STRATEGIES) {
    const candidate = attempt(normal, orders, strategy);
    const merit = meritOf(normal, candidate);
    if (best === undefined || isBetter(merit, best.merit)) best = { attempt: candidate, merit };
    // Every need is met in the slots everybody prefers: the other strategies exist for scarcity.
    if (merit.slice(0, 4).every((missing) => missing === 0)) break;
  }
  const { ledgers, headroom } = best!.attempt;
  return {
    powerW: ledgers.map((ledger) => ledger.powerW),
    storePowerW: normal.stores.map((store) => refill(normal, store, headroom, orders.cheap)),
  };
}

/** A store that owes more than it holds charges in the cheapest slots; otherwise it rests. */
function refill(
  normal: NormalProblem,
  store: NormalStore,
  headroom: Headroom,
  order: readonly number[],
): Float64Array {
  const powerW = new Float64Array(normal.slots);
  let missingWh = Math.min(store.endWh, store.ceilingWh) - store.startWh;
  for (const slot of order) {
    if (missingWh <= 0) break;
    const whPerW = normal.hours[slot]! * store.chargeEfficiency;
    const takenW = Math.min(store.maxChargeW, missingWh / whPerW, headroom.storeChargeRoomW(slot));
    powerW[slot] = takenW;
    missingWh -= takenW * whPerW;
    headroom.takeForStore(slot, takenW);
  }
  return powerW;
}
