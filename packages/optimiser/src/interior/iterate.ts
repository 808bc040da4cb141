/**
 * The point of the iteration and what happens to it variable by variable. All variables are shifted to 0 <= x <= range.
 *
 *   p = x, w = range - x;  zl, zu > 0 the bounds' multipliers;  theta = 1 / (zl/p + zu/w)
 *   a direction dx has  dzl = al - zl/p dx,  dzu = au + zu/w dx
 *   predictor (aims at products of 0):         al = -zl,  au = -zu,  so that q = c - A'y
 *   corrector (aims at products of target):    al = (target - dx dzl)/p - zl,  au = (target + dx dzu)/w - zu,
 *                                              q = (c - A'y) - zl + zu - al + au
 *   further correctors (Gondzio 1996):         products that a longer step would leave outside [target/10, 10 target] are pulled back
 * Ratios of the step to a bound are compared by multiplication, so a division is spent only where a new largest ratio is found.
 * Variables with an empty range stay where they are: theta = 0.
 *
 * Every pass works on a range of variables, so that a block is finished while its numbers are near (normal-equations.ts calls the passes block by
 * block). All numbers stand in one buffer, section after section: a loop over seven arrays of their own takes half as long again, for each has
 * an address and a length that must be kept at hand.
 */
import type { BlockArrowProgram } from './program.ts';

/** Boxes narrower than this hold a constant, kWh. */
const CONSTANT_KWH = 1e-11;
/** Nearest that x comes to a bound, as a share of the range: below this, range - x has no correct digit. */
const NEAREST = 1e-15;
const NEAREST_TO_ZERO = 1e-100;
const LEAST_MULTIPLIER = 1e-250;

/** Sections of the buffer, in the order of the fields; the last four once more for the direction that `centre` tries. */
const SECTIONS = 15;
const OF_DIRECTIONS = 7;
const PER_DIRECTION = 4;

export class Iterate {
  readonly range: Float64Array;
  readonly cost: Float64Array;
  readonly x: Float64Array;
  readonly zl: Float64Array;
  readonly zu: Float64Array;
  readonly theta: Float64Array;
  /** c - A'y. */
  readonly reduced: Float64Array;
  /** The direction at hand and what it solves. */
  dx: Float64Array;
  q: Float64Array;
  /** Number of variables with a range. */
  readonly free: number;
  /** What `advance` takes, 0 to 1; what `correct` and `centre` aim at; how long `centre` wants the steps to be. */
  step: StepLengths = { primal: 0, dual: 0 };
  target = 0;
  wanted: StepLengths = { primal: 1, dual: 1 };
  readonly #all: Float64Array;
  readonly #count: number;
  /** Where the direction at hand (dx, q, al, au) starts in the buffer, and the other one. */
  #at: number;
  #otherAt: number;
  /** What a round of passes has added up so far. */
  #judged: Judgement = { dualResidual: 0, products: 0, primal: 0, least: 0 };
  #primal = 0;
  #dual = 0;
  #slope = 0;
  #bend = 0;

  constructor({ variables, lower, upper, cost }: BlockArrowProgram) {
    this.#count = variables;
    this.#all = takeBuffer(SECTIONS * variables);
    this.range = this.#section(0);
    this.cost = this.#section(1);
    this.x = this.#section(2);
    this.zl = this.#section(3);
    this.zu = this.#section(4);
    this.theta = this.#section(5);
    this.reduced = this.#section(6);
    this.dx = this.#section(OF_DIRECTIONS);
    this.q = this.#section(OF_DIRECTIONS + 1);
    this.#at = OF_DIRECTIONS * variables;
    this.#otherAt = this.#at + PER_DIRECTION * variables;
    this.cost.set(cost);
    let free = 0;
    for (let j = 0; j < variables; j++) {
      const range = upper[j]! - lower[j]!;
      if (range < CONSTANT_KWH) continue;
      this.range[j] = range;
      free++;
    }
    this.free = free;
  }

