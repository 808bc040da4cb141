/**
 * Is this plan what it says it is? The checker's rules first, then the levels.
 *
 * Linear problems: every level equals the optimum within a millionth, held by faces, without slack and without exceptions. Problems with integers:
 * the optimum at the plan's own level values lies between the plan's bound and its cost, and a plan that calls itself optimal has reached it.
 */
import { checkPlan } from '../checker/index.ts';
import type { Plan, Problem } from '../contract/index.ts';
import {
  differences,
  firstDifference,
  relativeDifference,
  TOLERANCE,
  worstDifference,
} from './compare-levels.ts';
import type { LevelValues } from './literal/levels.ts';
import { measure } from './literal/measure.ts';
import { IDLE_KW, linearLevels, referenceLevels, TIGHT } from './literal/reference.ts';
import type { OwnPlan } from './own-plans.ts';

export interface Verdict {
  /** What is wrong, one sentence each; empty when all is well. */
  mismatches: string[];
  /** Largest relative difference of any level from the linear optimum; null where integers decided. */
  difference: number | null;
  /** Integers, and the levels before money differ from the optimum's without a claim that they do not: nothing to compare below them. */
  levelsDiffer: boolean;
}

/** What the literal reference says of a problem; solved when asked for. */
export interface Oracle {
  linear: LevelValues | null;
  withIntegers(): LevelValues;
}

/**
 * Of levels before money where integers decide, kWh (grams by a thousand, shares by the least need): powers below 0.1 W are planned as 0, and a fixed
 * cost may hang on any of them, so HiGHS gives each held level a milliwatt-hour.
 */
const INTEGER_TOLERANCE_KWH = 1e-5;
const SHARE_TOLERANCE = 1e-4;

/** What rounding at a limit may be worth, relative: prices of thousands make something of nothing. */
const ROUNDING_PRICE = 1e-4;

export function literalOracle(problem: Problem): Oracle {
  let levels: LevelValues | undefined;
  return {
    linear: linearLevels(problem),
    withIntegers() {
      levels ??= referenceLevels(problem);
      return levels;
    },
  };
}

export function judgePlan(problem: Problem, { plan, exact }: OwnPlan, oracle: Oracle): Verdict {
  const mismatches = brokenRules(problem, plan);
  const actual = measure(problem, exact);
  const { linear } = oracle;
  if (linear !== null && firstDifference(actual, linear) === null) {
    return {
      mismatches: [...mismatches, ...boundAbove(plan, linear.money)],
      difference: worstDifference(actual, linear).relative,
      levelsDiffer: false,
    };
  }
  if (
    linear !== null &&
    actual.money < linear.money &&
    firstDifference(actual, linear)?.startsWith('money')
  ) {
    // Cheaper than the optimum is rounding at a limit; whether it is nothing else, the optimum with the limits where the plan is can tell.
    const there = linearLevels(problem, exact);
    if (
      there !== null &&
      firstDifference(actual, there) === null &&
      firstDifference(actual, linear, ROUNDING_PRICE) === null
    ) {
      return {
        mismatches: [...mismatches, ...boundAbove(plan, linear.money)],
        difference: worstDifference(actual, there).relative,
        levelsDiffer: false,
      };
    }
  }
  const tight = oracle.withIntegers();
  if (linear !== null && firstDifference(tight, linear) === null) {
    // Integers change nothing here, so nothing excuses the plan.
    const of = `(${plan.status}, ${plan.solver})`;
    return {
      mismatches: [...mismatches, `${firstDifference(actual, linear)} ${of}`],
      difference: worstDifference(actual, linear).relative,
      levelsDiffer: false,
    };
  }
  return { ...judgeWithIntegers(problem, plan, actual, tight, mismatches), difference: null };
}

function judgeWithIntegers(
  problem: Problem,
  plan: Plan,
  actual: LevelValues,
  tight: LevelValues,
  mismatches: string[],
): Omit<Verdict, 'difference'> {
  const of = `(${plan.status}, ${plan.solver})`;
  const early = earlyDifference(actual, tight);
  if (early === null && within(plan, actual.money, tight.money, tight.money))
    return { mismatches, levelsDiffer: false };
  const slack = { ...TIGHT, reached: actual };
  const least = referenceLevels(problem, { ...slack, idleKw: IDLE_KW });
  const given = earlyDifference(actual, between(actual, tight, least));
  if (given !== null) {
    if (plan.status === 'optimal')
      return { mismatches: [...mismatches, `${given} ${of}`], levelsDiffer: true };
    return { mismatches, levelsDiffer: true };
  }
  const most = referenceLevels(problem, slack);
  if (within(plan, actual.money, least.money, most.money)) return { mismatches, levelsDiffer: false };
  return {
    mismatches: [
      ...mismatches,
      `money ${actual.money}, bound ${plan.bound}, but the optimum at the same levels is ${least.money} to ${most.money} ${of}`,
    ],
    levelsDiffer: false,
  };
}

/** Levels are right from the optimum's to the best that is left after what rounding of the levels before them took. */
function between(actual: LevelValues, one: LevelValues, other: LevelValues): LevelValues {
  const clamp = (value: number, a: number, b: number) =>
    Math.min(Math.max(value, Math.min(a, b)), Math.max(a, b));
  const level = (name: 'excess' | 'minimums' | 'priority' | 'all' | 'stores' | 'fast' | 'green') =>
    clamp(actual[name], one[name], other[name]);
  return {
    ...one,
    excess: level('excess'),
    minimums: level('minimums'),
    priority: level('priority'),
    all: level('all'),
    fractions: one.fractions.map((value, i) => clamp(actual.fractions[i]!, value, other.fractions[i]!)),
    stores: level('stores'),
    fast: level('fast'),
    green: level('green'),
  };
}

/** Bound <= optimum <= cost, and all the same where the plan says so; the optimum itself is known from `least` to `most`. */
function within(plan: Plan, money: number, least: number, most: number): boolean {
  const above = (one: number, other: number) => one > other && relativeDifference(one, other) > TOLERANCE;
  if (above(least, money)) return false;
  if (plan.bound !== null && above(plan.bound, most)) return false;
  return plan.status !== 'optimal' || !above(money, most);
}

/** Broken rules of the contract. */
export function brokenRules(problem: Problem, plan: Plan): string[] {
  return checkPlan(problem, plan).map(
    ({ code, where, message }) => `${code} ${where}: ${message} (${plan.solver})`,
  );
}

export function boundAbove(plan: Plan, optimum: number): string[] {
  if (plan.bound === null || plan.bound <= optimum || relativeDifference(plan.bound, optimum) <= TOLERANCE)
    return [];
  return [`bound ${plan.bound} is above the optimum ${optimum} (${plan.solver})`];
}

/** The first level before money that is worse than wanted by more than integers excuse; better is what slack of rounding can do. */
export function earlyDifference(actual: LevelValues, wanted: LevelValues): string | null {
  const found = differences(actual, wanted).find(({ level, got, wanted: value }) => {
    if (level === 'money') return false;
    const absolute =
      level === 'fractions'
        ? SHARE_TOLERANCE / Math.min(1, actual.leastNeed)
        : INTEGER_TOLERANCE_KWH * (level === 'green' ? 1000 : 1);
    return Math.abs(got - value) > absolute + TOLERANCE * Math.abs(value);
  });
  return found === undefined ? null : `${found.level}: planned ${found.got}, optimum ${found.wanted}`;
}
