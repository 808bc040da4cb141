import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Profile, powerAt } from '../dispatch/index.ts';
import { earlyInSlot, type InSlot } from './early-in-slot.ts';

const MINUTE_MS = 60_000;
const SLOT_MS = 15 * MINUTE_MS;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** @param steps minute and W */
const planned = (...steps: readonly (readonly [number, number])[]): Profile => ({
  startMs: 0,
  endMs: DAY_MS,
  periods: steps.map(([minute, powerW]) => ({ startMs: minute * MINUTE_MS, powerW })),
});
const at = (profile: Profile, minute: number) => powerAt(profile, minute * MINUTE_MS);

test('X59: the last part of a hurried need is charged at once with the power that is left, not spread to the end of the slot', () => {
  const hurried: InSlot = { profile: planned([0, 20_000], [15, 0]), hurriedW: 60_000 };
  const waiting: InSlot = { profile: planned([0, 10_000]) };
  const [first, second] = earlyInSlot([hurried, waiting], SLOT_MS, 70_000);
  assert.deepEqual(first!.periods, [
    { startMs: 0, powerW: 60_000 },
    { startMs: 5.5 * MINUTE_MS, powerW: 20_000 },
    { startMs: SLOT_MS, powerW: 0 },
  ]);
  assert.equal(second, waiting.profile, 'who waits for a cheaper hour goes on waiting');
});

test('X59: who is hurried takes no more than the site and each part of it have left, and only until somebody else rises', () => {
  const hurried: InSlot = { profile: planned([0, 20_000], [15, 0]), hurriedW: 60_000, shares: { P: 1 } };
  const other: InSlot = { profile: planned([0, 5_000], [2, 30_000]), shares: { P: 0.5 } };
  const part = { id: 'P', budget: [{ startMs: 0, endMs: SLOT_MS, powerW: 30_000 }] };
  const [first] = earlyInSlot([hurried, other], SLOT_MS, 50_000, [part]);
  assert.equal(at(first!, 0), 27_500);
  assert.equal(at(first!, 2), 20_000);
  const [alone] = earlyInSlot([hurried, other], SLOT_MS, 28_000);
  assert.equal(at(alone!, 0), 23_000);
});

test('X59: whatever was planned, hurrying never lifts the sum above a limit that the plan keeps', () => {
  const power = fc.integer({ min: 0, max: 50_000 });
  const session = fc.record({
    first: power,
    later: power,
    minute: fc.integer({ min: 1, max: 14 }),
    hurriedW: power,
  });
  fc.assert(
    fc.property(
      fc.array(session, { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 0, max: 40_000 }),
      (all, spareW) => {
        const sessions = all.map(({ first, later, minute, hurriedW }) => ({
          profile: planned([0, first], [minute, later], [15, first]),
          hurriedW,
        }));
        const sumAt = (profiles: readonly Profile[], minute: number) =>
          profiles.reduce((sum, profile) => sum + at(profile, minute)!, 0);
        const minutes = Array.from({ length: 60 }, (_, n) => n / 4);
        const plannedW = minutes.map((minute) =>
          sumAt(
            sessions.map(({ profile }) => profile),
            minute,
          ),
        );
        const limitW = Math.max(...plannedW) + spareW;
        const profiles = earlyInSlot(sessions, SLOT_MS, limitW);
        for (const [n, minute] of minutes.entries()) {
          const sumW = sumAt(profiles, minute);
          assert.ok(sumW <= limitW + 1e-6 && sumW >= plannedW[n]!);
        }
      },
    ),
  );
});
