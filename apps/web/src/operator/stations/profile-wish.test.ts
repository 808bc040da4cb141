import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freeId, type ProfileWish, picturedIn, picturedOf, wireOf } from './profile-wish.ts';

const WISH: ProfileWish = {
  evseId: 1,
  id: 9001,
  purpose: 'TxDefaultProfile',
  kind: 'Absolute',
  recurrency: 'Daily',
  stackLevel: 1,
  unit: 'A',
  start: '2026-06-01T12:00:00Z',
  durationHours: 2,
  transactionId: '',
  periods: [
    { fromMinutes: 30, limit: 6, phases: 1 },
    { fromMinutes: 0, limit: 16, phases: null },
  ],
};

test('a profile by hand leaves in the words of OCPP: seconds, periods in their order, only what its kind knows', () => {
  const { evseId, profile } = wireOf(WISH);
  assert.equal(evseId, 1);
  assert.deepEqual(profile.chargingSchedule[0], {
    id: 9001,
    chargingRateUnit: 'A',
    startSchedule: '2026-06-01T12:00:00Z',
    duration: 7200,
    chargingSchedulePeriod: [
      { startPeriod: 0, limit: 16 },
      { startPeriod: 1800, limit: 6, numberPhases: 1 },
    ],
  });
  assert.ok(!('recurrencyKind' in profile) && !('transactionId' in profile));
  const relative = wireOf({ ...WISH, kind: 'Relative', durationHours: null }).profile.chargingSchedule[0];
  assert.ok(!('startSchedule' in relative) && !('duration' in relative));
  const repeated = wireOf({ ...WISH, kind: 'Recurring' }).profile;
  assert.equal('recurrencyKind' in repeated && repeated.recurrencyKind, 'Daily');
  const bound = wireOf({ ...WISH, purpose: 'TxProfile', transactionId: 'tx' }).profile;
  assert.equal('transactionId' in bound && bound.transactionId, 'tx');
});

test('what is drawn of a wish is what is drawn of the same profile as the server tells it', () => {
  assert.deepEqual(
    picturedOf(WISH).chargingSchedule,
    picturedIn({ ...wireOf(WISH).profile }).chargingSchedule,
  );
});

test('a new profile gets an id that is not in use', () => {
  assert.equal(freeId([1, 30_001, 30_002]), 30_003);
});
