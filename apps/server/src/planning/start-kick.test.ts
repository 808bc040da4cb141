import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { powerAt } from '../dispatch/index.ts';
import { START_KICK_MS, withStartKick, withStartKicks } from './start-kick.ts';

test('D1.5-Q3B-3 SC9 NL-209 a car that is planned to wait charges for half a minute first, then waits', () => {
  const waiting = {
    startMs: 0,
    endMs: 7_200_000,
    periods: [
      { startMs: 0, powerW: 0 },
      { startMs: 3_600_000, powerW: 11_000 },
    ],
  };
  assert.deepEqual(withStartKick(waiting, START_KICK_MS, 4_140).periods, [
    { startMs: 0, powerW: 4_140 },
    { startMs: 40_000, powerW: 0 },
    { startMs: 3_600_000, powerW: 11_000 },
  ]);
  assert.equal(withStartKick({ ...waiting, startMs: 50_000 }, START_KICK_MS, 4_140).periods.length, 2);
});

test('NL-209 the kick only lifts its own time, and only up to the least power', () => {
  const powers = fc.array(fc.integer({ min: -11_000, max: 22_000 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(powers, fc.integer({ min: 0, max: 90_000 }), (plannedW, untilMs) => {
      const plan = {
        startMs: 0,
        endMs: plannedW.length * 10_000,
        periods: plannedW.map((powerW, n) => ({ startMs: n * 10_000, powerW })),
      };
      const kicked = withStartKick(plan, untilMs, 1_380);
      for (let atMs = 0; atMs < plan.endMs; atMs += 1_000) {
        const wanted = powerAt(plan, atMs) ?? Number.NaN;
        assert.equal(powerAt(kicked, atMs), atMs < untilMs ? Math.max(wanted, 1_380) : wanted);
      }
    }),
  );
});

const flat = (powerW: number) => ({ startMs: 0, endMs: 3_600_000, periods: [{ startMs: 0, powerW }] });

test('X14 D1.5-Q3B-3 a kick stays inside the limit: who charges with more than needed gives room for that time', () => {
  const kick = { untilMs: START_KICK_MS, powerW: 4_140 };
  const [charging, beginning] = withStartKicks(
    [
      { profile: flat(11_000), minPowerW: 4_140 },
      { profile: flat(0), minPowerW: 4_140, kick },
    ],
    12_000,
  );
  assert.deepEqual(charging?.periods, [
    { startMs: 0, powerW: 7_860 },
    { startMs: START_KICK_MS, powerW: 11_000 },
  ]);
  assert.deepEqual(beginning?.periods, [
    { startMs: 0, powerW: 4_140 },
    { startMs: START_KICK_MS, powerW: 0 },
  ]);
});

test('X14 any number of kicks: never above the limit or the plan, nobody below the least power, and all kicked where there is room', () => {
  const one = fc.record({
    plannedW: fc.constantFrom(0, 4_140, 7_000, 11_000, -5_000),
    isNew: fc.boolean(),
  });
  fc.assert(
    fc.property(
      fc.array(one, { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 0, max: 60_000 }),
      (cars, budgetW) => {
        const kick = { untilMs: START_KICK_MS, powerW: 4_140 };
        const sessions = cars.map(({ plannedW, isNew }) => ({
          profile: flat(plannedW),
          minPowerW: 4_140,
          ...(isNew ? { kick } : {}),
        }));
        const now = withStartKicks(sessions, budgetW).map((profile) => powerAt(profile, 0)!);
        const sum = (powers: readonly number[]) => powers.reduce((total, w) => total + Math.max(0, w), 0);
        const plannedSumW = sum(cars.map(({ plannedW }) => plannedW));
        assert.ok(sum(now) <= Math.max(budgetW, plannedSumW) + 1e-6);
        for (const [n, { plannedW }] of cars.entries()) assert.ok(now[n]! >= Math.min(plannedW, 4_140));
        const wantedW = cars.map(({ plannedW, isNew }) => (isNew ? Math.max(plannedW, 4_140) : plannedW));
        if (sum(wantedW) <= budgetW) assert.deepEqual(now, wantedW);
      },
    ),
  );
});
