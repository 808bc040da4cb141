/** One generated fleet through `auto` and through HiGHS, compared level by level: for sizes that the literal reference cannot do. */
import { checkPlan } from '../checker/index.ts';
import type { Plan } from '../contract/index.ts';
import { planNow } from '../planner/plan-now.ts';
import { generateProblem, type Size } from './generate-problem.ts';
import { measure } from './literal/measure.ts';
import type { ProblemClass } from './problem-classes.ts';
import { firstDifference, relativeDifference } from './prove-instance.ts';
import { seededRandom } from './random.ts';

export interface Comparison {
  plan: Plan;
  /** Absent where `auto` itself asked HiGHS. */
  exact?: Plan;
  mismatches: string[];
  moneyDifference: number;
}

/** @param timeLimitS for each of the two; a HiGHS that does not finish is compared by bounds only */
export async function compareEngines(
  kind: ProblemClass,
  seed: number,
  size: Size,
  timeLimitS: number,
): Promise<Comparison> {
  const problem = generateProblem(kind, seededRandom(seed), size);
  const plan = await planNow(problem, { timeLimitS });
  const mismatches = checkPlan(problem, plan).map(
    ({ code, where, message }) => `${code} ${where}: ${message}`,
  );
  if (plan.solver === 'highs') return { plan, mismatches, moneyDifference: 0 };
  if (plan.status === 'fallback') mismatches.push('every engine failed and the heuristic answered');
  const exact = await planNow(problem, { timeLimitS, engine: 'highs' });
  if (plan.status === 'optimal' && exact.status === 'optimal') {
    const [got, wanted] = [measure(problem, plan), measure(problem, exact)];
    const difference = firstDifference(got, wanted);
    if (difference !== null) mismatches.push(`${difference} (${plan.solver} against HiGHS)`);
    return { plan, exact, mismatches, moneyDifference: relativeDifference(got.money, wanted.money) };
  }
  mismatches.push(...crossing(plan, exact));
  return { plan, exact, mismatches, moneyDifference: 0 };
}

/** Bounds speak of the same optimum only where the levels before money are the same. */
function crossing(plan: Plan, exact: Plan): string[] {
  if (Math.abs(plan.shortfall_wh - exact.shortfall_wh) > 1) return [];
  return [
    [plan, exact],
    [exact, plan],
  ].flatMap(([one, other]) =>
    one!.bound !== null && one!.bound > other!.cost.total + 1e-6 * Math.max(1, Math.abs(other!.cost.total))
      ? [
          `the bound of ${one!.solver} ${one!.bound} is above the cost of ${other!.solver} ${other!.cost.total}`,
        ]
      : [],
  );
}
