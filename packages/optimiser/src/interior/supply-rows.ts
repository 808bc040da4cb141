/**
 * The rows that all blocks share, one per slot, and those of the capacity price.
 *
 *   balance(t):  imp(t) - exp(t) + over(t) - sum c + sum g = base(t)
 *   peak(t):     imp(t) + over(t) + slack(t) - h P = cap(t)              only with a capacity price; P in kW, h hours
 *
 * Where GREEN sessions share a surplus they have slots of their own, t' = t + the slots of the grid, which the slot t supplies:
 *
 *   balance(t'): imp(t') + over(t') - sum c = 0, and  - imp(t') - over(t')  in balance(t)     imp(t') surplus, over(t') from the grid
 *
 * The peak rows are eliminated like a block. Their own matrix is E = diag(D) + h^2 theta(P) 11', D = alpha + theta(slack), alpha = theta(imp) +
 * theta(over), and alpha couples each to its slot. With v = alpha/D and m = 1/(1/(h^2 theta(P)) + sum 1/D) that leaves
 *   S += diag(theta(exp) + alpha theta(slack)/D) + m v v',   E^-1 z = (z - m sum(z/D)) / D:
 * only sums of positive numbers, where a border for P would divide by what is nearly 0 when the peak binds.
 */
import type { BlockArrowProgram } from './program.ts';

export class SupplyRows {
  readonly #slots: number;
  /** Slots of the grid; those from here on are the GREEN sessions'. */
  readonly #gridSlots: number;
  readonly #peak: number;
  readonly #slotHours: number;
  readonly #alpha: Float64Array;
  /** 1/D and v. */
  readonly #inverse: Float64Array;
  readonly #share: Float64Array;
  /** Right-hand side of the peak rows, then E^-1 of it. */
  readonly #peakRight: Float64Array;
  /** m; the slot with the largest 1/D; and 1/(h^2 theta(P)) + sum 1/D of the others. */
  #joint = 0;
  #stiffest = 0;
  #rest = 0;

  constructor({ slots, gridSlots, peak, slotHours }: BlockArrowProgram) {
    this.#slots = slots;
    this.#gridSlots = gridSlots;
    this.#peak = peak;
    this.#slotHours = slotHours;
    const rows = peak < 0 ? 0 : slots;
    this.#alpha = new Float64Array(rows);
    this.#inverse = new Float64Array(rows);
    this.#share = new Float64Array(rows);
    this.#peakRight = new Float64Array(rows);
  }

