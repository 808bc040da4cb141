import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Engine, Solution } from '../engine/index.ts';
import { createPlanner, type Problem, planNow } from '../index.ts';
import { answer } from '../plan/index.ts';
import { generateProblem, seededRandom } from '../testing/index.ts';

const problem: Problem = {
  start: '2026-01-01T00:00:00Z',
  slots: 8,
  site: { max_import_w: 12_000, import_price: [0.4, 0.3, 0.2, 0.1, 0.1, 0.2, 0.3, 0.4] },
  sessions: ['a', 'b'].map((id) => ({
    id,
    max_charge_w: 11_000,
    battery_wh: 60_000,
    soc: 0.5,
    targets: [{ at: '2026-01-01T02:00:00Z', soc: 0.6 }],
  })),
};

/** The general engine needs hundreds of milliseconds for it: no thread answers before the limit, however late a timer fires. */
const longProblem: Problem = {
  start: '2026-01-01T00:00:00Z',
  slots: 96,
  site: {
    max_import_w: 400_000,
    max_export_w: 400_000,
    import_price: Array.from({ length: 96 }, (_, slot) => 0.2 + 0.1 * Math.sin(slot / 7)),
  },
  sessions: Array.from({ length: 60 }, (_, i) => ({
    id: `car-${i}`,
    max_charge_w: 11_000,
    max_discharge_w: 11_000,
    battery_wh: 60_000,
    soc: 0.3 + (i % 10) / 50,
    targets: [{ at: '2026-01-01T12:00:00Z', soc: 0.6 }],
  })),
};

interface Said {
  level: 'warn' | 'error';
  message: string;
}

function listeningLog(said: Said[]) {
  return {
    warn: (_: object, message: string) => void said.push({ level: 'warn', message }),
    error: (_: object, message: string) => void said.push({ level: 'error', message }),
  };
}

const said: Said[] = [];
const planner = createPlanner({ graceS: 0, log: listeningLog(said) });
after(() => planner.close());

test('D4.2-§3.2.1: a worker thread gives the plan that this thread gives', async () => {
  const there = await planner.plan(problem);
  const here = await planNow(problem);
  assert.equal(there.status, 'optimal');
  assert.deepEqual({ ...there, solve_ms: 0 }, { ...here, solve_ms: 0 });
});

test('D4.2-§5.3-LP re-planning: a worker thread starts from the last plan like this thread, whichever thread made that plan', async () => {
  const weighted: Problem = {
    ...problem,
    opportunity: 'linear',
    site: { ...problem.site, opportunity_cost: 0.001 },
  };
  const lastPlan = await planner.plan(weighted);
  const changed = { ...weighted, sessions: weighted.sessions!.slice(1) };
  const there = await planner.plan(changed, { lastPlan });
  const here = await planNow(changed, { lastPlan });
  assert.deepEqual([lastPlan.warm_start, there.warm_start], [undefined, true]);
  assert.deepEqual({ ...there, solve_ms: 0 }, { ...here, solve_ms: 0 });
  const fresh = await planner.plan(changed);
  assert.ok(Math.abs(there.cost.total - fresh.cost.total) < 1e-9);
});

test('D4.2-§5.3-LP: a thread that overruns is ended, the heuristic answers, and the next plan is optimal', async () => {
  said.length = 0;
  const late = await planner.plan(longProblem, { timeLimitS: 0.0001, engine: 'highs' });
  assert.equal(late.status, 'fallback');
  assert.equal(late.shortfall_wh, 0);
  assert.deepEqual(said, [{ level: 'warn', message: 'the solver ran out of time, the heuristic planned' }]);
  const next = await planner.plan(problem);
  assert.equal(next.status, 'optimal');
});

test('many problems at once are all answered, in threads that take turns', async () => {
  const problems = Array.from({ length: 12 }, (_, i) => generateProblem('v2g', seededRandom(i)));
  const plans = await Promise.all(problems.map((one) => planner.plan(one)));
  assert.deepEqual([...new Set(plans.map((plan) => plan.status))], ['optimal']);
});

function engineThat(solve: () => Promise<Solution | { failure: string }>): Engine {
  return { name: 'broken', applies: () => true, solve };
}

const options = { timeLimitS: 5, engine: 'auto' } as const;
const clock = () => performance.now();

test('D4.2-§5.3-LP: an engine that fails is replaced by the heuristic and named as a defect', async () => {
  const failing = engineThat(async () => ({ failure: 'matrix is singular' }));
  const result = await answer(problem, options, [failing], clock);
  assert.ok('plan' in result);
  assert.equal(result.plan.status, 'fallback');
  assert.deepEqual(result.defects, ['matrix is singular']);
});

test('C1.4: a plan that breaks a limit never leaves the package, whatever its engine claims', async () => {
  const overloading = engineThat(async () => ({
    powers: { powerW: problem.sessions!.map(() => new Float64Array(8).fill(11_000)), storePowerW: [] },
    levelsProved: true,
    bound: -100,
    marginalPrice: null,
  }));
  const result = await answer(problem, options, [overloading], clock);
  assert.ok('plan' in result);
  assert.equal(result.plan.status, 'fallback');
  assert.ok(Math.max(...result.plan.site.net_w) <= 12_000);
  assert.match(result.defects[0]!, /the plan of broken broke a rule: import_limit at site.net_w\[0\]/);
});

test('an engine that does not suit the class says why', async () => {
  const choosy: Engine = {
    name: 'choosy',
    applies: () => 'cannot do this',
    solve: async () => ({ failure: 'never called' }),
  };
  assert.deepEqual(await answer(problem, options, [choosy], clock), { refusal: 'choosy: cannot do this' });
});
