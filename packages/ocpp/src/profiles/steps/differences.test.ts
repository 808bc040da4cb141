import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NOON } from '../testing/builders.ts';
import { differences } from './differences.ts';
import { constant, fromSlots } from './step-function.ts';

const MINUTE_MS = 60_000;

test('drift between our composite and the station’s is shown where it is more than rounding', () => {
  const ours = fromSlots([16, 16, 10, Number.POSITIVE_INFINITY], NOON, MINUTE_MS);
  const theirs = fromSlots([16.05, 6, 6, Number.POSITIVE_INFINITY], NOON, MINUTE_MS);
  assert.deepEqual(differences(ours, theirs, 0.1), [
    { fromMs: NOON + MINUTE_MS, toMs: NOON + 2 * MINUTE_MS, ours: 16, theirs: 6 },
    { fromMs: NOON + 2 * MINUTE_MS, toMs: NOON + 3 * MINUTE_MS, ours: 10, theirs: 6 },
  ]);
  assert.deepEqual(differences(ours, ours, 0), []);
});

test('windows that do not meet have no drift', () => {
  assert.deepEqual(differences(constant(1, 0, 5), constant(2, 5, 9), 0), []);
});