  residual(x: Float64Array, b: Float64Array, r: Float64Array): void {
    const slots = this.#slots;
    const peak = this.#peak;
    for (let t = 0; t < slots; t++) {
      const drawn = x[t]! + x[2 * slots + t]!;
      r[t] = b[t]! - drawn + x[slots + t]!;
      if (t >= this.#gridSlots) r[t - this.#gridSlots]! += drawn;
      if (peak >= 0) r[slots + t] = b[slots + t]! - drawn - x[3 * slots + t]! + this.#slotHours * x[peak]!;
    }
  }

  reducedCosts(y: Float64Array, cost: Float64Array, out: Float64Array): void {
    const slots = this.#slots;
    const peak = this.#peak;
    let ofPeak = 0;
    for (let t = 0; t < slots; t++) {
      const onPeak = peak < 0 ? (t < this.#gridSlots ? 0 : -y[t - this.#gridSlots]!) : y[slots + t]!;
      out[t] = cost[t]! - y[t]! - onPeak;
      out[slots + t] = cost[slots + t]! + y[t]!;
      out[2 * slots + t] = cost[2 * slots + t]! - y[t]! - onPeak;
      if (peak >= 0) out[3 * slots + t] = cost[3 * slots + t]! - onPeak;
      ofPeak += onPeak;
    }
    if (peak >= 0) out[peak] = cost[peak]! + this.#slotHours * ofPeak;
  }

  /** Adds the supply's part to the lower triangle of S. */
  eliminate(theta: Float64Array, schur: Float64Array): void {
    const slots = this.#slots;
    const share = this.#share;
    for (let t = 0; t < slots; t++) {
      const alpha = theta[t]! + theta[2 * slots + t]!;
      let own = alpha;
      if (this.#peak >= 0) {
        const slack = theta[3 * slots + t]!;
        const inverse = alpha + slack > 0 ? 1 / (alpha + slack) : 0;
        own = alpha * slack * inverse;
        this.#alpha[t] = alpha;
        this.#inverse[t] = inverse;
        share[t] = alpha * inverse;
      }
      schur[t * (slots + 1)]! += own + theta[slots + t]!;
      if (t < this.#gridSlots) continue;
      const from = t - this.#gridSlots;
      schur[from * (slots + 1)]! += alpha;
      schur[t * slots + from]! -= alpha;
    }
    if (this.#peak < 0) return;
    const ofPeak = this.#slotHours * this.#slotHours * theta[this.#peak]!;
    const inverse = this.#inverse;
    this.#stiffest = 0;
    for (let t = 1; t < slots; t++) if (inverse[t]! > inverse[this.#stiffest]!) this.#stiffest = t;
    let others = 0;
    for (let t = 0; t < slots; t++) if (t !== this.#stiffest) others += inverse[t]!;
    this.#rest = 1 / ofPeak + others;
    this.#joint = ofPeak > 0 ? 1 / (this.#rest + inverse[this.#stiffest]!) : 0;
    for (let t = 0; t < slots; t++) {
      const scaled = this.#joint * share[t]!;
      for (let i = 0; i <= t; i++) schur[t * slots + i]! += scaled * share[i]!;
    }
  }

  rightHandSide(theta: Float64Array, q: Float64Array, r: Float64Array, right: Float64Array): void {
    const slots = this.#slots;
    const peak = this.#peak;
    const onPeak = this.#peakRight;
    for (let t = 0; t < slots; t++) {
      const drawn = theta[t]! * q[t]! + theta[2 * slots + t]! * q[2 * slots + t]!;
      right[t] = r[t]! + drawn - theta[slots + t]! * q[slots + t]!;
      if (t >= this.#gridSlots) right[t - this.#gridSlots]! -= drawn;
      if (peak < 0) continue;
      const ofPeak = this.#slotHours * theta[peak]! * q[peak]!;
      onPeak[t] = r[slots + t]! + drawn + theta[3 * slots + t]! * q[3 * slots + t]! - ofPeak;
    }
    if (peak < 0) return;
    this.#solvePeakRows(onPeak);
    for (let t = 0; t < slots; t++) right[t]! -= this.#alpha[t]! * onPeak[t]!;
  }

  /** E^-1, in place. Where one slot has nearly all of sum 1/D, its own 1 - m/D is summed from the others: m (1/(h^2 theta(P)) + rest). */
  #solvePeakRows(values: Float64Array): void {
    const inverse = this.#inverse;
    const most = this.#stiffest;
    let sum = 0;
    for (let t = 0; t < inverse.length; t++) if (t !== most) sum += values[t]! * inverse[t]!;
    const ofMost = values[most]!;
    const whole = sum + ofMost * inverse[most]!;
    for (let t = 0; t < inverse.length; t++) values[t] = (values[t]! - this.#joint * whole) * inverse[t]!;
    if (this.#joint > 0) values[most] = this.#joint * (this.#rest * ofMost - sum) * inverse[most]!;
  }

  /** `dy` holds S^-1 R in its first entries; completes it, and writes dx of the supply. */
  direction(theta: Float64Array, q: Float64Array, dy: Float64Array, dx: Float64Array): void {
    const slots = this.#slots;
    const peak = this.#peak;
    if (peak >= 0) this.#completePeak(theta, q, dy, dx);
    for (let t = 0; t < slots; t++) {
      const onPeak = peak < 0 ? (t < this.#gridSlots ? 0 : -dy[t - this.#gridSlots]!) : dy[slots + t]!;
      dx[t] = theta[t]! * (dy[t]! + onPeak - q[t]!);
      dx[slots + t] = theta[slots + t]! * (-dy[t]! - q[slots + t]!);
      dx[2 * slots + t] = theta[2 * slots + t]! * (dy[t]! + onPeak - q[2 * slots + t]!);
      if (peak >= 0) dx[3 * slots + t] = theta[3 * slots + t]! * (onPeak - q[3 * slots + t]!);
    }
  }

  #completePeak(theta: Float64Array, q: Float64Array, dy: Float64Array, dx: Float64Array): void {
    const slots = this.#slots;
    const peak = this.#peak;
    const passed = this.#alpha.map((alpha, t) => alpha * dy[t]!);
    this.#solvePeakRows(passed);
    let sum = 0;
    for (let t = 0; t < slots; t++) {
      dy[slots + t] = this.#peakRight[t]! - passed[t]!;
      sum += dy[slots + t]!;
    }
    dx[peak] = theta[peak]! * (-this.#slotHours * sum - q[peak]!);
  }
}
