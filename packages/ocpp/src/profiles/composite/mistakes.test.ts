import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at, contextOf, evseOf, HOUR_S, limitsOf, NOON, profileOf } from '../testing/builders.ts';
import { compositeSchedule } from './composite-schedule.ts';

test('EVerest/libocpp #609: periods that start inside the window are not ignored', () => {
  const periods = [
    { startPeriod: 0, limit: 6 },
    { startPeriod: 1200, limit: 10 },
    { startPeriod: 2400, limit: 16 },
  ];
  assert.deepEqual(limitsOf([at(1, profileOf('TxDefaultProfile', periods))], {}, 1800, NOON + 600_000), [
    [0, 6],
    [600, 10],
  ]);
});

test('EVerest/libocpp #1169: duration 0 asked is duration 0 answered, not a default', () => {
  const result = compositeSchedule([at(1, profileOf('TxDefaultProfile', 6))], contextOf(), NOON, 0);
  assert.ok(result.ok);
  assert.deepEqual(result.value, { evseId: 1, startMs: NOON, durationS: 0, unit: 'A', periods: [] });
});

test('EVerest/libocpp #1169: a schedule of duration 0 never holds', () => {
  const never = profileOf('TxDefaultProfile', 6, { duration: 0 }, { id: 11, stackLevel: 1 });
  assert.deepEqual(limitsOf([at(1, profileOf('TxDefaultProfile', 10)), at(1, never)]), [[0, 10]]);
});

test('EVerest/everest-demo #90: the composite is never above the real limit, also across units', () => {
  const installed = [
    at(0, profileOf('ChargingStationMaxProfile', 7000, { chargingRateUnit: 'W' })),
    at(1, profileOf('TxProfile', 32, {}, { id: 11 })),
  ];
  const [[, limit] = []] = limitsOf(installed, { unit: 'A' });
  assert.ok(limit !== undefined && limit * 230 * 3 <= 7000 + 1e-9);
});

test('OCPP 2.1 3.5: startPeriod is a whole second also when validity is not (1799.815)', () => {
  const profile = profileOf('TxDefaultProfile', 6, {}, { validToMs: NOON + 1_799_815 });
  assert.deepEqual(limitsOf([at(1, profile)]), [
    [0, 6],
    [1800, undefined],
  ]);
});

test('OCPP 2.1 3.5: the answer has the duration asked for (3600, not 3599)', () => {
  const result = compositeSchedule([], contextOf({ version: '1.6' }), NOON + 185, HOUR_S);
  assert.ok(result.ok && result.value.durationS === 3600);
});

test('citrineos-core #933: EVSE 0 is a valid question', () => {
  assert.deepEqual(
    limitsOf([at(0, profileOf('ChargingStationMaxProfile', 40))], {
      evseId: 0,
      evses: [evseOf(1), evseOf(2)],
    }),
    [[0, 40]],
  );
});

test('citrineos-core #959 and citrineos #118: 8.1 A stays 8.1 A, a negative limit is kept', () => {
  assert.deepEqual(limitsOf([at(1, profileOf('TxDefaultProfile', 8.1))]), [[0, 8.1]]);
  assert.deepEqual(limitsOf([at(1, profileOf('TxDefaultProfile', -6))]), [[0, -6]]);
});
