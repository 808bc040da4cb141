/** One generated problem through the planner and through the literal reference, compared level by level. */
import type { Plan, Problem } from '../contract/index.ts';
import { generateProblem, SMALL } from './generate-problem.ts';
import { judgePlan, literalOracle, type Verdict } from './judge-plan.ts';
import { planBy } from './own-plans.ts';
import type { ProblemClass } from './problem-classes.ts';
import { seededRandom } from './random.ts';

export { firstDifference } from './compare-levels.ts';

export interface Proof extends Verdict {
  problem: Problem;
  plan: Plan;
}

const TIME_LIMIT_S = 30;

export async function proveInstance(kind: ProblemClass, seed: number): Promise<Proof> {
  const problem = generateProblem(kind, seededRandom(seed), SMALL);
  const defects: string[] = [];
  const own = await planBy(problem, 'auto', TIME_LIMIT_S, defects);
  const verdict = judgePlan(problem, own, literalOracle(problem));
  return { problem, plan: own.plan, ...verdict, mismatches: [...defects, ...verdict.mismatches] };
}
