import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Profile, powerAt } from '../dispatch/index.ts';
import { presentChange, withPresent } from './present-value.ts';

const T0 = Date.parse('2026-06-01T10:00:00Z');
const SLOT_MS = 15 * 60_000;
const HOUR_MS = 3_600_000;

/** Slots from T0 on, the last one to the end. */
const plan = (powers: readonly number[], hours = 24): Profile => ({
  startMs: T0,
  endMs: T0 + hours * HOUR_MS,
  periods: powers.map((powerW, n) => ({ startMs: T0 + n * SLOT_MS, powerW })),
});

test('K28 a plan that differs in what holds now only travels as one value until its next step', () => {
  const nowMs = T0 + 60_000;
  const change = presentChange(plan([9_000, 7_000, 8_000]), plan([5_000, 7_000, 8_000], 25), nowMs);
  assert.deepEqual(change, { powerW: 5_000, untilMs: T0 + SLOT_MS, isUpdate: false });
  const held = plan([9_000, 7_000, 8_000]);
  const whole: readonly (readonly [string, Profile])[] = [
    ['nothing changed', plan([9_000, 7_000, 8_000], 25)],
    ['a later step too', plan([5_000, 7_500, 8_000], 25)],
    ['less later', plan([5_000, 6_998, 8_000], 25)],
    ['it ends earlier', plan([5_000, 7_000, 8_000], 23)],
  ];
  for (const [why, next] of whole) assert.equal(presentChange(held, next, nowMs), undefined, why);
  const late = T0 + 13 * HOUR_MS;
  assert.equal(presentChange(plan([9_000]), plan([5_000], 25), late), undefined, 'it is renewed as a whole');
});

test('K28 a value that stands already is changed until its own end, and never cut short', () => {
  const nowMs = T0 + 60_000;
  const held = plan([5_000, 7_000]);
  const until = T0 + SLOT_MS;
  assert.deepEqual(presentChange(held, plan([6_000, 7_000], 25), nowMs, until), {
    powerW: 6_000,
    untilMs: until,
    isUpdate: true,
  });
  const sooner = { ...plan([6_000, 7_000], 25) };
  const early = {
    ...sooner,
    periods: [sooner.periods[0]!, { startMs: T0 + 5 * 60_000, powerW: 5_000 }, sooner.periods[1]!],
  };
  assert.equal(presentChange(held, early, nowMs, until), undefined);
});

test('K28 whatever changes, what the station then does is never above the new plan, and misses it by 150 W at most', () => {
  const powers = fc.array(fc.constantFrom(-4_000, 0, 4_140, 6_900, 6_990, 7_040, 11_040), {
    minLength: 1,
    maxLength: 6,
  });
  let changed = 0;
  fc.assert(
    fc.property(
      powers,
      fc.integer({ min: -4_000, max: 11_000 }),
      powers,
      fc.boolean(),
      (a, first, b, same) => {
        const held = plan(a);
        const next = plan(same ? [first, ...a.slice(1)] : b, 25);
        const nowMs = T0 + 120_000;
        const change = presentChange(held, next, nowMs);
        if (change === undefined) return;
        changed += 1;
        const holds = withPresent(held, change, nowMs);
        assert.equal(holds.endMs, held.endMs);
        for (let atMs = nowMs; atMs < holds.endMs; atMs += SLOT_MS / 3) {
          const does = powerAt(holds, atMs)!;
          const wanted = powerAt(next, atMs)!;
          assert.ok(does <= wanted + 1 && wanted - does <= 150, `${does} ${wanted}`);
        }
      },
    ),
  );
  assert.ok(changed > 10, `${changed} cases were such a change`);
});
