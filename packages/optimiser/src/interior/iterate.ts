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
 */
import type { BlockArrowProgram } from './program.ts';

/** Boxes narrower than this hold a constant, kWh. */
const CONSTANT_KWH = 1e-11;
/** Nearest that x comes to a bound, as a share of the range: below this, range - x has no correct digit. */
const NEAREST = 1e-15;
const NEAREST_TO_ZERO = 1e-100;
const LEAST_MULTIPLIER = 1e-250;

export class Iterate {
  readonly range: Float64Array;
  readonly cost: Float64Array;
  readonly x: Float64Array;
  readonly zl: Float64Array;
  readonly zu: Float64Array;
  readonly theta: Float64Array;
  /** c - A'y. */
  readonly reduced: Float64Array;
  /** The direction at hand and what it solves; and another one, tried by `centre`. */
  dx: Float64Array;
  q: Float64Array;
  #al: Float64Array;
  #au: Float64Array;
  #otherDx: Float64Array;
  #otherQ: Float64Array;
  #otherAl: Float64Array;
  #otherAu: Float64Array;
  /** Number of variables with a range. */
  readonly free: number;

  constructor({ variables, lower, upper, cost }: BlockArrowProgram) {
    const perVariable = () => new Float64Array(variables);
    this.cost = cost;
    this.range = perVariable();
    this.x = perVariable();
    this.zl = perVariable();
    this.zu = perVariable();
    this.theta = perVariable();
    this.dx = perVariable();
    this.reduced = perVariable();
    this.q = perVariable();
    this.#al = perVariable();
    this.#au = perVariable();
    this.#otherDx = perVariable();
    this.#otherQ = perVariable();
    this.#otherAl = perVariable();
    this.#otherAu = perVariable();
    let free = 0;
    for (let j = 0; j < variables; j++) {
      const range = upper[j]! - lower[j]!;
      if (range < CONSTANT_KWH) continue;
      this.range[j] = range;
      free++;
    }
    this.free = free;
  }

  /** Takes the step (lengths 0..1), then the thetas of the new point. */
  advance(primal: number, dual: number): void {
    const { range, x, zl, zu, theta, dx } = this;
    const al = this.#al;
    const au = this.#au;
    for (let j = 0; j < range.length; j++) {
      const width = range[j]!;
      if (width === 0) continue;
      const p = x[j]!;
      const step = dx[j]!;
      const lower = Math.max(LEAST_MULTIPLIER, zl[j]! + dual * (al[j]! - (zl[j]! * step) / p));
      const upper = Math.max(LEAST_MULTIPLIER, zu[j]! + dual * (au[j]! + (zu[j]! * step) / (width - p)));
      const value = Math.min(width - width * NEAREST, Math.max(width * NEAREST_TO_ZERO, p + primal * step));
      const room = width - value;
      x[j] = value;
      zl[j] = lower;
      zu[j] = upper;
      theta[j] = (value * room) / (lower * room + upper * value);
    }
  }

  /** Largest dual residual, sum of products, c'x, and the sum of min(0, c - A'y) range. */
  judge(): Judgement {
    const { range, cost, x, zl, zu, reduced } = this;
    let dualResidual = 0;
    let products = 0;
    let primal = 0;
    let least = 0;
    for (let j = 0; j < range.length; j++) {
      const width = range[j]!;
      if (width === 0) continue;
      const value = x[j]!;
      const price = reduced[j]!;
      const miss = Math.abs(price - zl[j]! + zu[j]!);
      if (!(miss <= dualResidual)) dualResidual = miss;
      products += value * zl[j]! + (width - value) * zu[j]!;
      primal += cost[j]! * value;
      if (price < 0) least += price * width;
    }
    return { dualResidual, products, primal, least };
  }

