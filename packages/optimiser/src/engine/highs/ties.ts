/**
 * Level 4 on the face of equally cheap plans: every column and row that has a price in the money optimum is
 * held where it is, the rest is free for the tie-breaker. No money row is needed, and presolve makes it small.
 */
import type { Layout, Objective } from '../../model/layout.ts';
import type { HighsProgram, RunOutcome } from './program.ts';
import { simultaneousPairs } from './simultaneous.ts';

const HAS_PRICE = 1e-9;

/** @returns the columns of a tie-broken plan that costs the same, or the given ones when time is short */
export function breakTies(
  program: HighsProgram,
  layout: Layout,
  money: RunOutcome,
  timeLimitS: number,
): Float64Array {
  program.holdAtPrices(money, HAS_PRICE);
  let tied = program.minimise(layout.objectives.ties, timeLimitS);
  // At a negative price a tie-breaker would burn energy in both directions rather than move it between cars.
  while (tied.feasible && keepDirections(program, layout, tied, money)) {
    tied = program.minimise(layout.objectives.ties, timeLimitS);
  }
  if (!tied.feasible) return money.columns;
  const { money: price } = layout.objectives;
  const same =
    amountOf(price, tied.columns) <=
    amountOf(price, money.columns) + 1e-8 * Math.max(1, Math.abs(money.value));
  return same ? tied.columns : money.columns;
}

/** Where the tie-breaker goes both ways, every device of the slot keeps the direction money gave it. */
function keepDirections(program: HighsProgram, layout: Layout, tied: RunOutcome, money: RunOutcome): boolean {
  const pairs = simultaneousPairs(layout, tied.columns);
  for (const { charge, discharge } of pairs) {
    const unused = money.columns[charge]! >= money.columns[discharge]! ? discharge : charge;
    if (program.upper[unused]! > 0) program.setBounds(unused, 0, 0);
  }
  return pairs.length > 0;
}

export function amountOf(objective: Objective, columns: Float64Array): number {
  return objective.columns.reduce((sum, column, i) => sum + objective.weights[i]! * columns[column]!, 0);
}
