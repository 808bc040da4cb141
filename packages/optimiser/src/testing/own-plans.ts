/** One problem planned by `auto` and, beside it, by every engine of SMAC's own that takes its class. */
import type { Plan, Problem } from '../contract/index.ts';
import {
  chooseEngines,
  classify,
  type Engine,
  type EngineChoice,
  type EngineName,
  engines,
  isSolution,
} from '../engine/index.ts';
import { normalise, type PowerMatrix } from '../grid/index.ts';
import { answer } from '../plan/index.ts';

export interface OwnPlan {
  plan: Plan;
  /** The same with the powers as the engine gave them: a plan shows those below 0.01 W as 0. */
  exact: Plan;
}

export interface OwnPlans {
  auto: OwnPlan;
  /** Of engines that `auto` did not take, where they gave a plan; HiGHS is not among them. */
  others: OwnPlan[];
  /** Names of the engines that take the class and gave up on this problem. */
  gaveUp: string[];
  /** Engines that threw, broke a rule or stated a bound far from their cost, even where another one repaired it. */
  defects: string[];
}

/** Sentences about an engine that should never have to be said; an engine that gives up says why, and that is none. */
const DEFECT = / threw: | broke | but its bound is /;

/** @param timeLimitS for each plan */
export async function ownPlans(problem: Problem, timeLimitS: number): Promise<OwnPlans> {
  const defects: string[] = [];
  const auto = await planBy(problem, 'auto', timeLimitS, defects);
  const own: OwnPlans = { auto, others: [], gaveUp: [], defects };
  const fit = chooseEngines(
    engines(() => performance.now()),
    'auto',
    classify(normalise(problem)),
  );
  for (const { name } of Array.isArray(fit) ? fit : []) {
    if (name === 'highs' || name === auto.plan.solver) continue;
    const one = await planBy(problem, name as EngineName, timeLimitS, defects);
    if (one.plan.status === 'fallback') own.gaveUp.push(name);
    else own.others.push(one);
  }
  return own;
}

/** @param defects gets what should never have to be said */
export async function planBy(
  problem: Problem,
  engine: EngineChoice,
  timeLimitS: number,
  defects: string[] = [],
): Promise<OwnPlan> {
  const now = () => performance.now();
  const solved = new Map<string, PowerMatrix>();
  const listening = engines(now).map(
    (one): Engine => ({
      ...one,
      async solve(normal, options) {
        const solution = await one.solve(normal, options);
        if (isSolution(solution)) solved.set(one.name, solution.powers);
        return solution;
      },
    }),
  );
  const answered = await answer(problem, { timeLimitS, engine }, listening, now);
  if ('refusal' in answered) throw new Error(answered.refusal);
  defects.push(...answered.defects.filter((sentence) => DEFECT.test(sentence)));
  const { plan } = answered;
  return { plan, exact: withPowers(plan, solved.get(plan.solver)) };
}

function withPowers(plan: Plan, powers: PowerMatrix | undefined): Plan {
  if (powers === undefined) return plan;
  const { powerW, storePowerW } = powers;
  return {
    ...plan,
    sessions: plan.sessions.map((session, i) => ({ ...session, power_w: Array.from(powerW[i]!) })),
    stores: plan.stores.map((store, i) => ({ ...store, power_w: Array.from(storePowerW[i]!) })),
  };
}
