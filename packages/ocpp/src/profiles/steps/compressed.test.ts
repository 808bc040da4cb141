import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { NOON } from '../testing/builders.ts';
import { compressed } from './compressed.ts';
import { planPeriods, planSetpoints } from './plan-periods.ts';
import { fromSlots, integralPerHour, limitAt } from './step-function.ts';

const SLOT_MS = 900_000;

test('T-COMPRESS SC7: 96 slots become at most n periods, no slot gets more than planned', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 22_000 }), { minLength: 96, maxLength: 96 }),
      fc.integer({ min: 1, max: 20 }),
      (values, most) => {
        const joined = compressed(fromSlots(values, NOON, SLOT_MS), most);
        assert.ok(joined.steps.length <= most);
        for (const [slot, value] of values.entries()) {
          assert.ok(limitAt(joined, NOON + slot * SLOT_MS)! <= value);
        }
      },
    ),
    { numRuns: 100 },
  );
});

test('T-COMPRESS: no other way of joining loses less energy (against all of them)', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 9 }),
      fc.integer({ min: 1, max: 4 }),
      fc.constantFrom('down' as const, 'towardsZero' as const),
      (values, most, by) => {
        const joined = compressed(fromSlots(values, NOON, 3_600_000), most, by);
        const kept = values.map((_, slot) => limitAt(joined, NOON + slot * 3_600_000)!);
        assert.equal(loss(values, kept, by), leastLoss(values, most, by));
      },
    ),
    { numRuns: 400 },
  );
});

test('T-COMPRESS: setpoints neither charge nor discharge more than planned', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 40 }), (values) => {
      const joined = compressed(fromSlots(values, NOON, SLOT_MS), 5, 'towardsZero');
      for (const [slot, value] of values.entries()) {
        const kept = limitAt(joined, NOON + slot * SLOT_MS)!;
        assert.ok(Math.abs(kept) <= Math.abs(value) && kept * value >= 0);
      }
    }),
  );
});

test('SC7: a plan of 96 slots that follows prices under a changing limit loses under 2 % in 20 periods', () => {
  const plan = Array.from({ length: 96 }, (_, slot) => {
    const price = 50 + 40 * Math.sin((slot / 96) * 4 * Math.PI) + 10 * Math.sin(Math.floor(slot / 4) * 1.7);
    const household =
      slot > 64 && slot < 88 ? 6000 * Math.sin(((slot - 64) / 24) * Math.PI) : 500 * Math.sin(slot);
    return price < 50 ? Math.round(11_000 - household) : 0;
  });
  const of = fromSlots(plan, NOON, SLOT_MS);
  const joined = compressed(of, 20);
  assert.ok(of.steps.length > 40 && joined.steps.length <= 20);
  const lost = 1 - integralPerHour(joined) / integralPerHour(of);
  assert.ok(lost < 0.02, `lost ${lost}`);
});

test('SC7: a plan that follows the sun all day, the hardest to join, loses under 5 % in 20 periods', () => {
  const plan = Array.from(
    { length: 96 },
    (_, slot) => Math.max(0, Math.sin(((slot - 24) / 48) * Math.PI)) * 7000,
  );
  const of = fromSlots(plan, NOON, SLOT_MS);
  assert.ok(integralPerHour(compressed(of, 20)) >= 0.95 * integralPerHour(of));
});

test('a plan that fits is not touched', () => {
  const of = fromSlots([1, 1, 2, 2, 1], NOON, SLOT_MS);
  assert.deepEqual(compressed(of, 3), of);
});

test('D4.2 X14: planned periods are 0 or at least 6 A, rounded down to 0.1 A, and never above the plan', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 22_000, noNaN: true }), { minLength: 96, maxLength: 96 }),
      fc.constantFrom('A' as const, 'W' as const),
      fc.constantFrom(1 as const, 2 as const, 3 as const),
      (values, unit, phases) => {
        const periods = planPeriods(fromSlots(values, NOON, SLOT_MS), {
          unit,
          nominalVoltageV: 230,
          phases,
          maxPeriods: 20,
        });
        assert.ok(periods.length <= 20 && periods[0]?.startPeriod === 0);
        const perUnit = unit === 'A' ? 230 * phases : 1;
        for (const [slot, value] of values.entries()) {
          const limit = periods.findLast((period) => period.startPeriod <= slot * 900)!.limit!;
          assert.ok(limit * perUnit <= value + 1e-9);
          assert.ok(limit === 0 || limit * perUnit >= 6 * 230 * phases - 1e-9);
        }
        for (const { limit } of periods) assert.equal(limit, Math.round(limit! * 10) / 10);
      },
    ),
    { numRuns: 100 },
  );
});

test('X14: a DC plan has no least current', () => {
  const words = { unit: 'W', nominalVoltageV: 230, phases: 3, maxPeriods: 9 } as const;
  const plan = fromSlots([2000.7, 5000], NOON, SLOT_MS);
  assert.deepEqual(planPeriods(plan, { ...words, leastA: 0 }), [
    { startPeriod: 0, limit: 2000 },
    { startPeriod: 900, limit: 5000 },
  ]);
  assert.deepEqual(planPeriods(plan, words)[0], { startPeriod: 0, limit: 0 });
});

test('D1.5 V2X: planned setpoints charge and discharge no more than planned, in the station’s number of periods', () => {
  const words = { unit: 'W', nominalVoltageV: 230, phases: 3, maxPeriods: 3 } as const;
  const plan = fromSlots([7000.9, -6000.9, -5000, -5500, 100], NOON, SLOT_MS);
  assert.deepEqual(planSetpoints(plan, words), [
    { startPeriod: 0, operationMode: 'CentralSetpoint', setpoint: 7000 },
    { startPeriod: 900, operationMode: 'CentralSetpoint', setpoint: -5000 },
    { startPeriod: 3600, operationMode: 'CentralSetpoint', setpoint: 0 },
  ]);
  assert.ok(planPeriods(plan, words).every((period) => period.limit! >= 0));
});

test('a station that takes no period takes no profile', () => {
  assert.throws(() => compressed(fromSlots([1], NOON, SLOT_MS), 0), RangeError);
});

type By = 'down' | 'towardsZero';

function loss(values: readonly number[], kept: readonly number[], by: By): number {
  return values.reduce(
    (total, value, slot) =>
      total + (by === 'down' ? value - kept[slot]! : Math.abs(value) - Math.abs(kept[slot]!)),
    0,
  );
}

/** Tries every way to cut the slots into at most `most` pieces. */
function leastLoss(values: readonly number[], most: number, by: By): number {
  if (values.length === 0) return 0;
  if (most === 0) return Number.POSITIVE_INFINITY;
  let least = Number.POSITIVE_INFINITY;
  for (let length = 1; length <= values.length; length++) {
    const piece = values.slice(0, length);
    const allUp = piece.every((value) => value >= 0);
    const allDown = piece.every((value) => value <= 0);
    const together = by === 'down' || allUp ? Math.min(...piece) : allDown ? Math.max(...piece) : 0;
    const here = loss(
      piece,
      piece.map(() => together),
      by,
    );
    least = Math.min(least, here + leastLoss(values.slice(length), most - 1, by));
  }
  return least;
}
