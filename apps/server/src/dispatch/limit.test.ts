import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lowerOf } from './limit.ts';

const slot = (startMs: number, endMs: number, powerW: number | null) => ({ startMs, endMs, powerW });

test('F8 a limit that fell lowers the budget of the plan in force, and only where it fell', () => {
  const held = [slot(0, 900, 10_000), slot(900, 1_800, 10_000), slot(1_800, 2_700, null)];
  const cut = [slot(300, 900, 10_020), slot(900, 1_800, 4_000), slot(1_800, 2_700, 6_000)];
  assert.deepEqual(lowerOf(held, cut), [
    slot(0, 900, 10_000),
    slot(900, 1_800, 4_000),
    slot(1_800, 2_700, 6_000),
  ]);
  assert.equal(lowerOf(held, [slot(0, 900, 12_000), slot(900, 2_700, null)]), undefined);
  assert.equal(lowerOf(held, [slot(0, 1_800, 9_970)]), undefined);
});
