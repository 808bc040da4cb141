/**
 * The normal equations  (A Theta A') dy = r + A Theta q,  dx = Theta (A'dy - q)  of a block-arrow programme.
 *
 * Blocks meet only in the slots' balance rows. Every block is eliminated into a dense slots x slots Schur matrix S: a row block by a rank-one
 * term, a chain by its tridiagonal L D L', whose inverse columns follow the recurrence
 *   Z(j,j) = 1/d(j) + l(j+1)^2 Z(j+1,j+1),   Z(i,j) = -l(i+1) Z(i+1,j)  for i < j.
 * Factorising costs sum over blocks of window^2/2 multiply-adds plus slots^3/6; a further right-hand side only sum of window plus slots^2.
 */
import { choleskyInPlace, choleskySolve } from './cholesky.ts';
import type { Block, BlockArrowProgram } from './program.ts';

export class NormalEquations {
  readonly #program: BlockArrowProgram;
  /** 1 / (zl/(x-l) + zu/(u-x)) per variable; 0 where the variable is constant. Written by the caller before `factorise`. */
  readonly theta: Float64Array;
  /** r = b - A x per multiplier. */
  readonly residual: Float64Array;
  /** The solution of `solve`. */
  readonly dy: Float64Array;
  readonly dx: Float64Array;
  readonly #schur: Float64Array;
  readonly #right: Float64Array;
  /** Per multiplier of a block: pivot d(k) and l(k) of L D L' (row block: d alone), and v = M^-1 w. */
  readonly #pivot: Float64Array;
  readonly #link: Float64Array;
  readonly #v: Float64Array;
  /** Coupling of a chain's row k with its slot. */
  readonly #coupling: Float64Array;

  constructor(program: BlockArrowProgram) {
    const { variables, multipliers, slots } = program;
    this.#program = program;
    this.theta = new Float64Array(variables);
    this.dx = new Float64Array(variables);
    this.residual = new Float64Array(multipliers);
    this.dy = new Float64Array(multipliers);
    this.#schur = new Float64Array(slots * slots);
    this.#right = new Float64Array(slots);
    this.#pivot = new Float64Array(multipliers);
    this.#link = new Float64Array(multipliers);
    this.#v = new Float64Array(multipliers);
    this.#coupling = new Float64Array(multipliers);
  }

  /** Writes r = b - A x; returns its largest entry. */
  updateResidual(x: Float64Array): number {
    const { slots, baseKwh, blocks } = this.#program;
    const r = this.residual;
    for (let t = 0; t < slots; t++) r[t] = baseKwh[t]! - x[t]! + x[slots + t]!;
    for (const block of blocks) {
      const { charge, discharge, content, window, firstSlot, multiplier, chargeEfficiency } = block;
      const lost = 1 / block.dischargeEfficiency;
      if (block.kind === 'row') {
        let sum = 0;
        for (let k = 0; k < window; k++) {
          sum += x[charge + k]!;
          r[firstSlot + k]! += x[charge + k]!;
        }
        r[multiplier] = block.rightHandSide - chargeEfficiency * sum + x[content]!;
        continue;
      }
      let before = block.rightHandSide;
      for (let k = 0; k < window; k++) {
        const c = x[charge + k]!;
        const g = discharge < 0 ? 0 : x[discharge + k]!;
        r[firstSlot + k]! += c - g;
        r[multiplier + k] = before - x[content + k]! + chargeEfficiency * c - g * lost;
        before = x[content + k]!;
      }
    }
    return largest(r);
  }

  /** Writes c - A'y into `reduced`; returns b'y. */
  reducedCosts(y: Float64Array, reduced: Float64Array): number {
    const { cost, slots, baseKwh, blocks } = this.#program;
    let value = 0;
    for (let t = 0; t < slots; t++) {
      reduced[t] = cost[t]! - y[t]!;
      reduced[slots + t] = cost[slots + t]! + y[t]!;
      value += y[t]! * baseKwh[t]!;
    }
    for (const block of blocks) {
      const { charge, discharge, content, window, firstSlot, multiplier, chargeEfficiency } = block;
      const lost = 1 / block.dischargeEfficiency;
      value += y[multiplier]! * block.rightHandSide;
      if (block.kind === 'row') {
        const priceOfNeed = chargeEfficiency * y[multiplier]!;
        for (let k = 0; k < window; k++) {
          reduced[charge + k] = cost[charge + k]! - priceOfNeed + y[firstSlot + k]!;
        }
        reduced[content] = cost[content]! + y[multiplier]!;
        continue;
      }
      for (let k = 0; k < window; k++) {
        const own = y[multiplier + k]!;
        const next = k + 1 < window ? y[multiplier + k + 1]! : 0;
        reduced[charge + k] = cost[charge + k]! + y[firstSlot + k]! + chargeEfficiency * own;
        if (discharge >= 0) reduced[discharge + k] = cost[discharge + k]! - y[firstSlot + k]! - own * lost;
        reduced[content + k] = cost[content + k]! - own + next;
      }
    }
    return value;
  }

