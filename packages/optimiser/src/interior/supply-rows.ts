/**
 * The rows that all blocks share, one per slot, and those of the capacity price.
 *
 *   balance(t):  imp(t) - exp(t) + over(t) - sum c + sum g = base(t)
 *   peak(t):     imp(t) + over(t) + slack(t) - h P = cap(t)              only with a capacity price; P in kW, h hours
 *
 * The peak rows are eliminated like a block: without P they are diagonal, D = alpha + theta(slack), alpha = theta(imp) + theta(over), coupled
 * to their slot by alpha, which leaves theta(exp) + alpha theta(slack)/D on the slot's diagonal. P joins them all: a border of rank one. With
 * xi the step of P before its own q, k(t) = -h alpha/D and a = -h:
 *   S dy - k xi = R,   k'dy + (1/theta(P) + sum a^2/D) xi = sum a Rp/D,   so  dy = S^-1 R + xi S^-1 k.
 */
import { choleskySolve } from './cholesky.ts';
import type { BlockArrowProgram } from './program.ts';

export class SupplyRows {
  readonly #slots: number;
  readonly #peak: number;
  readonly #slotHours: number;
  readonly #alpha: Float64Array;
  readonly #inverse: Float64Array;
  /** k, and S^-1 k. */
  readonly #border: Float64Array;
  readonly #solved: Float64Array;
  readonly #peakRight: Float64Array;
  /** 1 / (1/theta(P) + sum a^2/D + k'S^-1 k). */
  #stiffness = 0;

  constructor({ slots, peak, slotHours }: BlockArrowProgram) {
    this.#slots = slots;
    this.#peak = peak;
    this.#slotHours = slotHours;
    const rows = peak < 0 ? 0 : slots;
    this.#alpha = new Float64Array(rows);
    this.#inverse = new Float64Array(rows);
    this.#border = new Float64Array(rows);
    this.#solved = new Float64Array(rows);
    this.#peakRight = new Float64Array(rows);
  }

  residual(x: Float64Array, b: Float64Array, r: Float64Array): void {
    const slots = this.#slots;
    const peak = this.#peak;
    for (let t = 0; t < slots; t++) {
      const drawn = x[t]! + x[2 * slots + t]!;
      r[t] = b[t]! - drawn + x[slots + t]!;
      if (peak >= 0) r[slots + t] = b[slots + t]! - drawn - x[3 * slots + t]! + this.#slotHours * x[peak]!;
    }
  }

  reducedCosts(y: Float64Array, cost: Float64Array, out: Float64Array): void {
    const slots = this.#slots;
    const peak = this.#peak;
    let ofPeak = 0;
    for (let t = 0; t < slots; t++) {
      const onPeak = peak < 0 ? 0 : y[slots + t]!;
      out[t] = cost[t]! - y[t]! - onPeak;
      out[slots + t] = cost[slots + t]! + y[t]!;
      out[2 * slots + t] = cost[2 * slots + t]! - y[t]! - onPeak;
      if (peak >= 0) out[3 * slots + t] = cost[3 * slots + t]! - onPeak;
      ofPeak += onPeak;
    }
    if (peak >= 0) out[peak] = cost[peak]! + this.#slotHours * ofPeak;
  }

  /** Puts the supply's part on the diagonal of S. */
  eliminate(theta: Float64Array, schur: Float64Array): void {
    const slots = this.#slots;
    for (let t = 0; t < slots; t++) {
      const alpha = theta[t]! + theta[2 * slots + t]!;
      let own = alpha;
      if (this.#peak >= 0) {
        const slack = theta[3 * slots + t]!;
        const inverse = alpha + slack > 0 ? 1 / (alpha + slack) : 0;
        own = alpha * slack * inverse;
        this.#alpha[t] = alpha;
        this.#inverse[t] = inverse;
        this.#border[t] = -this.#slotHours * alpha * inverse;
      }
      schur[t * (slots + 1)]! += own + theta[slots + t]!;
    }
  }

  /** After S has been factorised. */
  factorise(theta: Float64Array, factor: Float64Array, first: Int32Array): void {
    if (this.#peak < 0) return;
    const slots = this.#slots;
    const solved = this.#solved;
    solved.set(this.#border);
    choleskySolve(factor, slots, first, solved);
    let stiffness = 1 / theta[this.#peak]!;
    for (let t = 0; t < slots; t++) {
      stiffness += this.#slotHours * this.#slotHours * this.#inverse[t]! + this.#border[t]! * solved[t]!;
    }
    this.#stiffness = theta[this.#peak]! > 0 ? 1 / stiffness : 0;
  }

  rightHandSide(theta: Float64Array, q: Float64Array, r: Float64Array, right: Float64Array): void {
    const slots = this.#slots;
    for (let t = 0; t < slots; t++) {
      const drawn = theta[t]! * q[t]! + theta[2 * slots + t]! * q[2 * slots + t]!;
      right[t] = r[t]! + drawn - theta[slots + t]! * q[slots + t]!;
      if (this.#peak < 0) continue;
      const onPeak = r[slots + t]! + drawn + theta[3 * slots + t]! * q[3 * slots + t]!;
      const ofPeak = onPeak - this.#slotHours * theta[this.#peak]! * q[this.#peak]!;
      this.#peakRight[t] = ofPeak;
      right[t]! -= this.#alpha[t]! * this.#inverse[t]! * ofPeak;
    }
  }

  /** `dy` holds S^-1 R in its first entries; completes it, and writes dx of the supply. */
  direction(theta: Float64Array, q: Float64Array, dy: Float64Array, dx: Float64Array): void {
    const slots = this.#slots;
    const peak = this.#peak;
    if (peak >= 0) this.#completePeak(theta, q, dy, dx);
    for (let t = 0; t < slots; t++) {
      const onPeak = peak < 0 ? 0 : dy[slots + t]!;
      dx[t] = theta[t]! * (dy[t]! + onPeak - q[t]!);
      dx[slots + t] = theta[slots + t]! * (-dy[t]! - q[slots + t]!);
      dx[2 * slots + t] = theta[2 * slots + t]! * (dy[t]! + onPeak - q[2 * slots + t]!);
      if (peak >= 0) dx[3 * slots + t] = theta[3 * slots + t]! * (onPeak - q[3 * slots + t]!);
    }
  }

  #completePeak(theta: Float64Array, q: Float64Array, dy: Float64Array, dx: Float64Array): void {
    const slots = this.#slots;
    const h = this.#slotHours;
    let pull = 0;
    for (let t = 0; t < slots; t++) {
      pull -= h * this.#inverse[t]! * this.#peakRight[t]! + this.#border[t]! * dy[t]!;
    }
    const xi = pull * this.#stiffness;
    for (let t = 0; t < slots; t++) {
      dy[t]! += xi * this.#solved[t]!;
      dy[slots + t] = this.#inverse[t]! * (this.#peakRight[t]! - this.#alpha[t]! * dy[t]! + h * xi);
    }
    dx[this.#peak] = xi - theta[this.#peak]! * q[this.#peak]!;
  }
}
