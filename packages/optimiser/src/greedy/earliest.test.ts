import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkPlan } from '../checker/index.ts';
import type { Problem } from '../contract/index.ts';
import { classify } from '../engine/index.ts';
import { normalise } from '../grid/index.ts';
import { EngineRefused, planNow } from '../planner/plan-now.ts';
import { generateProblem } from '../testing/generate-problem.ts';
import { measure } from '../testing/literal/measure.ts';
import type { ProblemClass } from '../testing/problem-classes.ts';
import { seededRandom } from '../testing/random.ts';

const CLASSES = ['charge-only-limited', 'minimums-and-priority', 'energy-need'] satisfies ProblemClass[];
const LEVELS = ['excess', 'minimums', 'priority', 'all', 'fractions', 'fast', 'money'] as const;

/** Everybody FAST and alike, a limit that is short or not, and no price below nothing. */
function hurried(kind: ProblemClass, seed: number): Problem {
  const problem = generateProblem(kind, seededRandom(seed), { slots: [2, 10], sessions: [1, 8] });
  const site = problem.site!;
  const share = 0.2 + 0.07 * (seed % 12);
  if (Array.isArray(site.max_import_w)) site.max_import_w = site.max_import_w.map((limit) => limit * share);
  else if (site.max_import_w !== undefined) site.max_import_w *= share;
  site.import_price = site.import_price!.map(Math.abs);
  site.export_price = site.import_price.map((price) => price / 2);
  for (const session of problem.sessions!) {
    session.preference = 'FAST';
    session.charge_efficiency = seed % 2 === 0 ? 1 : 0.9;
  }
  return problem;
}

test('D4.2-§5.3-LP: FAST sessions that are alike are planned by the greedy as HiGHS plans them, level by level, shortages included', async () => {
  let solved = 0;
  let short = 0;
  for (let seed = 0; seed < 60; seed++) {
    const kind = CLASSES[seed % CLASSES.length]!;
    const problem = hurried(kind, seed);
    const title = `${kind}, seed ${seed}`;
    // A target before the end of the stay that asks for more than the last one is left to others.
    if (!classify(normalise(problem)).allFastAlike) continue;
    const note: object[] = [];
    const log = {
      warn: (fields: object) => void note.push(fields),
      error: (fields: object) => void note.push(fields),
    };
    const plan = await planNow(problem, { engine: 'greedy', log });
    if (plan.status === 'fallback') {
      assert.match(
        JSON.stringify(note),
        /not everything fits, and a FAST session has several targets/,
        title,
      );
      continue;
    }
    const exact = await planNow(problem, { engine: 'highs', timeLimitS: 30 });
    assert.deepEqual([plan.status, exact.status], ['optimal', 'optimal'], title);
    assert.deepEqual(checkPlan(problem, plan), [], title);
    const [got, wanted] = [measure(problem, plan), measure(problem, exact)];
    for (const level of LEVELS) {
      const values = [wanted[level]].flat();
      const tolerance = level === 'fractions' ? 1e-4 / Math.min(1, wanted.leastNeed) : 1e-4;
      [got[level]].flat().forEach((value, i) => {
        const apart = Math.abs(value - values[i]!);
        assert.ok(
          apart <= tolerance + 1e-6 * Math.abs(values[i]!),
          `${title}, ${level}: ${value}, HiGHS ${values[i]}`,
        );
      });
    }
    solved++;
    if (plan.shortfall_wh > 1) short++;
  }
  assert.ok(solved > 35 && short > 20, `${solved} solved, ${short} of them short`);
});

test('D4.2-§5.3-LP: a greedy that was asked for says which FAST sessions it leaves to others', async () => {
  const asked = (change: (problem: Problem) => void) => {
    const problem = hurried('charge-only-limited', 7);
    const [first] = problem.sessions!;
    problem.sessions = [first!, { ...first!, id: 'other' }];
    change(problem);
    return planNow(problem, { engine: 'greedy' });
  };
  const says = (sentence: RegExp) => (error: Error) =>
    error instanceof EngineRefused && sentence.test(error.message);
  await assert.rejects(
    asked(({ sessions }) => {
      sessions![1]!.preference = 'CHEAP';
    }),
    says(/not all of them FAST alike/),
  );
  await assert.rejects(
    asked(({ sessions }) => {
      sessions![1]!.charge_efficiency = 0.8;
    }),
    says(/not all of them FAST alike/),
  );
  await assert.rejects(
    asked(({ site }) => {
      site!.import_price![0] = -0.1;
      site!.export_price![0] = -0.1;
    }),
    says(/to take more than it needs may pay/),
  );
});

test('a fleet of FAST sessions that should be ready early has fair shares at once where the time limit leaves none for a proof', async () => {
  const slots = 96;
  const at = (slot: number) => new Date(Date.UTC(2026, 0, 1) + slot * 900_000).toISOString();
  const problem: Problem = {
    start: at(0),
    slots,
    site: { max_import_w: 100_000 },
    sessions: Array.from({ length: 200 }, (_, n) => ({
      id: `car-${n}`,
      max_charge_w: 11_000,
      battery_wh: 60_000 - 100 * (n % 7),
      soc: 0,
      targets: [{ at: at(24 + (n % 3)), soc: 1 }],
      preference: 'FAST' as const,
    })),
  };
  const hurriedPlan = await planNow(problem, { engine: 'greedy', timeLimitS: 3 });
  assert.deepEqual([hurriedPlan.solver, hurriedPlan.status], ['greedy', 'feasible']);
  assert.deepEqual(checkPlan(problem, hurriedPlan), []);
  const shares = hurriedPlan.sessions.map(({ power_w }, n) => {
    const wh = power_w.reduce((sum, w) => sum + w / 4, 0);
    return wh / (60_000 - 100 * (n % 7));
  });
  assert.ok(Math.max(...shares) - Math.min(...shares) < 1e-6, 'everybody gets the same part of the need');
  const usedWh = hurriedPlan.site.net_w.reduce((sum, w) => sum + w / 4, 0);
  assert.ok(Math.abs(usedWh - 100_000 * 24) < 1, 'and together all there is');
  const patient = await planNow(problem, {
    engine: 'greedy',
    timeLimitS: 60,
    log: { warn: () => {}, error: () => {} },
  });
  assert.equal(patient.status, 'fallback', 'with time for it the greedy leaves it to an exact engine');
});
