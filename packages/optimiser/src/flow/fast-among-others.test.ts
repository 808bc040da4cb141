import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Problem } from '../contract/index.ts';
import { flowEngine } from '../engine/flow/engine.ts';
import { chooseEngines, classify, engines } from '../engine/index.ts';
import { normalise } from '../grid/index.ts';
import { generateProblem } from '../testing/generate-problem.ts';
import { judgePlan, literalOracle } from '../testing/judge-plan.ts';
import { planBy } from '../testing/own-plans.ts';
import { seededRandom } from '../testing/random.ts';

test('D4.2-§5.3-LP: FAST sessions among others are planned by the network simplex as the literal reference does, shortages and efficiencies of their own included', async () => {
  let solved = 0;
  let short = 0;
  for (let seed = 0; seed < 100; seed++) {
    const problem = generateProblem('fast', seededRandom(400 + seed), { slots: [3, 12], sessions: [2, 9] });
    const site = problem.site!;
    site.import_price = site.import_price!.map(Math.abs);
    site.export_price = site.import_price.map((price) => price / 2);
    if (flowEngine.applies(classify(normalise(problem))) !== true) continue;
    const defects: string[] = [];
    const own = await planBy(problem, 'flow', 30, defects);
    const title = `seed ${400 + seed}`;
    assert.equal(own.plan.solver, 'flow', title);
    assert.deepEqual([...defects, ...judgePlan(problem, own, literalOracle(problem)).mismatches], [], title);
    solved++;
    if (own.plan.shortfall_wh > 1) short++;
  }
  assert.ok(solved > 20 && short > 8, `${solved} solved, ${short} of them short`);
});

test('a fleet whose FAST sessions are not alike is the network simplex’s before the interior point is asked', () => {
  const problem: Problem = {
    start: '2026-01-01T00:00:00Z',
    slots: 8,
    site: { max_import_w: 12_000, import_price: [0.3, 0.2, 0.1, 0.2, 0.3, 0.3, 0.2, 0.1] },
    sessions: (['FAST', 'CHEAP'] as const).map((preference, n) => ({
      id: `car-${n}`,
      max_charge_w: 11_000,
      energy_need_wh: 9_000,
      preference,
    })),
  };
  const chosen = chooseEngines(
    engines(() => 0),
    'auto',
    classify(normalise(problem)),
  );
  assert.ok(Array.isArray(chosen));
  assert.deepEqual(
    chosen.slice(0, 2).map(({ name }) => name),
    ['flow', 'interior'],
  );
});
