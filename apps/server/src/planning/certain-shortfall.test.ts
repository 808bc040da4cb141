import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Problem, planNow } from '@smac/optimiser';
import fc from 'fast-check';
import { certainShortfallWh } from './certain-shortfall.ts';

const START_MS = Date.UTC(2026, 10, 23, 8);
const SLOT_MS = 900_000;
const iso = (ms: number) => new Date(ms).toISOString();

function problemOf(
  cars: readonly { readonly soc: number; readonly dueSlot: number; readonly chargeW: number }[],
  limitW: number,
): Problem {
  return {
    start: iso(START_MS),
    now: iso(START_MS + 300_000),
    slots: 16,
    site: { max_import_w: limitW, import_price: Array(16).fill(0.2) },
    sessions: cars.map(({ soc, dueSlot, chargeW }, n) => ({
      id: `car-${n}`,
      max_charge_w: chargeW,
      battery_wh: 20_000,
      soc,
      charge_efficiency: 0.9,
      targets: [{ at: iso(START_MS + dueSlot * SLOT_MS), soc: 0.9, kind: 'target' as const }],
    })),
  };
}

test('UC-005 what is due and what the limit lets through say how much must be missing', () => {
  const problem = problemOf([{ soc: 0.4, dueSlot: 4, chargeW: 11_000 }], 5_000);
  // 10 kWh are due, 55 minutes at 5 kW let 4.6 kWh through.
  assert.equal(Math.round(certainShortfallWh(problem, Array(16).fill(5_000))), 5_417);
  assert.equal(certainShortfallWh(problem, Array(16).fill(null)), 0);
  assert.equal(certainShortfallWh(problem, Array(16).fill(11_000)), 0);
});

test('UC-005 property: no plan is short by less', async () => {
  const car = fc.record({
    soc: fc.double({ min: 0, max: 0.8, noNaN: true }),
    dueSlot: fc.integer({ min: 1, max: 16 }),
    chargeW: fc.constantFrom(3_680, 11_000, 22_000),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(car, { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 0, max: 40_000 }),
      async (cars, limitW) => {
        const problem = problemOf(cars, limitW);
        const { shortfall_wh: shortWh } = await planNow(problem);
        assert.ok(certainShortfallWh(problem, Array(16).fill(limitW)) <= shortWh + 1);
      },
    ),
    { numRuns: 40 },
  );
});
