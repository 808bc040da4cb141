import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Plan, Problem } from '@smac/optimiser';
import type { PlannedFor } from './plan-record.ts';
import { toldPlan } from './told-plan.ts';

const START_MS = Date.parse('2026-06-01T20:00:00Z');
const HOUR_MS = 3_600_000;
const SLOTS = 8;

const problem: Problem = {
  start: '2026-06-01T20:00:00Z',
  now: '2026-06-01T20:00:00Z',
  slot_minutes: 15,
  slots: SLOTS,
  site: { max_import_w: 10_000, demand_w: Array(SLOTS).fill(2_000) },
  sessions: [{ id: 'own/1', max_charge_w: 11_000, targets: [{ at: '2026-06-01T21:00:00Z', soc: 1 }] }],
};
const reasons = [
  { code: 'target_unreachable', sentence: 'Some of it will be missing.' },
  { code: 'limited_by_site', sentence: 'The supply point is at its limit.' },
];
const planOf = (powerW: readonly number[], shortfallWh = 0) =>
  ({
    site: {
      net_w: powerW.map((w) => w + 2_000),
      ev_w: [...powerW],
      limit_w: powerW.map(() => 10_000),
    },
    sessions: [{ id: 'own/1', power_w: [...powerW], shortfall_wh: shortfallWh, reasons }],
    shortfall_wh: shortfallWh,
  }) as unknown as Plan;
const asked = (session: Partial<PlannedFor> = {}) => ({
  problem,
  sessions: [
    {
      id: 'own/1',
      minPowerW: 4_140,
      maxPowerW: 11_040,
      needKnown: true,
      remainingWh: 2_000,
      departureMs: null,
      ...session,
    },
  ] as unknown as PlannedFor[],
});

test('X34: no power is told at which no car charges; the energy stays, the limit holds, and the site follows', () => {
  const powerW = [3_000, 3_000, 1_000, 1_000, 500, 0, 0, 0];
  const { sessions, site } = toldPlan(asked(), planOf(powerW));
  const toldW = sessions[0]!.power_w;
  assert.ok(
    toldW.every((w) => w === 0 || w >= 4_140),
    toldW.join(),
  );
  const sum = (each: readonly number[]) => each.reduce((a, b) => a + b, 0);
  assert.ok(Math.abs(sum(toldW) - sum(powerW)) <= 4_140);
  assert.deepEqual(
    site.net_w,
    toldW.map((w) => w + 2_000),
  );
  assert.deepEqual(site.ev_w, toldW);
  assert.ok(site.net_w.every((w) => w <= 10_000));
});

test('a plan that any car can follow is told as it is, and as often as it is asked for by the same object', () => {
  const plan = planOf([8_000, 4_140, 0, 0, 0, 0, 0, 0]);
  const told = toldPlan(asked(), plan);
  assert.deepEqual(told.sessions[0]!.power_w, plan.sessions[0]!.power_w);
  assert.deepEqual(told.site.net_w, plan.site.net_w);
  assert.equal(toldPlan(asked(), plan), told);
});

test('a car is short of what its driver asked for by the time its driver said, not of what SMAC hoped for or nobody asked', () => {
  // 1 kWh in the first hour, 1 kWh in the second; 2 kWh wanted, due after the first hour by what is seen of others.
  const powerW = [4_140, 0, 0, 0, 4_140, 0, 0, 0];
  const shortOf = (session: Partial<PlannedFor>) =>
    toldPlan(asked(session), planOf(powerW, 1_000)).sessions[0]!;
  const inTwoHours = shortOf({ departureMs: START_MS + 2 * HOUR_MS, remainingWh: 2_070 });
  assert.equal(inTwoHours.shortfall_wh, 0);
  assert.deepEqual(
    inTwoHours.reasons.map(({ code }) => code),
    ['limited_by_site'],
  );
  const inAnHour = shortOf({ departureMs: START_MS + HOUR_MS, remainingWh: 2_000 });
  assert.equal(Math.round(inAnHour.shortfall_wh), 965);
  assert.equal(inAnHour.reasons[0]?.code, 'target_unreachable');
  assert.equal(shortOf({ needKnown: false, remainingWh: 60_000 }).shortfall_wh, 0);
  assert.equal(
    shortOf({ departureMs: START_MS - HOUR_MS, remainingWh: 2_070 }).shortfall_wh,
    0,
    'it stays on',
  );
});

test('what goes back and forth, and what has several times of its own, misses what the plan says', () => {
  const gives = toldPlan(asked(), planOf([-4_140, 0, 0, 4_140, 0, 0, 0, 0], 700));
  assert.equal(gives.sessions[0]!.shortfall_wh, 700);
  assert.equal(gives.shortfall_wh, 700);
});
