/** One generated problem through the planner and through the reference, compared level by level. */
import { checkPlan } from '../checker/index.ts';
import type { Plan, Problem } from '../contract/index.ts';
import { planNow } from '../planner/planner.ts';
import { generateProblem, SMALL } from './generate-problem.ts';
import type { LevelValues } from './literal/levels.ts';
import { measure } from './literal/measure.ts';
import { referenceLevels } from './literal/reference.ts';
import type { ProblemClass } from './problem-classes.ts';
import { seededRandom } from './random.ts';

export interface Proof {
  problem: Problem;
  plan: Plan;
  /** What is wrong, one sentence each; empty when planner and reference agree and the checker is content. */
  mismatches: string[];
  /** |cost - reference| / max(1, |reference|). */
  moneyDifference: number;
}

/**
 * Powers below 0.1 W are rounding and are planned as 0, in every slot of every session: that much may be missing
 * from an energy, kWh (or kWh x slot, or g x 0.001).
 */
const ENERGY_TOLERANCE = 1e-5;
/** Relative, of everything. */
const TOLERANCE = 1e-6;

export async function proveInstance(kind: ProblemClass, seed: number): Promise<Proof> {
  const problem = generateProblem(kind, seededRandom(seed), SMALL);
  const plan = await planNow(problem, { timeLimitS: 30 });
  const expected = referenceLevels(problem);
  const actual = measure(problem, plan);
  const mismatches = checkPlan(problem, plan).map(
    ({ code, where, message }) => `${code} ${where}: ${message}`,
  );
  if (plan.status === 'fallback') mismatches.push('the engine failed and the heuristic answered');
  const difference = firstDifference(actual, expected);
  if (difference !== null) mismatches.push(`${difference} (status ${plan.status}, solver ${plan.solver})`);
  if (
    plan.bound !== null &&
    plan.bound > expected.money + TOLERANCE * Math.max(1, Math.abs(expected.money))
  ) {
    mismatches.push(`bound ${plan.bound} is above the optimum ${expected.money}`);
  }
  const moneyDifference = Math.abs(actual.money - expected.money) / Math.max(1, Math.abs(expected.money));
  return { problem, plan, mismatches, moneyDifference };
}

const LEVELS = [
  'excess',
  'minimums',
  'priority',
  'all',
  'fractions',
  'stores',
  'fast',
  'green',
  'money',
] as const satisfies readonly (keyof LevelValues)[];

/** The most important level on which the two differ; levels below it cannot be compared. */
function firstDifference(actual: LevelValues, expected: LevelValues): string | null {
  for (const level of LEVELS) {
    const got = [actual[level]].flat();
    const wanted = [expected[level]].flat();
    const index = wanted.findIndex((value, i) => !agrees(level, got[i]!, value));
    if (index >= 0) {
      const place = level === 'fractions' ? `[${index}]` : '';
      return `${level}${place}: planned ${got[index]}, optimum ${wanted[index]}`;
    }
  }
  return null;
}

function agrees(level: keyof LevelValues, got: number, wanted: number): boolean {
  const unit = level === 'green' ? 1000 : 1;
  const absolute = level === 'money' ? TOLERANCE : ENERGY_TOLERANCE * unit;
  return Math.abs(got - wanted) <= absolute + TOLERANCE * Math.abs(wanted);
}
