/**
 * One row of the table of re-planning in a process of its own, started by `replan.ts`: the task as JSON in the argument, the result as JSON on standard
 * output. Fresh and from the last plan take turns on the same problems, after rounds that do not count.
 */
import type { Plan, Problem } from '../src/contract/index.ts';
import { chooseEngines, classify, engines, isSolution, type Solution } from '../src/engine/index.ts';
import { normalise } from '../src/grid/index.ts';
import { readLastPlan, startFrom } from '../src/plan/index.ts';
import { planNow } from '../src/planner/plan-now.ts';
import type { Variant } from './fleet.ts';
import { CHANGES, type Change, oneChange } from './one-change.ts';

export interface ReplanTask {
  variant: Variant;
  sessions: number;
  rounds: number;
}

export interface ReplanTimes {
  change: Change;
  /** How often the engine said that it started from the last plan. */
  warm: number;
  /** Problem to powers, ms. */
  freshMs: number[];
  againMs: number[];
  /** Problem to plan document: with cost, baseline, reasons and the checker, ms. */
  freshPlanMs: number[];
  againPlanMs: number[];
}

export interface ReplanRow {
  engines: string[];
  /** Largest relative difference of cost between the two. */
  difference: number;
  times: ReplanTimes[];
}

const TIME_LIMIT_S = 10;
const WARM_UPS = 3;
const now = () => performance.now();
const available = engines(now);

const task: ReplanTask = JSON.parse(process.argv[2]!);
console.log(JSON.stringify(await measureRow(task)));

async function measureRow({ variant, sessions, rounds }: ReplanTask): Promise<ReplanRow> {
  const names = new Set<string>();
  const row: ReplanRow = {
    engines: [],
    difference: 0,
    times: CHANGES.map((change) => ({
      change,
      warm: 0,
      freshMs: [],
      againMs: [],
      freshPlanMs: [],
      againPlanMs: [],
    })),
  };
  for (let round = -WARM_UPS; round < rounds; round++) {
    for (const times of row.times) {
      const seed = 1 + round + WARM_UPS;
      const { last, after } = await oneChange(times.change, variant, sessions, seed, (problem) =>
        planNow(problem),
      );
      // Who goes first alternates: the second finds the problem in the cache.
      const isFreshFirst = round % 2 === 0;
      const first = await timedSolve(after, isFreshFirst ? undefined : last);
      const second = await timedSolve(after, isFreshFirst ? last : undefined);
      const [fresh, again] = isFreshFirst ? [first, second] : [second, first];
      const firstPlan = await timedPlan(after, isFreshFirst ? undefined : last);
      const secondPlan = await timedPlan(after, isFreshFirst ? last : undefined);
      const [freshPlan, againPlan] = isFreshFirst ? [firstPlan, secondPlan] : [secondPlan, firstPlan];
      if (round < 0) continue;
      names.add(fresh.engine).add(again.engine);
      if (again.solution.warm) times.warm++;
      const [wanted, got] = [freshPlan.plan.cost.total, againPlan.plan.cost.total];
      row.difference = Math.max(row.difference, Math.abs(got - wanted) / Math.max(1, Math.abs(wanted)));
      times.freshMs.push(fresh.ms);
      times.againMs.push(again.ms);
      times.freshPlanMs.push(freshPlan.ms);
      times.againPlanMs.push(againPlan.ms);
    }
  }
  return { ...row, engines: [...names] };
}

async function timedSolve(
  problem: Problem,
  lastPlan?: Plan,
): Promise<{ ms: number; engine: string; solution: Solution }> {
  const startMs = now();
  const last = lastPlan === undefined ? undefined : readLastPlan(lastPlan, problem);
  const normal = normalise(problem);
  const chosen = chooseEngines(available, 'auto', classify(normal));
  if ('refusal' in chosen) throw new Error(chosen.refusal);
  for (const engine of chosen) {
    const start =
      last === undefined || 'useless' in last || engine.ignoresLast ? {} : startFrom(last, normal);
    const solution = await engine.solve(normal, { ...start, timeLimitS: TIME_LIMIT_S });
    if (isSolution(solution)) return { ms: now() - startMs, engine: engine.name, solution };
  }
  throw new Error('no engine solved it');
}

async function timedPlan(problem: Problem, lastPlan?: Plan): Promise<{ ms: number; plan: Plan }> {
  const startMs = now();
  const plan = await planNow(problem, lastPlan === undefined ? {} : { lastPlan });
  return { ms: now() - startMs, plan };
}
