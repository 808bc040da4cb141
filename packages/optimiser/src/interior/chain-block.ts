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
import { type Block, COUPLING, FACTORS, type Factors, INVERSE_PIVOT, OWN, PASSED_ON } from './block.ts';

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
  /** Per k of the block at hand: e, what node k sees to its left, and G(k) Z(k,k). */
  readonly #tie: Float64Array;
  readonly #left: Float64Array;
  readonly #start: Float64Array;
  readonly #slots: number;

  constructor(slots: number) {
    this.#slots = slots;
    this.#tie = new Float64Array(slots);
    this.#left = new Float64Array(slots);
    this.#start = new Float64Array(slots);
  }

  /** Fills the block's factors and subtracts it from S. */
  eliminate(block: Block, theta: Float64Array, schur: Float64Array, factors: Factors): void {
    const { charge, discharge, content, shortfall, window, firstSlot, multiplier } = block;
    const { chargeEfficiency: eta } = block;
    const lambda = 1 / block.dischargeEfficiency;
    const slots = this.#slots;
    const tie = this.#tie;
    const left = this.#left;
    const start = this.#start;
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
      factors[FACTORS * (multiplier + k) + INVERSE_PIVOT] = inverse;
      factors[FACTORS * (multiplier + k) + PASSED_ON] = rho;
      factors[FACTORS * (multiplier + k) + COUPLING] = eta * c + lambda * g;
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
      start[j] = factors[FACTORS * (multiplier + j) + COUPLING]! * z;
      fromRight += tie[j]!;
    }
    this.#spread(block, schur, factors);
  }

  /** S(j,i) -= G(i) Z(i,j) G(j) for all i < j; four rows at a time, for each product Z waits for the one before it. */
  #spread({ firstSlot, window, multiplier }: Block, schur: Float64Array, factors: Factors): void {
    const slots = this.#slots;
    const start = this.#start;
    const [rho, g] = [FACTORS * multiplier + PASSED_ON, FACTORS * multiplier + COUPLING];
    let j = window - 1;
    for (; j >= 3; j -= 4) {
      const row3 = (firstSlot + j) * slots + firstSlot;
      const row2 = row3 - slots;
      const row1 = row2 - slots;
      const row0 = row1 - slots;
      let z3 = start[j]!;
      let z2 = start[j - 1]!;
      let z1 = start[j - 2]!;
      let z0 = start[j - 3]!;
      let i = j - 1;
      z3 *= factors[rho + FACTORS * i]!;
      schur[row3 + i]! -= z3 * factors[g + FACTORS * i]!;
      i--;
      z3 *= factors[rho + FACTORS * i]!;
      z2 *= factors[rho + FACTORS * i]!;
      schur[row3 + i]! -= z3 * factors[g + FACTORS * i]!;
      schur[row2 + i]! -= z2 * factors[g + FACTORS * i]!;
      i--;
      z3 *= factors[rho + FACTORS * i]!;
      z2 *= factors[rho + FACTORS * i]!;
      z1 *= factors[rho + FACTORS * i]!;
      schur[row3 + i]! -= z3 * factors[g + FACTORS * i]!;
      schur[row2 + i]! -= z2 * factors[g + FACTORS * i]!;
      schur[row1 + i]! -= z1 * factors[g + FACTORS * i]!;
      for (i--; i >= 0; i--) {
        const passed = factors[rho + FACTORS * i]!;
        const coupling = factors[g + FACTORS * i]!;
        z3 *= passed;
        z2 *= passed;
        z1 *= passed;
        z0 *= passed;
        schur[row3 + i]! -= z3 * coupling;
        schur[row2 + i]! -= z2 * coupling;
        schur[row1 + i]! -= z1 * coupling;
        schur[row0 + i]! -= z0 * coupling;
      }
    }
    for (; j > 0; j--) {
      const row = (firstSlot + j) * slots + firstSlot;
      let z = start[j]!;
      for (let i = j - 1; i >= 0; i--) {
        z *= factors[rho + FACTORS * i]!;
        schur[row + i]! -= z * factors[g + FACTORS * i]!;
      }
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
  let before = 0;
  let carried = 0;
  let f = FACTORS * multiplier;
  for (let k = 0; k < window; k++, f += FACTORS) {
    const c = theta[charge + k]! * q[charge + k]!;
    const g = discharge < 0 ? 0 : theta[discharge + k]! * q[discharge + k]!;
    let now = theta[content + k]! * q[content + k]!;
    if (shortfall >= 0) now -= theta[shortfall + k]! * q[shortfall + k]!;
    const w = r[multiplier + k]! + now - before - eta * c + lambda * g + carried;
    factors[f + OWN] = w;
    carried = factors[f + PASSED_ON]! * w;
    before = now;
    right[firstSlot + k]! += g - c;
  }
  let after = 0;
  for (let k = window - 1; k >= 0; k--) {
    f -= FACTORS;
    after = factors[f + OWN]! * factors[f + INVERSE_PIVOT]! + factors[f + PASSED_ON]! * after;
    factors[f + OWN] = after;
    right[firstSlot + k]! -= factors[f + COUPLING]! * after;
  }
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
  let carried = 0;
  let f = FACTORS * multiplier;
  for (let k = 0; k < window; k++, f += FACTORS) {
    const w = factors[f + COUPLING]! * dy[firstSlot + k]! + carried;
    dy[multiplier + k] = w;
    carried = factors[f + PASSED_ON]! * w;
  }
  let after = 0;
  let next = 0;
  for (let k = window - 1; k >= 0; k--) {
    f -= FACTORS;
    after = dy[multiplier + k]! * factors[f + INVERSE_PIVOT]! + factors[f + PASSED_ON]! * after;
    const y = factors[f + OWN]! - after;
    const slot = dy[firstSlot + k]!;
    dy[multiplier + k] = y;
    dx[charge + k] = theta[charge + k]! * (-slot - eta * y - q[charge + k]!);
    if (discharge >= 0) dx[discharge + k] = theta[discharge + k]! * (slot + lambda * y - q[discharge + k]!);
    dx[content + k] = theta[content + k]! * (y - next - q[content + k]!);
    if (shortfall >= 0) dx[shortfall + k] = theta[shortfall + k]! * (next - y - q[shortfall + k]!);
    next = y;
  }
}
