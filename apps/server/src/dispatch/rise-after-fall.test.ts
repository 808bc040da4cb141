import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type { Profile } from './port.ts';
import { powerAt } from './power.ts';
import { FALL_MS, risesAfterFalls } from './rise-after-fall.ts';

const T0 = Date.UTC(2026, 10, 21, 12);
const SLOT_MS = 900_000;
const slots = (...powersW: number[]): Profile => ({
  startMs: T0,
  endMs: T0 + 24 * 3_600_000,
  periods: powersW.map((powerW, n) => ({ startMs: T0 + n * SLOT_MS, powerW })),
});
const budget = [{ startMs: T0, endMs: T0 + 24 * 3_600_000, powerW: 60_000 }];

test('D1.5-Q3B-4 at the border of two quarter hours a DC charger rises when the AC car beside it has fallen', () => {
  const [ac, dc] = risesAfterFalls([slots(22_000, 0, 0), slots(30_000, 55_000, 5_000)], budget, T0);
  assert.deepEqual(ac, slots(22_000, 0, 0));
  assert.equal(powerAt(dc!, T0 + SLOT_MS), 30_000);
  assert.equal(powerAt(dc!, T0 + SLOT_MS + FALL_MS), 55_000);
  assert.equal(powerAt(dc!, T0 + 2 * SLOT_MS), 5_000, 'falls stay where they are');
});

test('D1.5-Q3B-4 where both fit side by side nothing is delayed', () => {
  const free = [slots(22_000, 4_000), slots(10_000, 30_000)];
  assert.deepEqual(risesAfterFalls(free, budget, T0), free);
});

test('D1.5-Q3B-4 cars that need seconds to fall never stand above the limit together with those that rise', () => {
  const powers = fc.array(fc.integer({ min: 0, max: 20_000 }), { minLength: 6, maxLength: 6 });
  fc.assert(
    fc.property(powers, powers, powers, (...rows) => {
      const profiles = risesAfterFalls(
        rows.map((row) => slots(...row)),
        budget,
        T0,
      );
      for (let n = 1; n < 6; n += 1) {
        for (const second of [0, 3, 7]) {
          const atMs = T0 + n * SLOT_MS + second * 1000;
          const sumW = profiles.reduce(
            (sum, profile) =>
              sum + Math.max(powerAt(profile, T0 + n * SLOT_MS - 1)!, powerAt(profile, atMs)!),
            0,
          );
          assert.ok(sumW <= 60_000, `${sumW} W`);
        }
      }
    }),
    { numRuns: 100 },
  );
});
