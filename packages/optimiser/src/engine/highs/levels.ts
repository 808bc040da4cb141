/**
 * The order of the contract, level by level: 1b excess, 2 unmet need (a to f), before money.
 *
 * Most problems can meet every need that is reachable at all. So the first attempt holds all shortfalls at
 * what is unavoidable for each session alone; when that is feasible, levels 2a to 2d are settled without a
 * solve, because no session could have less. Only otherwise the shortfalls are minimised one after the other.
 */
import type { Layout, Objective } from '../../model/layout.ts';
import { shareShortfall } from './fairness.ts';
import type { HighsProgram, RunOutcome } from './program.ts';

/** A level stopped the search: out of time or a solver failure. */
export class LevelFailed extends Error {}

export interface Settled {
  /** Every level before money was solved to its optimum. */
  proved: boolean;
  /** The last run, which solved `next`. */
  outcome: RunOutcome;
}

/** Settles everything before money; the returned outcome is the last run's when it is already money's. */
export function settleLevels(
  program: HighsProgram,
  layout: Layout,
  minimiseMoney: () => RunOutcome,
): Settled {
  const { excess, fast, green } = layout.objectives;
  const money = () => {
    program.searchFor('money');
    return minimiseMoney();
  };
  let proved = true;
  const settle = (objective: Objective): void => {
    program.searchFor('level');
    const outcome = solved(widening(program, () => program.minimise(objective)));
    proved &&= outcome.status === 'optimal';
    program.keepOptimum(objective, outcome);
  };
  if (excess !== null) settle(excess);
  const release = holdShortfalls(program, layout);
  const first = fast ?? green;
  if (first !== null) program.searchFor('level');
  const attempt = first === null ? money() : program.minimise(first);
  if (attempt.status !== 'infeasible') {
    if (first === null) return { proved, outcome: attempt };
    proved &&= solved(attempt).status === 'optimal';
    program.keepOptimum(first, attempt);
    if (fast !== null && green !== null) settle(green);
    return { proved, outcome: widening(program, money) };
  }
  release();
  for (const objective of shortfallLevels(layout)) settle(objective);
  proved = shareShortfall(program, layout) && proved;
  if (layout.storeShortfalls.length > 0) settle(sumOf(layout.storeShortfalls));
  program.loosen(SETTLED_SLACK);
  if (fast !== null) settle(fast);
  if (green !== null) settle(green);
  program.loosen(SETTLED_SLACK);
  return { proved, outcome: widening(program, money) };
}

/** With integers: a milliwatt-hour, and a hundred times what sums and shares are settled to. */
const SETTLED_SLACK = 1e-6;

/** Held levels can contradict each other by rounding; then they get more slack, still far below any meter. */
function widening(program: HighsProgram, run: () => RunOutcome): RunOutcome {
  let outcome = run();
  for (const factor of WIDENINGS) {
    if (outcome.status !== 'infeasible') break;
    program.widen(factor);
    outcome = run();
  }
  return outcome;
}

const WIDENINGS = [10, 100];

function solved(outcome: RunOutcome): RunOutcome {
  if (!outcome.feasible) throw new LevelFailed(`a level before money ended as ${outcome.status}`);
  return outcome;
}

/** Nothing is missing that could be had; returns what takes that back. */
function holdShortfalls(program: HighsProgram, layout: Layout): () => void {
  const columns = [...layout.shortfalls.map(({ column }) => column), ...layout.storeShortfalls];
  const before = columns.map((column) => [column, program.lower[column]!, program.upper[column]!] as const);
  for (const [column, lower] of before) program.setBounds(column, lower, lower);
  return () => {
    for (const [column, lower, upper] of before) program.setBounds(column, lower, upper);
  };
}

/** 2a minimums of all, 2b targets of priority sessions, 2c targets of all. */
function shortfallLevels(layout: Layout): Objective[] {
  const pick = (test: (shortfall: Layout['shortfalls'][number]) => boolean) =>
    sumOf(layout.shortfalls.filter(test).map(({ column }) => column));
  return [
    pick(({ kind }) => kind === 'minimum'),
    pick(({ kind, priority }) => kind === 'target' && priority),
    pick(({ kind }) => kind === 'target'),
  ].filter(({ columns }) => columns.length > 0);
}

function sumOf(columns: number[]): Objective {
  return { columns, weights: columns.map(() => 1) };
}
