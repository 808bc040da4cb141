import assert from 'node:assert/strict';
import { test } from 'node:test';
import { slotsOf } from '../../charts/site-slots.ts';
import { carsOfBoth, drawnPlan, highestW, onSlotsOf, type PlanPicture, spanOf } from './plan-picture.ts';

const plan = (wish: Partial<PlanPicture> = {}): PlanPicture => ({
  number: 1,
  contextId: 'own/NL-SMC/x',
  objectId: 'x',
  name: 'Turku',
  timeZone: 'Europe/Helsinki',
  currency: 'EUR',
  now: '2026-06-01T10:05:00Z',
  start: '2026-06-01T10:00:00Z',
  slotMinutes: 15,
  limitW: [10_000, 10_000, null],
  baseLoadW: [2_000, 2_000, 2_000],
  generationW: [0, 500, null],
  plannedNetW: [9_000, 5_640, 2_000],
  importPrice: [0.1, 0.2, 0.3],
  causes: ['price'],
  status: 'optimal',
  solver: 'greedy',
  solveMs: 3,
  cost: 1,
  shortfallWh: 0,
  degraded: [],
  cars: [car('own/a', 'P1', [7_000, 4_140, 0])],
  ...wish,
});

function car(id: string, evse: string | null, powerW: number[]): PlanPicture['cars'][number] {
  return {
    id,
    evse,
    profileType: 'CHEAP',
    remainingWh: null,
    departure: null,
    soc: null,
    powerW,
    energyWh: 0,
    starts: null,
    ends: null,
    shortfallWh: 0,
    policy: '',
    reasons: [],
  };
}

test('a plan of the past is drawn as it was known then: nothing measured, a band for every car', () => {
  const [first, second] = slotsOf(drawnPlan(plan()));
  assert.deepEqual(
    [first?.isOver, first?.limitW, first?.netW, first?.byEvseW],
    [false, 10_000, 9_000, [7_000]],
  );
  assert.deepEqual([second?.generationW, second?.price], [500, 0.2]);
});

test('two plans are laid on each other by the clock, and each says what the other does not know', () => {
  const later = plan({
    number: 2,
    start: '2026-06-01T10:15:00Z',
    plannedNetW: [1, 2, 3],
    cars: [car('own/b', null, [])],
  });
  assert.deepEqual(onSlotsOf(later, plan()), [null, 1, 2]);
  assert.deepEqual(onSlotsOf(plan(), later), [5_640, 2_000, null]);
  assert.deepEqual(
    carsOfBoth(plan(), later).map(({ name, one, other }) => [name, one !== null, other !== null]),
    [
      ['P1', true, false],
      ['b', false, true],
    ],
  );
});

test('spans leave out what is not known', () => {
  assert.deepEqual(spanOf([3, null, 1]), [1, 3]);
  assert.equal(spanOf([null]), undefined);
  assert.equal(highestW(plan()), 9_000);
});
