/** One problem through all levels with HiGHS: settle what comes before money, money, clean-up, ties. */
import type { Highs } from 'highs';
import type { NormalProblem } from '../../grid/index.ts';
import { buildModel, type Model } from '../../model/build.ts';
import { readPowers } from '../../model/read-powers.ts';
import { isSolution, type NoSolution, type Solution } from '../engine.ts';
import { LevelFailed, settleLevels } from './levels.ts';
import { type Guide, guideOccupancy, limitFinish } from './occupancy/guide.ts';
import { HighsProgram, type RunOutcome } from './program.ts';
import { forbid, type Pair, simultaneousPairs } from './simultaneous.ts';
import { breakTies } from './ties.ts';

/** Share of the time limit kept for what follows the integer search. */
const KEPT_FOR_POLISH = 0.1;
const MOST_TIES_S = 0.3;

/** @param now a monotonic clock in ms */
export function solveWithHighs(
  highs: Highs,
  normal: NormalProblem,
  timeLimitS: number,
  now: () => number,
): Solution | NoSolution {
  const deadlineMs = now() + timeLimitS * 1000;
  const model = buildModel(normal);
  const guide = guideOccupancy(highs, normal, model, {
    now,
    deadlineMs: deadlineMs - timeLimitS * 1000 * KEPT_FOR_POLISH,
  });
  let pairs: Pair[] = [];
  for (let exact = true; ; ) {
    const program = new HighsProgram(highs, model.matrix, now, deadlineMs, exact);
    let result: Solution | NoSolution | Pair[];
    try {
      result = solveProgram(program, model, normal, timeLimitS, pairs, guide);
    } catch (error) {
      if (!(error instanceof LevelFailed)) throw error;
      result = { failure: error.message };
    } finally {
      program.dispose();
    }
    if (Array.isArray(result)) pairs = result;
    else if (isSolution(result) || !exact || now() >= deadlineMs) return result;
    // Faces can contradict each other by rounding; slack never does for long.
    else exact = false;
  }
}

/**
 * @param pairs to be forbidden from the start
 * @returns the pairs to start again with, when a level before money had made use of going both ways
 */
function solveProgram(
  program: HighsProgram,
  model: Model,
  normal: NormalProblem,
  timeLimitS: number,
  pairs: readonly Pair[],
  guide: Guide | null,
): Solution | NoSolution | Pair[] {
  const { layout } = model;
  const forbidden = new Map<number, Pair>();
  forbid(program, pairs, forbidden);
  if (guide !== null) follow(program, guide);
  const minimiseMoney = () =>
    program.minimise(layout.objectives.money, program.secondsLeft - timeLimitS * KEPT_FOR_POLISH);
  let { proved, outcome } = settleLevels(program, layout, minimiseMoney);
  while (outcome.feasible && forbid(program, simultaneousPairs(layout, outcome.columns), forbidden) > 0) {
    outcome = minimiseMoney();
    if (outcome.status === 'infeasible' && forbidden.size > pairs.length) return [...forbidden.values()];
  }
  if (!outcome.feasible) return { failure: `money ended as ${outcome.status}` };
  const integers = program.hasIntegers;
  const polished = integers ? polish(program, outcome, minimiseMoney) : outcome;
  const columns =
    polished.status === 'optimal'
      ? breakTies(program, layout, polished, Math.min(MOST_TIES_S, program.secondsLeft))
      : polished.columns;
  return {
    powers: readPowers(normal, layout, columns),
    levelsProved: proved,
    bound: boundOf(outcome, guide),
    marginalPrice: integers || outcome.status !== 'optimal' ? null : pricesOf(normal, model, outcome),
  };
}

function follow(program: HighsProgram, guide: Guide): void {
  for (const range of guide.finishes) limitFinish(program, range);
  if (guide.start !== null) program.suggest(guide.start.columns);
}

/** What was excluded costs more than the guide's plan, so the bound of the rest holds up to that plan's value. */
function boundOf(outcome: RunOutcome, guide: Guide | null): number | null {
  if (guide?.start == null) return Number.isFinite(outcome.bound) ? outcome.bound : null;
  return Math.max(guide.bound, Math.min(outcome.bound, guide.start.value));
}

/** With the integers fixed the rest is linear: exact powers instead of values within an integer tolerance. */
function polish(program: HighsProgram, outcome: RunOutcome, minimiseMoney: () => RunOutcome): RunOutcome {
  program.fixIntegers(outcome.columns);
  const polished = minimiseMoney();
  return polished.feasible ? polished : outcome;
}

/**
 * What one more kWh of base load would cost in each slot: the duals of the balance rows. Where the base alone
 * fills the limit, nothing can give way to it and it costs what importing costs.
 */
function pricesOf(normal: NormalProblem, model: Model, outcome: RunOutcome): Float64Array {
  const { baseW, importLimitW, importPricePerKwh } = normal.site;
  return Float64Array.from(model.layout.balanceRow, (row, t) =>
    baseW[t]! >= importLimitW[t]! ? importPricePerKwh[t]! : outcome.rowDuals[row]!,
  );
}
