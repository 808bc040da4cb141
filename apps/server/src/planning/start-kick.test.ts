import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { powerAt } from '../dispatch/index.ts';
import { START_KICK_MS, withStartKick } from './start-kick.ts';

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
