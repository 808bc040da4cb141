/** When the repair answers, and when HiGHS does. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { normalise } from '../../grid/index.ts';
import { chooseEngines, classify, engines } from '../index.ts';

function first(sessions: number, feature: 'minimum' | 'occupancy', choice: 'auto' | 'repair' = 'auto') {
  const problem = normalise({
    start: '2026-03-02T12:00:00Z',
    site: feature === 'occupancy' ? { opportunity_cost: 0.01 } : {},
    sessions: Array.from({ length: sessions }, (_, i) => ({
      id: `car-${i}`,
      max_charge_w: 11_000,
      min_charge_w: feature === 'minimum' ? 4_140 : 0,
      energy_need_wh: 5_000,
    })),
  });
  const chosen = chooseEngines(
    engines(() => performance.now()),
    choice,
    classify(problem),
  );
  return 'refusal' in chosen ? chosen.refusal : chosen.map((engine) => engine.name);
}

test('X34 X9 a few sessions are proved by HiGHS, a fleet is repaired', () => {
  assert.deepEqual(first(5, 'minimum'), ['highs', 'repair']);
  assert.deepEqual(first(200, 'minimum'), ['repair', 'highs']);
  assert.deepEqual(first(5, 'occupancy'), ['highs', 'repair']);
  assert.deepEqual(first(50, 'occupancy'), ['repair', 'highs']);
});

test('X34 by name it plans any number of sessions', () => {
  assert.deepEqual(first(1, 'minimum', 'repair'), ['repair']);
});
