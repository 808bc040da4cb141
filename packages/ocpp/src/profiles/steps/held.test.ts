import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { NOON } from '../testing/builders.ts';
import { highestHeld } from './held.ts';
import { constant, fromSlots, limitAt } from './step-function.ts';

const MINUTE_MS = 60_000;

test('F1: a station that did not confirm counts at the higher of old and new, then at its fallback', () => {
  const old = fromSlots([8000, 8000, 2000], NOON, MINUTE_MS);
  const fresh = fromSlots([3000, 9000], NOON, MINUTE_MS);
  const held = highestHeld([old, fresh], 1400, NOON, NOON + 5 * MINUTE_MS);
  assert.deepEqual(
    held.steps.map((step) => [(step.fromMs - NOON) / MINUTE_MS, step.value]),
    [
      [0, 8000],
      [1, 9000],
      [2, 2000],
      [3, 1400],
    ],
  );
});

test('F1: a station without orders counts at its fallback', () => {
  assert.deepEqual(highestHeld([], 1400, NOON, NOON + 1), constant(1400, NOON, NOON + 1));
});

test('F1: what is held is never below any order while it lasts, nor below the fallback where one is over', () => {
  const order = fc
    .record({
      from: fc.integer({ min: -5, max: 8 }),
      values: fc.array(fc.nat({ max: 9 }), { minLength: 1, maxLength: 8 }),
    })
    .map(({ from, values }) => fromSlots(values, NOON + from * MINUTE_MS, MINUTE_MS));
  fc.assert(
    fc.property(
      fc.array(order, { maxLength: 3 }),
      fc.nat({ max: 9 }),
      fc.integer({ min: 0, max: 9 }),
      (orders, fallback, minute) => {
        const at = NOON + minute * MINUTE_MS;
        const held = limitAt(highestHeld(orders, fallback, NOON, NOON + 10 * MINUTE_MS), at);
        const expected = orders.map((each) => limitAt(each, at) ?? fallback);
        assert.equal(held, expected.length === 0 ? fallback : Math.max(...expected));
      },
    ),
    { numRuns: 500 },
  );
});
