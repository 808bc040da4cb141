/** Plans next to HiGHS's, level by level: for sizes that the literal reference cannot do. */
import type { Plan, Problem } from '../contract/index.ts';
import { firstDifference, worstDifference } from './compare-levels.ts';
import { boundAbove, brokenRules, earlyDifference, type Verdict } from './judge-plan.ts';
import { measure } from './literal/measure.ts';
import { isLinear } from './literal/reference.ts';

/** @param exact HiGHS's plan, proved or with a bound */
export function comparePlans(problem: Problem, plan: Plan, exact: Plan): Verdict {
  const mismatches = brokenRules(problem, plan);
  const [got, wanted] = [measure(problem, plan), measure(problem, exact)];
  // Without slot prices HiGHS needed integers to keep devices from charging and discharging at once.
  const linear = isLinear(problem) && exact.site.marginal_price.some((price) => price !== null);
  if (linear && exact.status === 'optimal') {
    const found = firstDifference(got, wanted);
    if (found !== null) mismatches.push(`${found} (${plan.status}, ${plan.solver} against HiGHS)`);
    return { mismatches, difference: worstDifference(got, wanted).relative, levelsDiffer: false };
  }
  const early = earlyDifference(got, wanted);
  if (early !== null) {
    if (plan.status === 'optimal' && exact.status === 'optimal')
      mismatches.push(`${early} (${plan.solver} against HiGHS, both proved)`);
    return { mismatches, difference: null, levelsDiffer: true };
  }
  mismatches.push(...boundAbove(plan, wanted.money), ...boundAbove(exact, got.money));
  return { mismatches, difference: null, levelsDiffer: false };
}
