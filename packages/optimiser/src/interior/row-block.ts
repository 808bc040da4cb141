/**
 * A vehicle that only charges, with one need:  eta sum c(k) - w + u = b.
 *
 *   M = d = eta^2 sum theta(c) + theta(w) + theta(u)
 *   S(window) += diag(theta) - eta^2/d theta theta'.
 * On the diagonal that is theta(k) (d - eta^2 theta(k))/d. When one theta is nearly all of the sum, the difference is rounding: then the
 * others are summed instead. Every entry of S thus keeps its relative accuracy, whatever the thetas' sizes.
 */
import { type Block, FACTORS, type Factors, INVERSE_PIVOT, OWN } from './block.ts';

export function rowResidual(block: Block, x: Float64Array, b: Float64Array, r: Float64Array): void {
  const { charge, content, shortfall, window, firstSlot, multiplier } = block;
  let sum = 0;
  for (let k = 0; k < window; k++) {
    const c = x[charge + k]!;
    sum += c;
    r[firstSlot + k]! += c;
  }
  const missing = shortfall < 0 ? 0 : x[shortfall]!;
  r[multiplier] = b[multiplier]! - block.chargeEfficiency * sum + x[content]! - missing;
}

export function rowReducedCosts(block: Block, y: Float64Array, cost: Float64Array, out: Float64Array): void {
  const { charge, content, shortfall, window, firstSlot, multiplier } = block;
  const own = y[multiplier]!;
  const priceOfNeed = block.chargeEfficiency * own;
  for (let k = 0; k < window; k++) out[charge + k] = cost[charge + k]! - priceOfNeed + y[firstSlot + k]!;
  out[content] = cost[content]! + own;
  if (shortfall >= 0) out[shortfall] = cost[shortfall]! - own;
}

export function eliminateRow(
  block: Block,
  theta: Float64Array,
  schur: Float64Array,
  slots: number,
  factors: Factors,
): void {
  const { charge, content, shortfall, window, firstSlot, multiplier, chargeEfficiency: eta } = block;
  const spare = theta[content]! + (shortfall < 0 ? 0 : theta[shortfall]!);
  let sum = 0;
  let most = 0;
  for (let k = 0; k < window; k++) {
    sum += theta[charge + k]!;
    if (theta[charge + k]! > theta[charge + most]!) most = k;
  }
  const d = eta * eta * sum + spare;
  const inverse = d > 0 ? 1 / d : 0;
  factors[FACTORS * multiplier + INVERSE_PIVOT] = inverse;
  let others = 0;
  for (let k = 0; k < window; k++) if (k !== most) others += theta[charge + k]!;
  const share = eta * eta * inverse;
  for (let k = 0; k < window; k++) {
    const row = (firstSlot + k) * slots + firstSlot;
    const own = theta[charge + k]!;
    const scaled = own * share;
    let i = 0;
    for (; i + 3 < k; i += 4) {
      schur[row + i]! -= scaled * theta[charge + i]!;
      schur[row + i + 1]! -= scaled * theta[charge + i + 1]!;
      schur[row + i + 2]! -= scaled * theta[charge + i + 2]!;
      schur[row + i + 3]! -= scaled * theta[charge + i + 3]!;
    }
    for (; i < k; i++) schur[row + i]! -= scaled * theta[charge + i]!;
    const rest = k === most ? eta * eta * others + spare : d - eta * eta * own;
    schur[row + k]! += own * rest * inverse;
  }
}

/** Writes v and adds the block's part of the slots' right-hand side. */
export function rowRightHandSide(
  block: Block,
  theta: Float64Array,
  q: Float64Array,
  r: Float64Array,
  right: Float64Array,
  factors: Factors,
): void {
  const { charge, content, shortfall, window, firstSlot, multiplier, chargeEfficiency: eta } = block;
  let sum = 0;
  for (let k = 0; k < window; k++) sum += theta[charge + k]! * q[charge + k]!;
  let w = r[multiplier]! - theta[content]! * q[content]! + eta * sum;
  if (shortfall >= 0) w += theta[shortfall]! * q[shortfall]!;
  const v = w * factors[FACTORS * multiplier + INVERSE_PIVOT]!;
  factors[FACTORS * multiplier + OWN] = v;
  for (let k = 0; k < window; k++) right[firstSlot + k]! += theta[charge + k]! * (eta * v - q[charge + k]!);
}

/** dy of the block's row and dx of its variables, given dy of the slots. */
export function rowDirection(
  block: Block,
  theta: Float64Array,
  q: Float64Array,
  dy: Float64Array,
  dx: Float64Array,
  factors: Factors,
): void {
  const { charge, content, shortfall, window, firstSlot, multiplier, chargeEfficiency: eta } = block;
  let sum = 0;
  for (let k = 0; k < window; k++) sum += theta[charge + k]! * dy[firstSlot + k]!;
  const own =
    factors[FACTORS * multiplier + OWN]! + eta * sum * factors[FACTORS * multiplier + INVERSE_PIVOT]!;
  dy[multiplier] = own;
  const priceOfNeed = eta * own;
  for (let k = 0; k < window; k++) {
    dx[charge + k] = theta[charge + k]! * (priceOfNeed - dy[firstSlot + k]! - q[charge + k]!);
  }
  dx[content] = theta[content]! * (-own - q[content]!);
  if (shortfall >= 0) dx[shortfall] = theta[shortfall]! * (own - q[shortfall]!);
}
