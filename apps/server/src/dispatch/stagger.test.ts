import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Profile } from './port.ts';
import { powerAt } from './power.ts';
import { type Rising, staggered } from './stagger.ts';

const T0 = Date.UTC(2026, 10, 21, 12);
const SLOT_MS = 900_000;
const H24 = 24 * 3_600_000;

const profile = (powersW: readonly number[]): Profile => ({
  startMs: T0,
  endMs: T0 + H24,
  periods: powersW.map((powerW, n) => ({ startMs: T0 + n * SLOT_MS, powerW })),
});

function seeded(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const fleet = (count: number, nowW: number, desired: Profile, isRestored: boolean): Rising[] =>
  Array.from({ length: count }, () => ({ desired, nowW, isRestored }));

/** Every rise of a profile that begins at `nowW`. */
const rises = ({ periods }: Profile, nowW: number) =>
  periods.flatMap(({ startMs, powerW }, n) => {
    const moreW = powerW - (periods[n - 1]?.powerW ?? nowW);
    return moreW > 0 ? [{ startMs, moreW }] : [];
  });

test('F14 after an outage a fleet restarts spread over 10 minutes in random order, within the ramp', () => {
  const policy = { rampWPerS: 5_000, restoreSpreadMs: 600_000, stepSpreadMs: 0 };
  const { profiles } = staggered(fleet(200, 0, profile([11_000]), true), T0, policy, T0, seeded(7));
  const at = profiles.flatMap((each) => rises(each, 0)).sort((a, b) => a.startMs - b.startMs);
  assert.equal(at.length, 200);
  for (const [n, { startMs }] of at.entries()) {
    const inWindow = at.filter((each) => each.startMs >= startMs - 60_000 && each.startMs <= startMs);
    const risenW = inWindow.reduce((sum, { moreW }) => sum + moreW, 0);
    assert.ok(risenW <= 5_000 * 61 + 11_000, `${risenW} W in the minute before rise ${n}`);
  }
  const early = at.filter(({ startMs }) => startMs < T0 + 300_000).length;
  assert.ok(early > 60 && early < 140, `${early} of 200 in the first half`);
});

test('security 7.2 a price step of a fleet rises with the ramp; who rises alone, and what falls, is not delayed', () => {
  const policy = { rampWPerS: 10_000, restoreSpreadMs: 600_000, stepSpreadMs: 0 };
  const { profiles } = staggered(fleet(100, 0, profile([0, 10_000, 0]), false), T0, policy, T0, seeded(1));
  const starts = profiles.map((each) => rises(each, 0)[0]!.startMs).sort((a, b) => a - b);
  assert.equal(starts[0], T0 + SLOT_MS);
  assert.ok(starts[99]! >= T0 + SLOT_MS + 98_000 && starts[99]! <= T0 + SLOT_MS + 102_000);
  for (const each of profiles) assert.equal(powerAt(each, T0 + 2 * SLOT_MS), 0);
  const alone = staggered(fleet(1, 4_000, profile([11_000, 2_000, 7_000]), false), T0, policy, T0, seeded(1));
  assert.deepEqual(alone.profiles[0]?.periods, profile([11_000, 2_000, 7_000]).periods);
});

test('a rise that was delayed keeps its time in the next plan, and what was commanded before uses the ramp first', () => {
  const policy = { rampWPerS: 1_000, restoreSpreadMs: 600_000, stepSpreadMs: 0 };
  const first = staggered(fleet(3, 0, profile([10_000]), true), T0, policy, T0, seeded(3));
  const again = staggered(
    first.profiles.map((held) => ({ desired: profile([10_000]), nowW: 0, held, isRestored: true })),
    T0,
    policy,
    first.freeMs,
    seeded(99),
  );
  assert.deepEqual(again.profiles, first.profiles);
  const other = staggered(fleet(1, 0, profile([10_000]), false), T0, policy, T0 + 30_000, seeded(3));
  assert.deepEqual(rises(other.profiles[0]!, 0), [{ startMs: T0 + 30_000, moreW: 10_000 }]);
});

test('security 7.2 a large fleet rises within the ramp too, and few instants are enough for it', () => {
  const policy = { rampWPerS: 15_000, restoreSpreadMs: 600_000, stepSpreadMs: 0 };
  const plan = profile(Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? 0 : 11_000)));
  const { profiles } = staggered(fleet(500, 0, plan, false), T0, policy, T0, seeded(5));
  const at = profiles.flatMap((each) => rises(each, 0)).sort((a, b) => a.startMs - b.startMs);
  assert.equal(at.length, 500 * 10);
  assert.ok(new Set(at.map(({ startMs }) => startMs)).size <= 10 * 40);
  let first = 0;
  let risenW = 0;
  for (const { startMs, moreW } of at) {
    risenW += moreW;
    while (at[first]!.startMs <= startMs - 60_000) {
      risenW -= at[first]!.moreW;
      first += 1;
    }
    assert.ok(risenW <= 15_000 * 70 + 11_000, `${risenW} W in a minute`);
  }
});

const powers = fc.array(
  fc.integer({ min: -5, max: 11 }).map((kw) => kw * 1_000),
  {
    minLength: 1,
    maxLength: 8,
  },
);

test('security 7.2 property: never more than desired, falls where they were, and all rises together within the ramp', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({ plan: powers, nowW: fc.integer({ min: 0, max: 11_000 }), isRestored: fc.boolean() }),
        {
          minLength: 1,
          maxLength: 12,
        },
      ),
      fc.record({
        rampWPerS: fc.integer({ min: 20, max: 20_000 }),
        restoreSpreadMs: fc.integer({ min: 0, max: 600_000 }),
        stepSpreadMs: fc.integer({ min: 0, max: 600_000 }),
      }),
      fc.integer(),
      (fleetPlans, policy, seed) => {
        const rising = fleetPlans.map(({ plan, ...more }): Rising => ({ desired: profile(plan), ...more }));
        const { profiles } = staggered(rising, T0, policy, T0, seeded(seed));
        const all = profiles.flatMap((each, s) => {
          const { desired, nowW } = rising[s]!;
          assert.equal(each.periods[0]?.startMs, T0);
          for (const { startMs } of [...each.periods, ...desired.periods])
            assert.ok(powerAt(each, startMs)! <= powerAt(desired, startMs)!, 'more than desired');
          const lastMs = T0 + H24 - 1;
          assert.equal(powerAt(each, lastMs), powerAt(desired, lastMs), 'it gets there');
          return rises(each, nowW);
        });
        all.sort((a, b) => a.startMs - b.startMs);
        for (let from = 0; from < all.length; from += 1) {
          let sumW = 0;
          for (let to = from; to < all.length; to += 1) {
            sumW += all[to]!.moreW;
            const seconds = (all[to]!.startMs - all[from]!.startMs) / 1000;
            // What waits when its wish grows rises to the new wish at its turn.
            const largestW = 2 * 16_000;
            assert.ok(sumW <= policy.rampWPerS * (seconds + 1) + largestW, `${sumW} W in ${seconds} s`);
          }
        }
      },
    ),
    { numRuns: 300 },
  );
});
