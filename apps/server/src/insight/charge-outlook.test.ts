import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Plan, Problem } from '@smac/optimiser';
import type { PlannedFor } from '../planning/index.ts';
import { boosted, chargeOutlook } from './charge-outlook.ts';

const ID = 'own/1';
const START_MS = Date.parse('2026-06-01T20:00:00Z');
const problem: Problem = {
  start: '2026-06-01T20:00:00Z',
  now: '2026-06-01T20:05:00Z',
  slot_minutes: 15,
  slots: 5,
  site: { import_price: [0.3, 0.1, 0.2, 0.2, 0.2], co2_g_per_kwh: [200, 100, 100, 100, 100] },
  sessions: [
    { id: ID, max_charge_w: 11_000, preference: 'CHEAP' },
    { id: 'own/2', max_charge_w: 11_000, preference: 'CHEAP' },
  ],
};
const sessions = [{ id: ID, dueMs: START_MS + 3_600_000, profileType: 'CHEAP' }] as unknown as PlannedFor[];
const planOf = (power_w: number[]) =>
  ({
    sessions: [{ id: ID, power_w, soc: null, energy_wh: 0, shortfall_wh: 0, reasons: [] }],
  }) as unknown as Plan;

test('UC-004 what a plan means for one charge: when it starts and ends, how much; slot 0 counts from now', () => {
  const outlook = chargeOutlook({ problem, sessions }, planOf([6_000, 8_000, 0, 0, 0]), ID)!;
  assert.equal(outlook.powerW.length, 4, 'up to when it is due, not to the end of the horizon');
  assert.equal(outlook.startsMs, Date.parse('2026-06-01T20:05:00Z'));
  assert.equal(outlook.endsMs, Date.parse('2026-06-01T20:30:00Z'));
  assert.equal(outlook.chargedWh, 1000 + 2000);
  assert.equal(outlook.co2G, 200 + 200);
});

test('UC-004 a plan that gives nothing promises no start; energy that is given back is counted apart', () => {
  const none = chargeOutlook({ problem, sessions }, planOf([0, 0, 0, 0, 0]), ID)!;
  assert.equal(none.startsMs, null);
  const gives = chargeOutlook({ problem, sessions }, planOf([0, -4_000, 4_000, 0, 0]), ID)!;
  assert.deepEqual([gives.chargedWh, gives.dischargedWh], [1000, 1000]);
  assert.equal(chargeOutlook({ problem, sessions }, planOf([0]), 'own/9'), undefined);
});

test('a boost changes the wish of one car and nothing else', () => {
  const after = boosted(problem, ID);
  assert.deepEqual(
    after.sessions?.map(({ preference }) => preference),
    ['FAST', 'CHEAP'],
  );
  assert.deepEqual({ ...after, sessions: [] }, { ...problem, sessions: [] });
});
