/**
 * Level 4 on the face of equally cheap plans: every column and row that has a price in the money optimum is
 * held where it is, the rest is free for the tie-breaker. No money row is needed, and presolve makes it small.
 */
import type { Layout, Objective } from '../../model/layout.ts';
import type { HighsProgram, RunOutcome } from './program.ts';

const HAS_PRICE = 1e-9;

/** @returns the columns of a tie-broken plan that costs the same, or the given ones when time is short */
export function breakTies(
  program: HighsProgram,
  layout: Layout,
  money: RunOutcome,
  timeLimitS: number,
): Float64Array {
  program.holdAtPrices(money, HAS_PRICE);
  const tied = program.minimise(layout.objectives.ties, timeLimitS);
  if (!tied.feasible) return money.columns;
  const { money: price } = layout.objectives;
  const same =
    amountOf(price, tied.columns) <=
    amountOf(price, money.columns) + 1e-8 * Math.max(1, Math.abs(money.value));
  return same ? tied.columns : money.columns;
}

export function amountOf(objective: Objective, columns: Float64Array): number {
  return objective.columns.reduce((sum, column, i) => sum + objective.weights[i]! * columns[column]!, 0);
}
