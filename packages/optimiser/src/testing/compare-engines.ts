/** Plans next to HiGHS's, level by level: for sizes that the literal reference cannot do. */
import type { Problem } from '../contract/index.ts';
import { firstDifference, worstDifference } from './compare-levels.ts';
import { boundAbove, brokenRules, earlyDifference, type Verdict } from './judge-plan.ts';
import { measure } from './literal/measure.ts';
import { isLinear } from './literal/reference.ts';
import type { OwnPlan } from './own-plans.ts';

/** @param highs HiGHS's plan, proved or with a bound */
export function comparePlans(problem: Problem, { plan, exact }: OwnPlan, highs: OwnPlan): Verdict {
  const mismatches = brokenRules(problem, plan);
  const [got, wanted] = [measure(problem, exact), measure(problem, highs.exact)];
  // Without slot prices HiGHS needed integers to keep devices from charging and discharging at once.
  const linear = isLinear(problem) && highs.plan.site.marginal_price.some((price) => price !== null);
  if (linear && highs.plan.status === 'optimal') {
    const found = firstDifference(got, wanted);
    if (found !== null) mismatches.push(`${found} (${plan.status}, ${plan.solver} against HiGHS)`);
    return { mismatches, difference: worstDifference(got, wanted).relative, levelsDiffer: false };
  }
  const early = earlyDifference(got, wanted);
  if (early !== null) {
    if (plan.status === 'optimal' && highs.plan.status === 'optimal')
      mismatches.push(`${early} (${plan.solver} against HiGHS, both proved)`);
    return { mismatches, difference: null, levelsDiffer: true };
  }
  mismatches.push(...boundAbove(plan, wanted.money), ...boundAbove(highs.plan, got.money));
  return { mismatches, difference: null, levelsDiffer: false };
}
