/** One problem planned by `auto` and, beside it, by every engine of SMAC's own that takes its class. */
import type { Plan, Problem } from '../contract/index.ts';
import { chooseEngines, classify, engines } from '../engine/index.ts';
import { normalise } from '../grid/index.ts';
import { planNow } from '../planner/plan-now.ts';

export interface OwnPlans {
  auto: Plan;
  /** Of engines that `auto` did not take, where they gave a plan; HiGHS is not among them. */
  others: Plan[];
  /** Names of the engines that take the class and gave up on this problem. */
  gaveUp: string[];
}

/** @param timeLimitS for each plan */
export async function ownPlans(problem: Problem, timeLimitS: number): Promise<OwnPlans> {
  const auto = await planNow(problem, { timeLimitS });
  const own: OwnPlans = { auto, others: [], gaveUp: [] };
  const fit = chooseEngines(
    engines(() => performance.now()),
    'auto',
    classify(normalise(problem)),
  );
  for (const { name } of Array.isArray(fit) ? fit : []) {
    if (name === 'highs' || name === auto.solver) continue;
    const plan = await planNow(problem, { timeLimitS, engine: name as 'greedy' });
    if (plan.status === 'fallback') own.gaveUp.push(name);
    else own.others.push(plan);
  }
  return own;
}
