/**
 * Proof by prices: how far a plan of one vehicle is from its own optimum at given slot prices.
 *
 * At an optimum there are multipliers of the block's rows for which every variable off its lower bound has a reduced cost <= 0, and every one off its
 * upper bound one >= 0. Each power thus confines the multiplier of its row to an interval, and contents tie the rows together: strictly
 * inside its bounds y(k+1) = y(k), at the lower one y(k+1) >= y(k), at the upper one y(k+1) <= y(k), and after the last row y = 0. One pass forwards
 * keeps what can still be reached, one backwards chooses. Whatever it chooses,
 *
 *   gap = sum of max(0, r(j)) (x(j) - l(j)) + max(0, -r(j)) (u(j) - x(j)),   r = c - A'y,
 *
 * is at least what the plan costs too much, so a sum of gaps that is nothing proves a whole fleet's plan (weak duality).
 */
import type { Block } from './block.ts';
import type { BlockArrowProgram } from './program.ts';

/** A variable closer to a bound than this share of its range is at it: an interior point stays away from bounds, and a purified plan by a trace. */
const AT_BOUND = 1e-6;
const NOTHING_KWH = 1e-9;

export class BlockPricing {
  readonly #program: BlockArrowProgram;
  /** What row k's multiplier may be, as far as the rows up to k tell. */
  readonly #least: Float64Array;
  readonly #most: Float64Array;

  constructor(program: BlockArrowProgram) {
    this.#program = program;
    this.#least = new Float64Array(program.slots);
    this.#most = new Float64Array(program.slots);
  }

  /** Chooses the block's multipliers in `y`, whose first entries are the prices of the slots. */
  price(block: Block, x: Float64Array, y: Float64Array): void {
    if (block.kind === 'row') this.#priceRow(block, x, y);
    else this.#priceChain(block, x, y);
  }

  #priceRow(block: Block, x: Float64Array, y: Float64Array): void {
    const { cost } = this.#program;
    const { charge, content, window, firstSlot, multiplier, chargeEfficiency: eta } = block;
    let least = Number.NEGATIVE_INFINITY;
    let most = Number.POSITIVE_INFINITY;
    for (let k = 0; k < window; k++) {
      const worth = (cost[charge + k]! + y[firstSlot + k]!) / eta;
      if (this.#isAbove(charge + k, x) && worth > least) least = worth;
      if (this.#isBelow(charge + k, x) && worth < most) most = worth;
    }
    if (this.#isAbove(content, x) && most > -cost[content]!) most = -cost[content]!;
    if (this.#isBelow(content, x) && least < -cost[content]!) least = -cost[content]!;
    y[multiplier] = between(least, most);
  }

  #priceChain(block: Block, x: Float64Array, y: Float64Array): void {
    const { cost } = this.#program;
    const { charge, discharge, content, window, firstSlot, multiplier, chargeEfficiency: eta } = block;
    const lambda = 1 / block.dischargeEfficiency;
    let least = Number.NEGATIVE_INFINITY;
    let most = Number.POSITIVE_INFINITY;
    for (let k = 0; k < window; k++) {
      const slot = y[firstSlot + k]!;
      let low = Number.NEGATIVE_INFINITY;
      let high = Number.POSITIVE_INFINITY;
      const charging = -(cost[charge + k]! + slot) / eta;
      if (this.#isBelow(charge + k, x)) low = charging;
      if (this.#isAbove(charge + k, x)) high = charging;
      if (discharge >= 0) {
        const given = (cost[discharge + k]! - slot) / lambda;
        if (this.#isAbove(discharge + k, x) && given > low) low = given;
        if (this.#isBelow(discharge + k, x) && given < high) high = given;
      }
      // Nothing can be reached any more: from here on the nearest that this row allows.
      if (low > most) least = most = low;
      else if (high < least) least = most = high;
      else {
        least = Math.max(least, low);
        most = Math.min(most, high);
      }
      this.#least[k] = least;
      this.#most[k] = most;
      const s = content + k;
      if (!this.#isAbove(s, x)) most = Number.POSITIVE_INFINITY;
      if (!this.#isBelow(s, x)) least = Number.NEGATIVE_INFINITY;
    }
    let next = 0;
    for (let k = window - 1; k >= 0; k--) {
      next = Math.min(this.#most[k]!, Math.max(this.#least[k]!, next));
      y[multiplier + k] = next;
    }
  }

  /** It could be lowered. */
  #isAbove(j: number, x: Float64Array): boolean {
    const { lower, upper } = this.#program;
    return x[j]! > lower[j]! + (upper[j]! - lower[j]!) * AT_BOUND + NOTHING_KWH;
  }

  /** It could be raised. */
  #isBelow(j: number, x: Float64Array): boolean {
    const { lower, upper } = this.#program;
    return x[j]! < upper[j]! - (upper[j]! - lower[j]!) * AT_BOUND - NOTHING_KWH;
  }
}

function between(least: number, most: number): number {
  if (least === Number.NEGATIVE_INFINITY) return Math.min(0, most);
  if (most === Number.POSITIVE_INFINITY) return Math.max(0, least);
  return (least + most) / 2;
}

/** The gap over the variables [from, to) with these reduced costs. */
export function gapOver(
  { lower, upper }: BlockArrowProgram,
  x: Float64Array,
  reduced: Float64Array,
  from: number,
  to: number,
): number {
  let gap = 0;
  for (let j = from; j < to; j++) {
    const price = reduced[j]!;
    gap += price > 0 ? price * (x[j]! - lower[j]!) : -price * (upper[j]! - x[j]!);
  }
  return gap;
}
