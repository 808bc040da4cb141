import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Problem } from '../contract/index.ts';
import { answer } from '../plan/index.ts';
import { engines } from './choose.ts';

const now = () => performance.now();
const available = engines(now);

/** Below nothing for import, nothing for export: the dearer way round of X10. */
const problem = (generationW: number): Problem => ({
  start: '2026-05-01T00:00:00Z',
  slots: 4,
  site: {
    max_import_w: 10_000,
    import_price: [0.1, -0.05, -0.02, 0.2],
    demand_w: [0, 0, 0, 0],
    generation_w: [0, generationW, 0, 0],
  },
  sessions: [
    { id: 'a', max_charge_w: 7_000, energy_need_wh: 3_000 },
    { id: 'b', max_charge_w: 7_000, energy_need_wh: 2_500 },
  ],
});

async function solvedBy(generationW: number) {
  const answered = await answer(problem(generationW), { timeLimitS: 10, engine: 'auto' }, available, now);
  assert.ok(!('refusal' in answered));
  return answered.plan;
}

test('X10: prices the wrong way round need no integers where the site can only import, and earn the same as with them', async () => {
  const plan = await solvedBy(0);
  assert.equal(plan.solver, 'greedy');
  const literal = await answer(problem(0), { timeLimitS: 10, engine: 'highs' }, available, now);
  assert.ok(!('refusal' in literal));
  assert.ok(Math.abs(plan.cost.total - literal.plan.cost.total) < 1e-9);
  assert.ok(plan.cost.total < 0);
});

test('X10: where own generation can exceed the load, both ways are told apart by integers', async () => {
  const plan = await solvedBy(5_000);
  assert.equal(plan.solver, 'highs');
  assert.equal(plan.status, 'optimal');
});