  /** Largest ratios of the predictor's step to the bounds, and the sums that give the products after any step. */
  predictorSteps(products: number): PredictedSteps {
    const { range, x, zl, zu, theta, dx } = this;
    let primal = 0;
    let dual = 0;
    let slope = 0;
    let bend = 0;
    for (let j = 0; j < range.length; j++) {
      const width = range[j]!;
      if (width === 0) continue;
      const step = dx[j]!;
      const p = x[j]!;
      const w = width - p;
      slope += step * (zl[j]! - zu[j]!);
      bend += (step * step) / theta[j]!;
      if (-step > primal * p) primal = -step / p;
      if (step > primal * w) primal = step / w;
      if (p + step > dual * p) dual = (p + step) / p;
      if (w - step > dual * w) dual = (w - step) / w;
    }
    const steps = { primal: 1 / Math.max(1, primal), dual: 1 / Math.max(1, dual) };
    const { primal: alpha, dual: beta } = steps;
    const after = products + alpha * slope - beta * (products + slope) - alpha * beta * (slope + bend);
    return { ...steps, products: after };
  }

  /** Turns the predictor's direction into the corrector's right-hand side. */
  correct(target: number): void {
    const { range, x, zl, zu, dx, reduced, q } = this;
    const al = this.#al;
    const au = this.#au;
    for (let j = 0; j < range.length; j++) {
      const width = range[j]!;
      if (width === 0) continue;
      const p = x[j]!;
      const w = width - p;
      const step = dx[j]!;
      const lower = zl[j]!;
      const upper = zu[j]!;
      // al + zl and au + zu
      const low = (target + step * lower * (1 + step / p)) / p;
      const high = (target - step * upper * (1 - step / w)) / w;
      al[j] = low - lower;
      au[j] = high - upper;
      q[j] = reduced[j]! - low + high;
    }
  }

  /**
   * Prepares another direction: products that steps of these lengths would leave outside the target's neighbourhood are pulled back.
   * The direction at hand comes back with another `swap`.
   */
  centre(target: number, primal: number, dual: number): void {
    const { range, x, zl, zu, dx, q } = this;
    const al = this.#al;
    const au = this.#au;
    const centredAl = this.#otherAl;
    const centredAu = this.#otherAu;
    const centredQ = this.#otherQ;
    const least = 0.1 * target;
    const most = 10 * target;
    for (let j = 0; j < range.length; j++) {
      const width = range[j]!;
      if (width === 0) continue;
      const p = x[j]!;
      const w = width - p;
      const step = dx[j]!;
      const lowProduct = (p + primal * step) * (zl[j]! + dual * (al[j]! - (zl[j]! * step) / p));
      const highProduct = (w - primal * step) * (zu[j]! + dual * (au[j]! + (zu[j]! * step) / w));
      let low = 0;
      let high = 0;
      if (lowProduct < least) low = (least - lowProduct) / p;
      else if (lowProduct > most) low = Math.max(most - lowProduct, -most) / p;
      if (highProduct < least) high = (least - highProduct) / w;
      else if (highProduct > most) high = Math.max(most - highProduct, -most) / w;
      centredAl[j] = al[j]! + low;
      centredAu[j] = au[j]! + high;
      centredQ[j] = q[j]! + high - low;
    }
    this.swap();
  }

  swap(): void {
    [this.dx, this.#otherDx] = [this.#otherDx, this.dx];
    [this.q, this.#otherQ] = [this.#otherQ, this.q];
    [this.#al, this.#otherAl] = [this.#otherAl, this.#al];
    [this.#au, this.#otherAu] = [this.#otherAu, this.#au];
  }

  /** Step lengths to the nearest bound for the al, au and dx at hand; at most `longest`. */
  steps(longest: number): StepLengths {
    const { range, x, zl, zu, dx } = this;
    const al = this.#al;
    const au = this.#au;
    let primal = 1 / longest;
    let dual = 1 / longest;
    for (let j = 0; j < range.length; j++) {
      const width = range[j]!;
      if (width === 0) continue;
      const p = x[j]!;
      const w = width - p;
      const step = dx[j]!;
      const lower = zl[j]!;
      const upper = zu[j]!;
      const downLower = (lower * step) / p - al[j]!;
      const downUpper = -au[j]! - (upper * step) / w;
      if (-step > primal * p) primal = -step / p;
      if (step > primal * w) primal = step / w;
      if (downLower > dual * lower) dual = downLower / lower;
      if (downUpper > dual * upper) dual = downUpper / upper;
    }
    return { primal: 1 / primal, dual: 1 / dual };
  }
}

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
