import assert from 'node:assert/strict';
import { test } from 'node:test';
import { patchSession, type Session } from '@smac/ocpi';
import { sessionPatch } from './session-change.ts';
import { ownSession } from './testing/cpo-rig.ts';

const period = (minute: number, volume: number) => ({
  start_date_time: `2026-11-23T08:${String(minute).padStart(2, '0')}:00Z`,
  dimensions: [{ type: 'POWER' as const, volume }],
});
const session = (kwh: number, minute: number, more: Partial<Session> = {}) =>
  ownSession(
    's-1',
    { country: 'NL', party: 'TNM' },
    {
      kwh,
      last_updated: `2026-11-23T08:${String(minute).padStart(2, '0')}:00Z`,
      ...more,
    },
  );

test('D1.5-§2.3.1-SES OCPI 2.12-9 a PATCH holds what changed and the new periods only, and makes the old session the new one', () => {
  const before = session(1, 0, { charging_periods: [period(0, 7)] });
  const after = session(2, 5, { charging_periods: [period(0, 7), period(5, 11)] });
  const patch = sessionPatch(before, after);
  assert.deepEqual(patch, {
    kwh: 2,
    charging_periods: [period(5, 11)],
    last_updated: '2026-11-23T08:05:00Z',
  });
  assert.deepEqual(patchSession(before, patch!), after);
  const over = session(2, 6, { status: 'COMPLETED', end_date_time: '2026-11-23T08:06:00Z' });
  assert.deepEqual(sessionPatch(session(2, 5), over), {
    status: 'COMPLETED',
    end_date_time: '2026-11-23T08:06:00Z',
    last_updated: '2026-11-23T08:06:00Z',
  });
});

test('D1.5-§2.3.1-SES a period that was corrected and a field that went away cannot be said by a PATCH', () => {
  const before = session(1, 0, { charging_periods: [period(0, 7)], meter_id: 'M1' });
  assert.equal(
    sessionPatch(before, session(1, 1, { charging_periods: [period(0, 8)], meter_id: 'M1' })),
    undefined,
  );
  assert.equal(sessionPatch(before, session(1, 1, { charging_periods: [period(0, 7)] })), undefined);
});
