/**
 * A vehicle or store whose content is followed:  s(k) - s(k-1) - eta c(k) + lambda g(k) - (u(k) - u(k-1)) = b(k),  lambda = 1/eta_d.
 *
 * M is tridiagonal: the nodal matrix of a ladder of conductances. Node k is tied to its slot by e(k) = eta^2 theta(c) + lambda^2 theta(g), to
 * node k+1 by t(k) = theta(s(k)) + theta(u(k)), and the last node by its t to ground. So nothing needs a subtraction:
 *   A(0) = e(0), d(k) = A(k) + t(k), rho(k) = t(k)/d(k), A(k+1) = e(k+1) + rho(k) A(k)       from the left: what node k sees to its left
 *   U(last) = t(last), U(k) = t(k) (U(k+1) + e(k+1)) / (t(k) + U(k+1) + e(k+1))              from the right
 *   Z = M^-1:  Z(k,k) = 1/(A(k) + U(k)),  Z(i,j) = rho(i) Z(i+1,j) for i < j
 * and with G(k) = eta theta(c) + lambda theta(g), the block adds to S
 *   diagonal  ((theta(c)+theta(g)) D + theta(c) theta(g) (lambda-eta)^2) Z(k,k), D = A(k) + U(k) - e(k) summed from parts;  else  -G(i) Z(i,j) G(j)
 * with full relative accuracy (the idea of Grassmann, Taksar and Heyman 1985): near the optimum the thetas span 20 decades.
 */
import type { Block, Factors } from './block.ts';

export function chainResidual(block: Block, x: Float64Array, b: Float64Array, r: Float64Array): void {
  const { charge, discharge, content, shortfall, window, firstSlot, multiplier } = block;
  const { chargeEfficiency: eta } = block;
  const lambda = 1 / block.dischargeEfficiency;
  let before = 0;
  for (let k = 0; k < window; k++) {
    const c = x[charge + k]!;
    const g = discharge < 0 ? 0 : x[discharge + k]!;
    const now = shortfall < 0 ? x[content + k]! : x[content + k]! - x[shortfall + k]!;
    r[firstSlot + k]! += c - g;
    r[multiplier + k] = b[multiplier + k]! + before - now + eta * c - lambda * g;
    before = now;
  }
}

export function chainReducedCosts(
  block: Block,
  y: Float64Array,
  cost: Float64Array,
  out: Float64Array,
): void {
  const { charge, discharge, content, shortfall, window, firstSlot, multiplier } = block;
  const { chargeEfficiency: eta } = block;
  const lambda = 1 / block.dischargeEfficiency;
  let next = 0;
  for (let k = window - 1; k >= 0; k--) {
    const own = y[multiplier + k]!;
    const slot = y[firstSlot + k]!;
    out[charge + k] = cost[charge + k]! + slot + eta * own;
    if (discharge >= 0) out[discharge + k] = cost[discharge + k]! - slot - lambda * own;
    out[content + k] = cost[content + k]! - own + next;
    if (shortfall >= 0) out[shortfall + k] = cost[shortfall + k]! + own - next;
    next = own;
  }
}

export class ChainElimination {
  /** Per k of the block at hand: e, A, G and what a row of Z G has become. */
  readonly #tie: Float64Array;
  readonly #left: Float64Array;
  readonly #slots: number;

  constructor(slots: number) {
    this.#slots = slots;
    this.#tie = new Float64Array(slots);
    this.#left = new Float64Array(slots);
  }

  /** Fills the block's factors and subtracts it from S. */
  eliminate(block: Block, theta: Float64Array, schur: Float64Array, factors: Factors): void {
    const { charge, discharge, content, shortfall, window, firstSlot, multiplier } = block;
    const { chargeEfficiency: eta } = block;
    const lambda = 1 / block.dischargeEfficiency;
    const slots = this.#slots;
    const tie = this.#tie;
    const left = this.#left;
    const { inversePivot, passedOn, coupling } = factors;
    let fromLeft = 0;
    for (let k = 0; k < window; k++) {
      const c = theta[charge + k]!;
      const g = discharge < 0 ? 0 : theta[discharge + k]!;
      const t = shortfall < 0 ? theta[content + k]! : theta[content + k]! + theta[shortfall + k]!;
      const e = eta * eta * c + lambda * lambda * g;
      const a = fromLeft + e;
      const d = a + t;
      const inverse = d > 0 ? 1 / d : 0;
      const rho = t * inverse;
      tie[k] = e;
      left[k] = fromLeft;
      inversePivot[multiplier + k] = inverse;
      passedOn[multiplier + k] = rho;
      coupling[multiplier + k] = eta * c + lambda * g;
      fromLeft = rho * a;
    }
    let fromRight = 0;
    for (let j = window - 1; j >= 0; j--) {
      const t = shortfall < 0 ? theta[content + j]! : theta[content + j]! + theta[shortfall + j]!;
      const seen = fromRight;
      if (j === window - 1) fromRight = t;
      else fromRight = t + seen > 0 ? (t * seen) / (t + seen) : 0;
      const c = theta[charge + j]!;
      const g = discharge < 0 ? 0 : theta[discharge + j]!;
      const rest = left[j]! + fromRight;
      const whole = rest + tie[j]!;
      const z = whole > 0 ? 1 / whole : 0;
      const row = (firstSlot + j) * slots + firstSlot;
      schur[row + j]! += ((c + g) * rest + c * g * (lambda - eta) * (lambda - eta)) * z;
      this.#spread(schur, row, j, multiplier, coupling[multiplier + j]! * z, factors);
      fromRight += tie[j]!;
    }
  }

