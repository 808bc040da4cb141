import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { powerAt } from './power.ts';
import { type PlannedSession, shapeProfiles } from './shape.ts';

const T0 = Date.UTC(2026, 10, 21, 12);
const SLOT = 15 * 60_000;
const H24 = 24 * 3_600_000;

function slots(count: number, startMs = T0) {
  return Array.from({ length: count }, (_, i) => ({
    startMs: startMs + i * SLOT,
    endMs: startMs + (i + 1) * SLOT,
  }));
}

function planned(id: string, powerW: readonly number[], more: Partial<PlannedSession> = {}): PlannedSession {
  return { key: { peerId: 'p', sessionId: id }, powerW, maxPowerW: 11_000, minPowerW: 4_140, ...more };
}

test('UC-006: plan slots become periods from now on, equal neighbours merged, rounded down', () => {
  const [shaped] = shapeProfiles({
    nowMs: T0 + 60_500,
    slots: slots(4),
    budgetW: [null, null, null, null],
    sessions: [planned('a', [7_000.9, 7_000.2, 0, 5_000])],
    validityMs: 3_600_000 - 61_000,
  });
  assert.deepEqual(shaped?.profile, {
    startMs: T0 + 60_000,
    endMs: T0 + 60_000 + 3_600_000 - 61_000,
    periods: [
      { startMs: T0 + 60_000, powerW: 7_000 },
      { startMs: T0 + 2 * SLOT, powerW: 0 },
      { startMs: T0 + 3 * SLOT, powerW: 5_000 },
    ],
  });
});

test('security 8: what follows the plan is a fair share of what is left, never unlimited, and validity ends after 24 h', () => {
  const shaped = shapeProfiles({
    nowMs: T0,
    slots: slots(2),
    budgetW: [20_000, 12_000],
    sessions: [planned('a', [9_000, 6_000]), planned('b', [9_000, 6_000])],
  });
  for (const { profile } of shaped) {
    assert.equal(profile.endMs, T0 + H24);
    assert.equal(powerAt(profile, T0 + 20 * SLOT), 6_000);
  }
});

test('a car that is still there after its announced departure goes on charging, with what the others leave', () => {
  const [leaving, staying] = shapeProfiles({
    nowMs: T0,
    slots: slots(4),
    budgetW: [11_000, 11_000, 11_000, 11_000],
    sessions: [
      planned('leaving', [6_000, 0, 0, 0], { plannedUntilMs: T0 + SLOT }),
      planned('staying', [5_000, 6_000, 11_000, 4_200]),
    ],
  });
  assert.equal(powerAt(leaving!.profile, T0 + SLOT), 5_000);
  assert.equal(powerAt(leaving!.profile, T0 + 2 * SLOT), 0, 'nothing is left');
  assert.equal(powerAt(leaving!.profile, T0 + 3 * SLOT), 6_800);
  assert.equal(powerAt(staying!.profile, T0 + SLOT), 6_000);
});

test('X56: a discharging slot keeps its sign and is rounded towards zero', () => {
  const [shaped] = shapeProfiles({
    nowMs: T0,
    slots: slots(1),
    budgetW: [null],
    sessions: [planned('a', [-3_000.7])],
  });
  assert.equal(powerAt(shaped!.profile, T0), -3_000);
});

test('property: shaped profiles keep every plan that keeps its budget, exceed no plan and no budget, and never ask for less than the least power unless it was planned', () => {
  const session = fc.record({
    powers: fc.array(fc.oneof(fc.constant(0), fc.double({ min: 4_140, max: 11_000, noNaN: true })), {
      minLength: 8,
      maxLength: 8,
    }),
    until: fc.option(fc.integer({ min: 0, max: 10 * SLOT }), { nil: undefined }),
  });
  fc.assert(
    fc.property(
      fc.array(session, { minLength: 1, maxLength: 6 }),
      fc.array(fc.integer({ min: 0, max: 20_000 }), { minLength: 8, maxLength: 8 }),
      fc.integer({ min: 0, max: SLOT - 1 }),
      (wishes, room, offsetMs) => {
        const budgetW = room.map(
          (extraW, i) => extraW + wishes.reduce((sum, each) => sum + each.powers[i]!, 0),
        );
        const sessions = wishes.map(({ powers, until }, n) =>
          planned(`${n}`, powers, until === undefined ? {} : { plannedUntilMs: T0 + until }),
        );
        const shaped = shapeProfiles({ nowMs: T0 + offsetMs, slots: slots(8), budgetW, sessions });
        const startMs = Math.floor((T0 + offsetMs) / 1000) * 1000;
        for (let atMs = startMs; atMs < startMs + H24; atMs += 7 * 60_000) {
          const slot = Math.min(7, Math.floor((atMs - T0) / SLOT));
          let sumW = 0;
          for (const [n, { profile }] of shaped.entries()) {
            const powerW = powerAt(profile, atMs)!;
            sumW += powerW;
            assert.ok(Number.isInteger(powerW));
            assert.ok(powerW === 0 || powerW >= 4_140);
            const inPlan =
              atMs < T0 + 8 * SLOT && atMs < Math.floor((T0 + (wishes[n]!.until ?? H24)) / 1000) * 1000;
            if (inPlan) assert.equal(powerW, Math.floor(wishes[n]!.powers[slot]!));
          }
          assert.ok(sumW <= budgetW[slot]! + 1e-6, `${sumW} W of ${budgetW[slot]} W`);
        }
        for (const { profile } of shaped) {
          for (const [i, period] of profile.periods.entries()) {
            assert.notEqual(profile.periods[i + 1]?.powerW, period.powerW, 'equal neighbours are merged');
          }
        }
      },
    ),
    { numRuns: 300 },
  );
});
