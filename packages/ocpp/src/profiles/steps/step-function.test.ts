import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { NOON } from '../testing/builders.ts';
import {
  constant,
  fromComposite,
  fromSlots,
  highestOver,
  integralPerHour,
  limitAt,
  lowestOver,
  maximum,
  minimum,
  type StepFunction,
  sum,
} from './step-function.ts';

const MINUTE_MS = 60_000;

/** Any step function that begins and ends within an hour of noon, on whole minutes. */
const functions: fc.Arbitrary<StepFunction> = fc
  .record({
    from: fc.integer({ min: 0, max: 30 }),
    values: fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 30 }),
  })
  .map(({ from, values }) => fromSlots(values, NOON + from * MINUTE_MS, MINUTE_MS));

test('minimum, maximum and sum say at every instant what the values say, where all are defined', () => {
  fc.assert(
    fc.property(
      fc.array(functions, { minLength: 1, maxLength: 4 }),
      fc.integer({ min: -1, max: 61 }),
      (of, minute) => {
        const at = NOON + minute * MINUTE_MS + 1;
        const values = of.map((each) => limitAt(each, at));
        const known = values.filter((value) => value !== undefined);
        const all = known.length === values.length;
        assert.equal(limitAt(minimum(...of), at), all ? Math.min(...known) : undefined);
        assert.equal(limitAt(maximum(...of), at), all ? Math.max(...known) : undefined);
        assert.equal(
          limitAt(sum(...of), at),
          all ? known.reduce((total, value) => total + value, 0) : undefined,
        );
      },
    ),
    { numRuns: 1000 },
  );
});

test('steps are merged: neighbours differ', () => {
  fc.assert(
    fc.property(functions, functions, (a, b) => {
      const { steps } = sum(a, b);
      assert.ok(steps.every((step, index) => index === 0 || step.value !== steps[index - 1]!.value));
    }),
  );
});

test('highestOver and lowestOver see every step that touches the interval, and only those', () => {
  const of = fromSlots([3, 9, 1], NOON, MINUTE_MS);
  assert.equal(highestOver(of, NOON, NOON + MINUTE_MS), 3);
  assert.equal(highestOver(of, NOON + 1, NOON + MINUTE_MS + 1), 9);
  assert.equal(lowestOver(of, NOON, NOON + 3 * MINUTE_MS), 1);
  assert.equal(highestOver(of, NOON + 3 * MINUTE_MS, NOON + 9 * MINUTE_MS), undefined);
});

test('a limit that is not stated is Infinity, and makes a sum not limited', () => {
  const open = fromComposite({
    evseId: 1,
    startMs: NOON,
    durationS: 120,
    unit: 'W',
    periods: [{ startPeriod: 0 }, { startPeriod: 60, limit: 4000, limit_L2: 500, limit_L3: 500 }],
  });
  assert.equal(limitAt(open, NOON), Number.POSITIVE_INFINITY);
  assert.equal(limitAt(open, NOON + 60_000), 5000);
  assert.equal(limitAt(sum(open, constant(7, NOON, NOON + 120_000)), NOON), Number.POSITIVE_INFINITY);
});

test('integralPerHour turns W into Wh', () => {
  assert.equal(integralPerHour(fromSlots([4000, 8000], NOON, 15 * MINUTE_MS)), 3000);
});
