import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cableRatingA } from './cable.ts';
import { ControlPilot, PILOT_TIMES } from './control-pilot.ts';
import { currentOfDuty, dutyOfCurrent, readDuty } from './duty.ts';
import { PILOT_VOLTAGE_V, stateName, stateOfResistance, VEHICLE_OHM } from './state.ts';

/** Lets time pass from due instant to due instant. */
function run(pilot: ControlPilot, fromMs: number, toMs: number): void {
  for (let at = fromMs; at < toMs; ) {
    at = Math.min(toMs, Math.max(at + 1, pilot.nextMs));
    pilot.advanceTo(at);
  }
}

test('IEC 61851-1 Annex A: what a vehicle reads from every row of the duty cycle table', () => {
  const rows: readonly [number, ReturnType<typeof readDuty>['kind'], number][] = [
    [0, 'error', 0],
    [2.9, 'error', 0],
    [3, 'digital', 0],
    [5, 'digital', 0],
    [7, 'digital', 0],
    [7.5, 'none', 0],
    [8, 'current', 6],
    [9.9, 'current', 6],
    [10, 'current', 6],
    [26.7, 'current', 16.02],
    [53.3, 'current', 31.98],
    [85, 'current', 51],
    [90, 'current', 65],
    [96, 'current', 80],
    [96.5, 'current', 80],
    [97.5, 'none', 0],
    [100, 'none', 0],
  ];
  for (const [percent, kind, currentA] of rows) {
    assert.equal(readDuty(percent).kind, kind, `${percent} %`);
    assert.ok(Math.abs(currentOfDuty(percent) - currentA) < 1e-9, `${percent} %`);
  }
});

test('D1.5-Q1-14a the station has no duty cycle between 0 and 6 A and none above its limit', () => {
  for (const [limitA, percent] of [
    [6, 10],
    [10, 16.667],
    [16, 26.667],
    [32, 53.333],
    [51, 85],
    [52, 85],
    [52.5, 85],
    [63, 89.2],
    [80, 96],
    [100, 96],
  ] as const) {
    assert.ok(Math.abs(dutyOfCurrent(limitA) - percent) < 1e-3, `${limitA} A`);
  }
  fc.assert(
    fc.property(fc.double({ min: 0, max: 100, noNaN: true }), (limitA) => {
      const offeredA = currentOfDuty(dutyOfCurrent(limitA));
      assert.ok(offeredA <= limitA + 1e-9);
      assert.equal(offeredA === 0, limitA < 6);
      assert.ok(offeredA === 0 || offeredA >= 6 - 1e-9);
    }),
  );
});

test('D1.5-§2.1.1 pilot states A to F by resistance, voltage and name', () => {
  assert.deepEqual(
    [Number.POSITIVE_INFINITY, VEHICLE_OHM.B, VEHICLE_OHM.C, VEHICLE_OHM.D, 0].map(stateOfResistance),
    ['A', 'B', 'C', 'D', 'E'],
  );
  assert.deepEqual(
    (['A', 'B', 'C', 'D', 'E', 'F'] as const).map((state) => PILOT_VOLTAGE_V[state]),
    [12, 9, 6, 3, 0, -12],
  );
  assert.deepEqual(
    [stateName('B', 100), stateName('B', 26.7), stateName('C', 10), stateName('F', 100)],
    ['B1', 'B2', 'C2', 'F'],
  );
});

test('the resistor of a cable limits the current', () => {
  assert.deepEqual([1_500, 680, 220, 100, 230, 10_000].map(cableRatingA), [13, 20, 32, 63, 32, 0]);
});

test('the duty cycle changes at most every 5 s, X1 is not held up', () => {
  const pilot = new ControlPilot({ atMs: 0 });
  pilot.sense('C', 0);
  pilot.offer({ currentA: 16 });
  assert.equal(pilot.dutyPercent, 16 / 0.6);
  pilot.advanceTo(1_000);
  pilot.offer({ currentA: 10 });
  assert.equal(pilot.dutyPercent, 16 / 0.6);
  assert.equal(pilot.nextMs, 5_000);
  run(pilot, 1_000, 4_999);
  assert.equal(pilot.dutyPercent, 16 / 0.6);
  run(pilot, 4_999, PILOT_TIMES.pwmIntervalMs);
  assert.equal(pilot.dutyPercent, 10 / 0.6);
  pilot.advanceTo(5_001);
  pilot.offer({ currentA: 5.9 });
  assert.equal(pilot.dutyPercent, 100);
});

test('the contactor closes within 3 s of C2, is cut 6 s after X1 and opens at once in B', () => {
  const pilot = new ControlPilot({ atMs: 0, closeMs: 60_000 });
  pilot.sense('C', 0);
  assert.equal(pilot.isClosed, false);
  pilot.offer({ currentA: 16 });
  run(pilot, 0, 2_999);
  assert.equal(pilot.isClosed, false);
  run(pilot, 2_999, PILOT_TIMES.contactorMostMs);
  assert.equal(pilot.isClosed, true);
  pilot.offer(undefined);
  run(pilot, 3_000, 3_000 + PILOT_TIMES.cutAfterX1Ms - 1);
  assert.equal(pilot.isClosed, true);
  run(pilot, 8_999, 9_000);
  assert.equal(pilot.isClosed, false);
  pilot.offer({ currentA: 16 });
  run(pilot, 9_000, 12_000);
  assert.equal(pilot.isClosed, true);
  pilot.sense('B', 0);
  assert.equal(pilot.isClosed, false);
});

test('overcurrent trips after 7 s above limit x 1.10 + 0.5 A, an overdrawer of 8 % does not', () => {
  for (const [currentA, hasTripped] of [
    [16 * 1.08, false],
    [16 * 1.1 + 0.5, false],
    [18.2, true],
  ] as const) {
    const pilot = new ControlPilot({ atMs: 0 });
    pilot.sense('C', 0);
    pilot.offer({ currentA: 16 });
    run(pilot, 0, 3_000);
    pilot.sense('C', currentA);
    run(pilot, 3_000, 9_999);
    assert.equal(pilot.hasTripped, false);
    run(pilot, 9_999, 10_000);
    assert.equal(pilot.hasTripped, hasTripped, `${currentA} A`);
    assert.equal(pilot.isClosed, !hasTripped);
  }
});

test('a short overcurrent trips nothing', () => {
  const pilot = new ControlPilot({ atMs: 0 });
  pilot.sense('C', 0);
  pilot.offer({ currentA: 16 });
  run(pilot, 0, 3_000);
  pilot.sense('C', 25);
  run(pilot, 3_000, 8_000);
  pilot.sense('C', 16);
  run(pilot, 8_000, 60_000);
  assert.equal(pilot.hasTripped, false);
});

test('wake-up: 30 s in B2, then F for 4 s and X1 for 0.75 s, once', () => {
  const pilot = new ControlPilot({ atMs: 0 });
  pilot.sense('B', 0);
  pilot.offer({ currentA: 16 });
  const seen: [number, string][] = [];
  for (let at = 0; at <= 120_000; at += 250) {
    pilot.advanceTo(at);
    const shown = pilot.state === 'F' ? 'F' : pilot.dutyPercent === 100 ? 'X1' : 'PWM';
    if (seen.at(-1)?.[1] !== shown) seen.push([at, shown]);
  }
  assert.deepEqual(seen, [
    [0, 'PWM'],
    [30_000, 'F'],
    [34_000, 'X1'],
    [34_750, 'PWM'],
  ]);
  assert.equal(pilot.hasGivenUpWaking, true);
});
