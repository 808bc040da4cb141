/**
 * Cheaper, step by step, never broken: every device anew against the others, until nobody gains; then small groups at once.
 *
 * The first is coordinate descent: each step is exact for its device, so the cost only falls. It stops where two would have to move together,
 * because the room that one wants is held by another. So then a few devices that share a slot are taken out and planned in another order
 * ("ruin and recreate", Schrimpf et al. 2000), once at prices that know the scarcity and then at true prices; kept when the sum is less.
 */
import type { BestResponse, Wish } from './best-response.ts';
import { exchange } from './exchange.ts';
import type { FleetState } from './fleet-state.ts';
import { improveOne, Journal, windowOf } from './moves.ts';

export interface Search {
  /** Devices that may be planned anew: effort is counted, not timed, so that the same problem has the same plan on every machine. */
  plans: number;
  /** Cost below which nothing more is to be gained. */
  goal: number;
  late: () => boolean;
  /** What scarce slots cost on top of their price. */
  wish: Wish;
}

/** Savings below this share of the cost are rounding. */
const ROUNDING = 1e-11;
/** A sweep that saves less than this share of the cost is the last. */
const WORTH_IT = 1e-6;

/** Everybody against the others until a sweep saves nothing. @returns the cost of the plan */
export function sweep(state: FleetState, response: BestResponse, { plans, goal, late }: Search): number {
  exchange(state, late);
  let cost = state.totalCost();
  const rounds = Math.max(1, Math.ceil(plans / Math.max(1, state.devices.length)));
  for (let round = 0; round < rounds; round++) {
    const before = cost;
    for (let d = 0; d < state.devices.length; d++) {
      if (cost <= goal || (d % 16 === 0 && late())) return state.totalCost();
      cost -= improveOne(state, response, d, ROUNDING * Math.max(1, Math.abs(cost)));
    }
    if (exchange(state, late) > 0) cost = state.totalCost();
    if (before - cost <= WORTH_IT * Math.max(1, Math.abs(cost))) break;
  }
  return state.totalCost();
}

/** Devices taken out at once. */
const GROUP_SIZES = [2, 3, 5, 8];
/** Rounds over all slots without any saving that end the search. */
const MOST_IDLE_ROUNDS = 12;

/** Ruin and recreate over all slots in turn. @returns the cost of the plan */
export function regroup(state: FleetState, response: BestResponse, search: Search): number {
  const { slots } = state.normal;
  const present = Array.from({ length: slots }, (_, t) =>
    state.devices.flatMap(({ firstSlot, endSlot }, d) => (t >= firstSlot && t < endSlot ? [d] : [])),
  );
  let cost = state.totalCost();
  let idle = 0;
  let plans = 0;
  for (let round = 0; idle < MOST_IDLE_ROUNDS; round++) {
    const before = cost;
    for (let t = 0; t < slots; t++) {
      if (cost <= search.goal || plans > search.plans || search.late()) return state.totalCost();
      const group = groupOf(state, present[t]!, t, round);
      plans += 2 * group.length;
      if (group.length > 1) cost -= recreate(state, response, group, search.wish);
    }
    if (exchange(state, search.late) > 0) cost = state.totalCost();
    idle = before - cost <= WORTH_IT * Math.max(1, Math.abs(cost)) ? idle + 1 : 0;
    cost = state.totalCost();
  }
  return cost;
}

/** Some who use slot t and some who could; another choice in every round. */
function groupOf(state: FleetState, present: readonly number[], t: number, round: number): number[] {
  const size = GROUP_SIZES[round % GROUP_SIZES.length]!;
  const using = present.filter((d) => state.powerW[d]![t]! !== 0);
  const others = present.filter((d) => state.powerW[d]![t]! === 0);
  const pick = (from: readonly number[], count: number, offset: number) =>
    from.length <= count
      ? [...from]
      : Array.from({ length: count }, (_, i) => from[(offset + i * stride) % from.length]!);
  const half = Math.ceil(size / 2);
  const offset = round * 7 + t;
  // Neighbours in a list are often alike; a stride apart, another one each round, they seldom are.
  const stride = STRIDES[round % STRIDES.length]!;
  const chosen = [...pick(others, half, offset), ...pick(using, size - half, offset * 3 + 1)];
  return [...new Set(chosen)];
}

const STRIDES = [13, 7, 29, 3, 17];

/** Takes a group out and plans it in the given order. @returns what it saved, 0 when everything is as before */
export function recreate(
  state: FleetState,
  response: BestResponse,
  group: readonly number[],
  wish: Wish,
): number {
  const journal = new Journal(state);
  const capacity = () => (state.normal.site.capacityPricePerKw * state.peakWithout(-1)) / 1000;
  const costOfGroup = () => {
    let sum = state.normal.site.capacityPricePerKw > 0 ? capacity() : 0;
    for (const d of group) sum += state.deviceCost(d, windowOf(state, d));
    for (let t = first; t < end; t++) sum += state.slotCost(t, state.netW[t]!);
    return sum;
  };
  let first = state.normal.slots;
  let end = 0;
  for (const d of group) {
    first = Math.min(first, state.devices[d]!.firstSlot);
    end = Math.max(end, state.devices[d]!.endSlot);
  }
  const before = costOfGroup();
  const none = new Float64Array(state.normal.slots);
  for (const d of group) journal.put(d, none);
  for (const d of group) {
    if (!response.plan(d, wish)) {
      journal.undo();
      return 0;
    }
    journal.put(d, response.powerW);
  }
  for (const d of group) {
    if (response.plan(d)) journal.put(d, response.powerW);
  }
  const saved = before - costOfGroup();
  if (saved > ROUNDING * Math.max(1, Math.abs(before)) && isSound(state, group)) return saved;
  journal.undo();
  return 0;
}

/** Taking discharge out for a moment can leave a slot too full when it does not come back. */
function isSound(state: FleetState, group: readonly number[]): boolean {
  return group.every((d) => {
    const { firstSlot, endSlot } = state.devices[d]!;
    for (let t = firstSlot; t < endSlot; t++) {
      const powerW = state.powerW[d]![t]!;
      if (powerW > state.highestW(d, t) + LEEWAY_W || powerW < state.lowestW(d, t) - LEEWAY_W) return false;
    }
    return true;
  });
}

const LEEWAY_W = 1e-3;
