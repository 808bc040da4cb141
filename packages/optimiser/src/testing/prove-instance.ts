/** One generated problem through the planner and through the reference, compared level by level. */
import { checkPlan } from '../checker/index.ts';
import type { Plan, Problem } from '../contract/index.ts';
import { planNow } from '../planner/plan-now.ts';
import { generateProblem, SMALL } from './generate-problem.ts';
import type { LevelValues } from './literal/levels.ts';
import { measure } from './literal/measure.ts';
import { LOOSE, referenceLevels } from './literal/reference.ts';
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
/**
 * Of a share of the shortfall, kWh: a milliwatt-hour of slack in the sum lets sessions of nearly equal efficiency
 * trade a hundred times as much among themselves.
 */
const SHARE_TOLERANCE = 1e-4;
/** Relative, of everything. */
const TOLERANCE = 1e-6;

export async function proveInstance(kind: ProblemClass, seed: number): Promise<Proof> {
  const problem = generateProblem(kind, seededRandom(seed), SMALL);
  const plan = await planNow(problem, { timeLimitS: 30 });
  let expected = referenceLevels(problem);
  const actual = measure(problem, plan);
  const mismatches = checkPlan(problem, plan).map(
    ({ code, where, message }) => `${code} ${where}: ${message}`,
  );
  if (plan.status === 'fallback') mismatches.push('the engine failed and the heuristic answered');
  let difference = firstDifference(actual, expected);
  if (difference !== null) {
    const loose = LOOSE.map((exactness) => referenceLevels(problem, exactness));
    const bracket = bracketed(actual, loose, expected);
    if (firstDifference(actual, bracket) === null) {
      difference = null;
      expected = bracket;
    }
  }
  if (difference !== null) mismatches.push(`${difference} (status ${plan.status}, solver ${plan.solver})`);
  if (plan.bound !== null && plan.bound > expected.money && !agrees('money', plan.bound, expected.money, 1)) {
    mismatches.push(`bound ${plan.bound} is above the optimum ${expected.money}`);
  }
  const moneyDifference = relativeDifference(actual.money, expected.money);
  return { problem, plan, mismatches, moneyDifference };
}

/** Anywhere between the reference solved loosely and tightly is right; the first levels depend on no other. */
function bracketed(actual: LevelValues, loose: readonly LevelValues[], tight: LevelValues): LevelValues {
  const between = (got: number, ends: readonly number[]) =>
    Math.min(Math.max(got, Math.min(...ends)), Math.max(...ends));
  const level = (name: 'stores' | 'fast' | 'green' | 'money') =>
    between(actual[name], [tight[name], ...loose.map((values) => values[name])]);
  return {
    ...tight,
    fractions: tight.fractions.map((value, i) =>
      between(actual.fractions[i]!, [value, ...loose.map((values) => values.fractions[i]!)]),
    ),
    stores: level('stores'),
    fast: level('fast'),
    green: level('green'),
    money: level('money'),
  };
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

export const relativeDifference = (got: number, wanted: number) =>
  Math.abs(got - wanted) / Math.max(1, Math.abs(wanted));

/** The most important level on which the two differ; levels below it cannot be compared. */
export function firstDifference(actual: LevelValues, expected: LevelValues): string | null {
  for (const level of LEVELS) {
    const got = [actual[level]].flat();
    const wanted = [expected[level]].flat();
    const index = wanted.findIndex((value, i) => !agrees(level, got[i]!, value, actual.leastNeed));
    if (index >= 0) {
      const place = level === 'fractions' ? `[${index}]` : '';
      return `${level}${place}: planned ${got[index]}, optimum ${wanted[index]}`;
    }
  }
  return null;
}

function agrees(level: (typeof LEVELS)[number], got: number, wanted: number, leastNeedKwh: number): boolean {
  const absolute = {
    money: TOLERANCE,
    green: ENERGY_TOLERANCE * 1000,
    fractions: SHARE_TOLERANCE / Math.min(1, leastNeedKwh),
    energy: ENERGY_TOLERANCE,
  }[level === 'money' || level === 'green' || level === 'fractions' ? level : 'energy'];
  return Math.abs(got - wanted) <= absolute + TOLERANCE * Math.abs(wanted);
}