  /** S(row, i) -= Z(i,j) G(i) G(j) for all i < j. */
  #spread(schur: Float64Array, row: number, j: number, multiplier: number, start: number, factors: Factors) {
    const { passedOn, coupling } = factors;
    let z = start;
    for (let i = j - 1; i >= 0; i--) {
      z *= passedOn[multiplier + i]!;
      schur[row + i]! -= z * coupling[multiplier + i]!;
    }
  }
}

/** Writes v and adds the block's part of the slots' right-hand side. */
export function chainRightHandSide(
  block: Block,
  theta: Float64Array,
  q: Float64Array,
  r: Float64Array,
  right: Float64Array,
  factors: Factors,
): void {
  const { charge, discharge, content, shortfall, window, firstSlot, multiplier } = block;
  const { chargeEfficiency: eta } = block;
  const lambda = 1 / block.dischargeEfficiency;
  const { passedOn, own, coupling } = factors;
  let before = 0;
  let carried = 0;
  for (let k = 0; k < window; k++) {
    const c = theta[charge + k]! * q[charge + k]!;
    const g = discharge < 0 ? 0 : theta[discharge + k]! * q[discharge + k]!;
    let now = theta[content + k]! * q[content + k]!;
    if (shortfall >= 0) now -= theta[shortfall + k]! * q[shortfall + k]!;
    const w = r[multiplier + k]! + now - before - eta * c + lambda * g + carried;
    own[multiplier + k] = w;
    carried = passedOn[multiplier + k]! * w;
    before = now;
    right[firstSlot + k]! += g - c;
  }
  solveUpper(block, own, factors);
  for (let k = 0; k < window; k++) right[firstSlot + k]! -= coupling[multiplier + k]! * own[multiplier + k]!;
}

/** dy of the block's rows and dx of its variables, given dy of the slots. */
export function chainDirection(
  block: Block,
  theta: Float64Array,
  q: Float64Array,
  dy: Float64Array,
  dx: Float64Array,
  factors: Factors,
): void {
  const { charge, discharge, content, shortfall, window, firstSlot, multiplier } = block;
  const { chargeEfficiency: eta } = block;
  const lambda = 1 / block.dischargeEfficiency;
  const { passedOn, own, coupling } = factors;
  let carried = 0;
  for (let k = 0; k < window; k++) {
    const w = coupling[multiplier + k]! * dy[firstSlot + k]! + carried;
    dy[multiplier + k] = w;
    carried = passedOn[multiplier + k]! * w;
  }
  solveUpper(block, dy, factors);
  let next = 0;
  for (let k = window - 1; k >= 0; k--) {
    const y = own[multiplier + k]! - dy[multiplier + k]!;
    const slot = dy[firstSlot + k]!;
    dy[multiplier + k] = y;
    dx[charge + k] = theta[charge + k]! * (-slot - eta * y - q[charge + k]!);
    if (discharge >= 0) dx[discharge + k] = theta[discharge + k]! * (slot + lambda * y - q[discharge + k]!);
    dx[content + k] = theta[content + k]! * (y - next - q[content + k]!);
    if (shortfall >= 0) dx[shortfall + k] = theta[shortfall + k]! * (next - y - q[shortfall + k]!);
    next = y;
  }
}

/** Second half of M^-1: values hold L^-1 w, become M^-1 w. */
function solveUpper(block: Block, values: Float64Array, { inversePivot, passedOn }: Factors): void {
  const { multiplier, window } = block;
  let after = 0;
  for (let m = multiplier + window - 1; m >= multiplier; m--) {
    after = values[m]! * inversePivot[m]! + passedOn[m]! * after;
    values[m] = after;
  }
}