  /** Eliminates every block into S and factorises it. */
  factorise(): void {
    const { slots, blocks } = this.#program;
    const theta = this.theta;
    const S = this.#schur.fill(0);
    for (let t = 0; t < slots; t++) S[t * slots + t] = theta[t]! + theta[slots + t]!;
    for (const block of blocks) {
      if (block.kind === 'row') this.#eliminateRow(block);
      else this.#eliminateChain(block);
    }
    choleskyInPlace(S, slots);
  }

  /** dy and dx for the q at hand, with the factors of the last `factorise`. */
  solve(q: Float64Array): void {
    this.#rightHandSides(q);
    this.#direction(q);
  }

  #eliminateRow(block: Block): void {
    const { slots } = this.#program;
    const { charge, window, firstSlot, chargeEfficiency: eta } = block;
    const theta = this.theta;
    const S = this.#schur;
    let sum = 0;
    for (let k = 0; k < window; k++) sum += theta[charge + k]!;
    const d = eta * eta * sum + theta[block.content]!;
    this.#pivot[block.multiplier] = d;
    const share = d > 0 ? (eta * eta) / d : 0;
    for (let k = 0; k < window; k++) {
      const row = (firstSlot + k) * slots + firstSlot;
      const scaled = theta[charge + k]! * share;
      for (let i = 0; i <= k; i++) S[row + i]! -= scaled * theta[charge + i]!;
      S[row + k]! += theta[charge + k]!;
    }
  }

  #eliminateChain(block: Block): void {
    const { slots } = this.#program;
    const { charge, discharge, content, window, firstSlot, multiplier, chargeEfficiency: eta } = block;
    const lost = 1 / block.dischargeEfficiency;
    const theta = this.theta;
    const S = this.#schur;
    const pivot = this.#pivot;
    const link = this.#link;
    const G = this.#coupling;
    for (let k = 0; k < window; k++) {
      const c = theta[charge + k]!;
      const g = discharge < 0 ? 0 : theta[discharge + k]!;
      const before = k === 0 ? 0 : theta[content + k - 1]!;
      G[multiplier + k] = eta * c + g * lost;
      let d = theta[content + k]! + before + eta * eta * c + g * lost * lost;
      if (k > 0) {
        const l = -before / pivot[multiplier + k - 1]!;
        link[multiplier + k] = l;
        d += l * before;
      }
      pivot[multiplier + k] = Math.max(d, 1e-300);
      S[(firstSlot + k) * (slots + 1)]! += c + g;
    }
    let diagonal = 0;
    for (let j = window - 1; j >= 0; j--) {
      const next = j + 1 < window ? link[multiplier + j + 1]! : 0;
      diagonal = 1 / pivot[multiplier + j]! + next * next * diagonal;
      const row = (firstSlot + j) * slots + firstSlot;
      const own = G[multiplier + j]!;
      let z = diagonal * own;
      S[row + j]! -= z * own;
      for (let i = j - 1; i >= 0; i--) {
        z *= -link[multiplier + i + 1]!;
        S[row + i]! -= z * G[multiplier + i]!;
      }
    }
  }

  /** R and the blocks' v for the q at hand; the factors stay. */
  #rightHandSides(q: Float64Array): void {
    const { slots, blocks } = this.#program;
    const theta = this.theta;
    const r = this.residual;
    const R = this.#right;
    const v = this.#v;
    for (let t = 0; t < slots; t++) R[t] = r[t]! + theta[t]! * q[t]! - theta[slots + t]! * q[slots + t]!;
    for (const block of blocks) {
      const { charge, discharge, content, window, firstSlot, multiplier, chargeEfficiency: eta } = block;
      const lost = 1 / block.dischargeEfficiency;
      if (block.kind === 'row') {
        let w = r[multiplier]! - theta[content]! * q[content]!;
        for (let k = 0; k < window; k++) w += eta * theta[charge + k]! * q[charge + k]!;
        const value = this.#pivot[multiplier]! > 0 ? w / this.#pivot[multiplier]! : 0;
        v[multiplier] = value;
        for (let k = 0; k < window; k++) {
          R[firstSlot + k]! += theta[charge + k]! * (eta * value - q[charge + k]!);
        }
        continue;
      }
      for (let k = 0; k < window; k++) {
        let w = r[multiplier + k]! + theta[content + k]! * q[content + k]!;
        if (k > 0)
          w -=
            theta[content + k - 1]! * q[content + k - 1]! +
            this.#link[multiplier + k]! * v[multiplier + k - 1]!;
        w -= eta * theta[charge + k]! * q[charge + k]!;
        if (discharge >= 0) w += theta[discharge + k]! * q[discharge + k]! * lost;
        v[multiplier + k] = w;
      }
      this.#solveUpper(block, v);
      for (let k = 0; k < window; k++) {
        R[firstSlot + k]! -=
          theta[charge + k]! * q[charge + k]! + this.#coupling[multiplier + k]! * v[multiplier + k]!;
        if (discharge >= 0) R[firstSlot + k]! += theta[discharge + k]! * q[discharge + k]!;
      }
    }
  }

  /** Second half of M^-1: values hold L^-1 w, become M^-1 w. */
  #solveUpper(block: Block, values: Float64Array): void {
    const { multiplier, window } = block;
    let after = 0;
    for (let k = window - 1; k >= 0; k--) {
      const linked = k + 1 < window ? this.#link[multiplier + k + 1]! * after : 0;
      after = values[multiplier + k]! / this.#pivot[multiplier + k]! - linked;
      values[multiplier + k] = after;
    }
  }

  #direction(q: Float64Array): void {
    const { slots, blocks } = this.#program;
    const theta = this.theta;
    const dx = this.dx;
    const dy = this.dy;
    for (let t = 0; t < slots; t++) dy[t] = this.#right[t]!;
    choleskySolve(this.#schur, slots, dy);
    for (let t = 0; t < slots; t++) {
      dx[t] = theta[t]! * (dy[t]! - q[t]!);
      dx[slots + t] = theta[slots + t]! * (-dy[t]! - q[slots + t]!);
    }
    for (const block of blocks) {
      const { charge, discharge, content, window, firstSlot, multiplier, chargeEfficiency: eta } = block;
      const lost = 1 / block.dischargeEfficiency;
      if (block.kind === 'row') {
        let sum = 0;
        for (let k = 0; k < window; k++) sum += theta[charge + k]! * dy[firstSlot + k]!;
        const d = this.#pivot[multiplier]!;
        const own = this.#v[multiplier]! + (d > 0 ? (eta * sum) / d : 0);
        dy[multiplier] = own;
        for (let k = 0; k < window; k++) {
          dx[charge + k] = theta[charge + k]! * (eta * own - dy[firstSlot + k]! - q[charge + k]!);
        }
        dx[content] = theta[content]! * (-own - q[content]!);
        continue;
      }
      for (let k = 0; k < window; k++) {
        let w = this.#coupling[multiplier + k]! * dy[firstSlot + k]!;
        if (k > 0) w -= this.#link[multiplier + k]! * dy[multiplier + k - 1]!;
        dy[multiplier + k] = w;
      }
      this.#solveUpper(block, dy);
      for (let k = 0; k < window; k++) dy[multiplier + k] = this.#v[multiplier + k]! - dy[multiplier + k]!;
      for (let k = 0; k < window; k++) {
        const own = dy[multiplier + k]!;
        const next = k + 1 < window ? dy[multiplier + k + 1]! : 0;
        const slot = dy[firstSlot + k]!;
        dx[charge + k] = theta[charge + k]! * (-slot - eta * own - q[charge + k]!);
        if (discharge >= 0)
          dx[discharge + k] = theta[discharge + k]! * (slot + own * lost - q[discharge + k]!);
        dx[content + k] = theta[content + k]! * (own - next - q[content + k]!);
      }
    }
  }
}

function largest(values: Float64Array): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) {
    const size = Math.abs(values[i]!);
    if (size > most || Number.isNaN(size)) most = size;
  }
  return most;
}