  #section(index: number): Float64Array {
    return this.#all.subarray(index * this.#count, (index + 1) * this.#count);
  }

  /** Takes the step for which `measure` was asked last, then the thetas of the new point. */
  advance(from: number, to: number): void {
    const v = this.#all;
    const n = this.#count;
    const [x, zl, zu, theta, dx] = [2 * n, 3 * n, 4 * n, 5 * n, this.#at];
    const [dzl, dzu] = [dx + 2 * n, dx + 3 * n];
    const { primal, dual } = this.step;
    for (let j = from; j < to; j++) {
      const width = v[j]!;
      if (width === 0) continue;
      const lower = Math.max(LEAST_MULTIPLIER, v[zl + j]! + dual * v[dzl + j]!);
      const upper = Math.max(LEAST_MULTIPLIER, v[zu + j]! + dual * v[dzu + j]!);
      const value = Math.min(
        width - width * NEAREST,
        Math.max(width * NEAREST_TO_ZERO, v[x + j]! + primal * v[dx + j]!),
      );
      const room = width - value;
      v[x + j] = value;
      v[zl + j] = lower;
      v[zu + j] = upper;
      v[theta + j] = (value * room) / (lower * room + upper * value);
    }
  }

  startJudging(): void {
    this.#judged = { dualResidual: 0, products: 0, primal: 0, least: 0 };
  }

  judge(from: number, to: number): void {
    const v = this.#all;
    const n = this.#count;
    const [cost, x, zl, zu, reduced] = [n, 2 * n, 3 * n, 4 * n, 6 * n];
    let { dualResidual } = this.#judged;
    let products = 0;
    let primal = 0;
    let twiceLeast = 0;
    for (let j = from; j < to; j++) {
      const width = v[j]!;
      if (width === 0) continue;
      const value = v[x + j]!;
      const price = v[reduced + j]!;
      const miss = Math.abs(price - v[zl + j]! + v[zu + j]!);
      if (!(miss <= dualResidual)) dualResidual = miss;
      products += value * v[zl + j]! + (width - value) * v[zu + j]!;
      primal += v[cost + j]! * value;
      // Twice min(0, price), without a branch that nobody could predict.
      twiceLeast += (price - Math.abs(price)) * width;
    }
    this.#judged.dualResidual = dualResidual;
    this.#judged.products += products;
    this.#judged.primal += primal;
    this.#judged.least += twiceLeast / 2;
  }

  judged(): Judgement {
    return this.#judged;
  }

  startPredicting(): void {
    this.#primal = 0;
    this.#dual = 0;
    this.#slope = 0;
    this.#bend = 0;
  }

  /** Largest ratios of the predictor's step to the bounds, and the sums that give the products after any step. */
  predict(from: number, to: number): void {
    const v = this.#all;
    const n = this.#count;
    const [x, zl, zu, reduced, dx] = [2 * n, 3 * n, 4 * n, 6 * n, this.#at];
    let primal = this.#primal;
    let dual = this.#dual;
    let slope = 0;
    let bend = 0;
    for (let j = from; j < to; j++) {
      const width = v[j]!;
      if (width === 0) continue;
      const step = v[dx + j]!;
      const p = v[x + j]!;
      const w = width - p;
      slope += step * (v[zl + j]! - v[zu + j]!);
      bend += step * v[reduced + j]!;
      if (-step > primal * p) primal = -step / p;
      if (step > primal * w) primal = step / w;
      if (p + step > dual * p) dual = (p + step) / p;
      if (w - step > dual * w) dual = (w - step) / w;
    }
    this.#primal = primal;
    this.#dual = dual;
    this.#slope += slope;
    this.#bend += bend;
  }

  /**
   * @param products at the point
   * @param along dy'r, for the sum of dx^2/theta = dx (A'dy - q) is dy'r - dx'q
   */
  predicted(products: number, along: number): PredictedSteps {
    const slope = this.#slope;
    const bend = along - this.#bend;
    const steps = { primal: 1 / Math.max(1, this.#primal), dual: 1 / Math.max(1, this.#dual) };
    const { primal: alpha, dual: beta } = steps;
    const after = products + alpha * slope - beta * (products + slope) - alpha * beta * (slope + bend);
    return { ...steps, products: after };
  }

  /** Turns the predictor's direction into the corrector's right-hand side, which aims at `target`. */
  correct(from: number, to: number): void {
    const v = this.#all;
    const n = this.#count;
    const [x, zl, zu, reduced, dx] = [2 * n, 3 * n, 4 * n, 6 * n, this.#at];
    const [q, al, au] = [dx + n, dx + 2 * n, dx + 3 * n];
    const { target } = this;
    for (let j = from; j < to; j++) {
      const width = v[j]!;
      if (width === 0) continue;
      const p = v[x + j]!;
      const w = width - p;
      const inverse = 1 / (p * w);
      const perP = w * inverse;
      const perW = p * inverse;
      const step = v[dx + j]!;
      const lower = v[zl + j]!;
      const upper = v[zu + j]!;
      // al + zl and au + zu
      const low = (target + step * lower * (1 + step * perP)) * perP;
      const high = (target - step * upper * (1 - step * perW)) * perW;
      v[al + j] = low - lower;
      v[au + j] = high - upper;
      v[q + j] = v[reduced + j]! - low + high;
    }
  }

  /**
   * After `measure` and `swap`, prepares a direction from the other one: products that its steps of the wanted lengths would leave outside the
   * target's neighbourhood are pulled back. Another `swap` brings the other one back.
   */
  centre(from: number, to: number): void {
    const v = this.#all;
    const n = this.#count;
    const [x, zl, zu, dx, at] = [2 * n, 3 * n, 4 * n, this.#otherAt, this.#at];
    const [otherQ, dzl, dzu] = [dx + n, dx + 2 * n, dx + 3 * n];
    const [q, al, au] = [at + n, at + 2 * n, at + 3 * n];
    const { target } = this;
    const { primal, dual } = this.wanted;
    const least = 0.1 * target;
    const most = 10 * target;
    for (let j = from; j < to; j++) {
      const width = v[j]!;
      if (width === 0) continue;
      const p = v[x + j]!;
      const w = width - p;
      const inverse = 1 / (p * w);
      const perP = w * inverse;
      const perW = p * inverse;
      const step = v[dx + j]!;
      const lower = v[zl + j]!;
      const upper = v[zu + j]!;
      const lowProduct = (p + primal * step) * (lower + dual * v[dzl + j]!);
      const highProduct = (w - primal * step) * (upper + dual * v[dzu + j]!);
      let low = 0;
      let high = 0;
      if (lowProduct < least) low = least - lowProduct;
      else if (lowProduct > most) low = Math.max(most - lowProduct, -most);
      if (highProduct < least) high = least - highProduct;
      else if (highProduct > most) high = Math.max(most - highProduct, -most);
      v[al + j] = v[dzl + j]! + (lower * step + low) * perP;
      v[au + j] = v[dzu + j]! + (high - upper * step) * perW;
      v[q + j] = v[otherQ + j]! + high * perW - low * perP;
    }
  }

  swap(): void {
    [this.#at, this.#otherAt] = [this.#otherAt, this.#at];
    const n = this.#count;
    this.dx = this.#all.subarray(this.#at, this.#at + n);
    this.q = this.#all.subarray(this.#at + n, this.#at + 2 * n);
  }

  /** @param longest step of interest */
  startMeasuring(longest: number): void {
    this.#primal = 1 / longest;
    this.#dual = 1 / longest;
  }

  /** Step lengths to the nearest bound for the al, au and dx at hand; dzl and dzu take the place of al and au. */
  measure(from: number, to: number): void {
    const v = this.#all;
    const n = this.#count;
    const [x, zl, zu, dx] = [2 * n, 3 * n, 4 * n, this.#at];
    const [al, au] = [dx + 2 * n, dx + 3 * n];
    let primal = this.#primal;
    let dual = this.#dual;
    for (let j = from; j < to; j++) {
      const width = v[j]!;
      if (width === 0) continue;
      const p = v[x + j]!;
      const w = width - p;
      const inverse = 1 / (p * w);
      const step = v[dx + j]!;
      const lower = v[zl + j]!;
      const upper = v[zu + j]!;
      const dzl = v[al + j]! - lower * step * w * inverse;
      const dzu = v[au + j]! + upper * step * p * inverse;
      v[al + j] = dzl;
      v[au + j] = dzu;
      if (-step > primal * p) primal = -step / p;
      if (step > primal * w) primal = step / w;
      if (-dzl > dual * lower) dual = -dzl / lower;
      if (-dzu > dual * upper) dual = -dzu / upper;
    }
    this.#primal = primal;
    this.#dual = dual;
  }

  measured(): StepLengths {
    return { primal: 1 / this.#primal, dual: 1 / this.#dual };
  }
}

/** Kept from programme to programme: asking the system for megabytes takes as long as several rounds. Larger ones go back to it. */
let spare = new Float64Array(0);
const MOST_KEPT = 2 ** 22;

/** Zeroes. There is one point at a time: it belongs to the caller until the next one asks. */
function takeBuffer(length: number): Float64Array {
  if (length > MOST_KEPT) return new Float64Array(length);
  if (spare.length < length) spare = new Float64Array(length);
  return spare.subarray(0, length).fill(0);
}

/** Largest dual residual, sum of products, c'x, and the sum of min(0, c - A'y) range. */
export interface Judgement {
  dualResidual: number;
  products: number;
  primal: number;
  least: number;
}

export interface StepLengths {
  primal: number;
  dual: number;
}

export interface PredictedSteps extends StepLengths {
  /** Sum of products after steps of these lengths. */
  products: number;
}
