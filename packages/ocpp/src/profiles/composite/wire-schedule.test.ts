import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NOON } from '../testing/builders.ts';
import { withLimits } from './wire-schedule.ts';

test('OCPP 1.6/2.0.1: a gap gets the default limit, limits have one decimal, equal neighbours are joined', () => {
  const composite = {
    evseId: 1,
    startMs: NOON,
    durationS: 400,
    unit: 'A',
    periods: [
      { startPeriod: 0 },
      { startPeriod: 100, limit: 48 },
      { startPeriod: 200, limit: 15.96, numberPhases: 3 },
      { startPeriod: 300, limit: 15.94, numberPhases: 3 },
    ],
  } as const;
  assert.deepEqual(withLimits(composite, 48).periods, [
    { startPeriod: 0, limit: 48 },
    { startPeriod: 200, limit: 15.9, numberPhases: 3 },
  ]);
});
