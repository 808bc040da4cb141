/**
 * Exact occupancy is hard for branch and bound alone: the linear relaxation lets a car be "a fifth present" for
 * five slots. Here every car is a mixture of whole schedules instead (Dantzig-Wolfe), which gives
 *
 * 1. a much better lower bound (Lagrange), from the duals of a small linear programme solved a few dozen times;
 * 2. a good plan: finishing slots from the mixture, everything else from the full model;
 * 3. finishing slots that no plan better than that one can have; what is left to branch on is little.
 *
 * Valid with all needs held at what is unavoidable, and where money is the first level that needs a solve.
 */
import type { Highs } from 'highs';
import type { NormalProblem } from '../../../grid/index.ts';
import type { Model } from '../../../model/build.ts';
import { HighsProgram } from '../program.ts';
import { generateColumns, type Mixture } from './generate.ts';
import { listSchedule } from './list-schedule.ts';
import type { Stay } from './schedule.ts';
import { guidedStays } from './stays.ts';

export interface Guide {
  /** Valid lower bound of money. */
  bound: number;
  /** A whole plan, as columns of the model; null when none was found. */
  start: { columns: Float64Array; value: number } | null;
  /** Per guided session: first column "occupied", window, and the slots it may finish in. */
  finishes: { occupied: number; window: number; earliest: number; latest: number }[];
}

export interface GuideClock {
  now: () => number;
  deadlineMs: number;
}

/** Shares of the time limit: for the mixture, and for the plan made from it. */
const FOR_MIXTURE = 0.35;
const FOR_START = 0.25;
/** Room for rounding when a finishing slot is excluded, as a share of the cost. */
const EXCLUSION_MARGIN = 1e-6;

/** Null when there is nothing to guide or the needs cannot all be met. */
export function guideOccupancy(
  highs: Highs,
  normal: NormalProblem,
  model: Model,
  clock: GuideClock,
): Guide | null {
  const { excess, fast, green } = model.layout.objectives;
  if (excess !== null || fast !== null || green !== null) return null;
  const stays = guidedStays(normal, model);
  if (stays.length < 2) return null;
  const limitMs = clock.deadlineMs - clock.now();
  const mixture = generateColumns(highs, model, stays, {
    ...clock,
    deadlineMs: clock.now() + FOR_MIXTURE * limitMs,
  });
  if (mixture === null) return null;
  const startLimitMs = clock.now() + FOR_START * limitMs;
  const candidates = [mixture.chosen, listSchedule(normal, stays, mixture.expectedFinish)];
  let start: Guide['start'] = null;
  for (const finishes of candidates) {
    if (finishes === null || start !== null) continue;
    start = startFrom(highs, model, stays, finishes, { ...clock, deadlineMs: startLimitMs });
  }
  if (start === null) return { bound: mixture.bound, start, finishes: [] };
  return {
    bound: Math.min(mixture.bound, start.value),
    start,
    finishes: possibleFinishes(model, stays, mixture, start.value),
  };
}

/** The full model with every guided finish fixed: little is left to decide. */
function startFrom(
  highs: Highs,
  model: Model,
  stays: readonly Stay[],
  finishes: readonly number[],
  clock: GuideClock,
): Guide['start'] {
  const program = new HighsProgram(highs, model.matrix, clock.now, clock.deadlineMs);
  try {
    holdNeeds(program, model);
    stays.forEach((stay, i) => {
      limitFinish(program, finishRange(model, stay, finishes[i]!, finishes[i]!));
    });
    program.setOption('mip_rel_gap', 1e-4);
    const outcome = program.minimise(model.layout.objectives.money);
    return outcome.feasible ? { columns: outcome.columns, value: outcome.value } : null;
  } finally {
    program.dispose();
  }
}

/** A finish whose own least cost lifts the bound above the plan we have cannot be part of a better plan. */
function possibleFinishes(
  model: Model,
  stays: readonly Stay[],
  mixture: Mixture,
  value: number,
): Guide['finishes'] {
  const margin = EXCLUSION_MARGIN * Math.max(1, Math.abs(value));
  return stays.map((stay, i) => {
    const costs = mixture.finishCosts[i]!;
    const least = costs.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
    const possible = Array.from(costs, (cost) => mixture.bound + cost - least <= value + margin);
    return finishRange(model, stay, possible.indexOf(true) - 1, possible.lastIndexOf(true) - 1);
  });
}

function finishRange(model: Model, stay: Stay, earliest: number, latest: number): Guide['finishes'][number] {
  const { occupied } = model.layout.occupancies.find((one) => one.session === stay.session)!;
  return { occupied, window: stay.mostKwh.length, earliest, latest };
}

/** Occupied up to `earliest` for sure, never after `latest`. */
export function limitFinish(program: HighsProgram, range: Guide['finishes'][number]): void {
  for (let k = 0; k < range.window; k++) {
    program.setBounds(range.occupied + k, k <= range.earliest ? 1 : 0, k <= range.latest ? 1 : 0);
  }
}

function holdNeeds(program: HighsProgram, model: Model): void {
  for (const { column } of model.layout.shortfalls) {
    program.setBounds(column, program.lower[column]!, program.lower[column]!);
  }
  for (const column of model.layout.storeShortfalls) program.setBounds(column, 0, 0);
}
