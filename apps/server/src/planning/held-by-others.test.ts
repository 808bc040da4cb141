import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Plan, planNow } from '@smac/optimiser';
import { type HeldByOthers, powerAt } from '../dispatch/index.ts';
import { assignmentOf } from './assignment.ts';
import { anEntry, aSnapshot, built, HOUR_MS, NOW_MS, recordOf, stored } from './testing/snapshots.ts';

const H24 = 24 * HOUR_MS;
const car = (id: string, energyNeedWh = 20_000) =>
  anEntry({
    id,
    preferences: { energyNeedWh, departureMs: NOW_MS + 8 * HOUR_MS, departureFirm: true },
  });
const heldAt = (id: string, powerW: number, untilMs = Number.POSITIVE_INFINITY): HeldByOthers => ({
  key: { peerId: 'p', sessionId: id },
  profile: { startMs: NOW_MS, endMs: NOW_MS + H24, periods: [{ startMs: NOW_MS, powerW }] },
  untilMs,
});
const powersOf = (plan: Plan, id: string) => plan.sessions.find((session) => session.id === id)?.power_w;

test('D1.5-§2.3.1.1-MIX a session that another party or a person holds draws what it holds, and the others get the rest', async () => {
  const snapshot = aSnapshot({ statics: { maxImportW: 15_000 }, sessions: [car('S1'), car('S2', 40_000)] });
  const from = built(snapshot, { held: [heldAt('S1', 7_000)] });
  assert.deepEqual(
    from.problem.sessions?.map(({ id }) => id),
    ['p/S2'],
  );
  assert.equal(from.problem.site?.demand_w?.[0], 7_000);
  assert.equal(from.budgetW[0], 15_000, 'the guard counts all of them');
  assert.equal(from.freeW[0], 8_000);
  const plan = await planNow(from.problem);
  assert.equal(plan.shortfall_wh, 0);
  assert.ok(powersOf(plan, 'p/S2')!.every((w) => w <= 8_000.001));
  const { sessions, budget } = assignmentOf(recordOf(from, plan), from, snapshot);
  assert.equal(budget[0]?.powerW, 15_000);
  const at = (id: string) => sessions.find(({ key }) => key.sessionId === id)!.profile;
  assert.equal(powerAt(at('S1'), NOW_MS), 7_000, 'nothing else is said of it while it is held');
  for (let ms = NOW_MS; ms < NOW_MS + 20 * HOUR_MS; ms += HOUR_MS / 4) {
    assert.ok(powerAt(at('S1'), ms)! + powerAt(at('S2'), ms)! <= 15_000);
  }
});

test('D1.5-§2.3.1.1-MIX what is held for a time is planned after it, with what it has charged by then', async () => {
  const untilMs = NOW_MS + 2 * HOUR_MS;
  const price = stored(NOW_MS, 60, [5, 5, 9, 9, 1, 1, 1, 1]);
  const snapshot = aSnapshot({ series: { price }, sessions: [car('S1')] });
  const from = built(snapshot, { held: [heldAt('S1', 5_000, untilMs)] });
  const [session] = from.problem.sessions!;
  assert.equal(session!.arrival, new Date(untilMs).toISOString());
  assert.equal(session!.battery_wh, 10_000, '20 kWh without the 10 kWh of two hours');
  assert.deepEqual([from.problem.site?.demand_w?.[7], from.problem.site?.demand_w?.[8]], [5_000, 0]);
  const plan = await planNow(from.problem);
  assert.equal(plan.shortfall_wh, 0);
  const { profile } = assignmentOf(recordOf(from, plan), from, snapshot).sessions[0]!;
  assert.equal(powerAt(profile, untilMs - 1), 5_000);
  assert.equal(powerAt(profile, untilMs), 0, 'then it waits for the cheap hours');
  assert.ok(powerAt(profile, NOW_MS + 4 * HOUR_MS)! > 0);
});

test('X59: a hurried car that somebody else decides over takes nothing of what is left from the others', async () => {
  const preferences = { energyNeedWh: 20_000, profileType: 'FAST' } as const;
  const rest = { energyNeedWh: 1_000, profileType: 'FAST' } as const;
  const snapshot = aSnapshot({
    statics: { maxImportW: 15_000 },
    sessions: [anEntry({ id: 'S1', preferences }), anEntry({ id: 'S2', preferences: rest })],
  });
  const from = built(snapshot, { held: [heldAt('S1', 5_000, NOW_MS + 2 * HOUR_MS)] });
  const { sessions } = assignmentOf(recordOf(from, await planNow(from.problem)), from, snapshot);
  const [first, second] = sessions.map(({ profile }) => powerAt(profile, NOW_MS));
  assert.deepEqual([first, second], [5_000, 10_000]);
});

test('who holds a session beyond its departure leaves nothing of it to plan; no more than the car can draw counts', () => {
  const snapshot = aSnapshot({ sessions: [car('S1'), car('S2')] });
  const from = built(snapshot, { held: [heldAt('S1', 50_000, NOW_MS + 9 * HOUR_MS), heldAt('gone', 9_000)] });
  assert.deepEqual(
    from.problem.sessions?.map(({ id }) => id),
    ['p/S2'],
  );
  assert.equal(from.problem.site?.demand_w?.[0], 11_000);
  assert.match(from.sessions[0]!.policy, /^another party or a person decides until 2026-11-23 17:00/);
});

test('SC8 what others decide over in a group is taken off the limit of the group', () => {
  const evses = ['S1', 'S2'].map((id) => ({ locationId: 'L1', evseUid: `E-${id}` }));
  const snapshot = aSnapshot({
    statics: {
      evses: evses.map((evse) => ({ ...evse, connectors: [] })),
      groups: [{ id: 'G', maxPowerW: 16_000, evses }],
    },
    sessions: [car('S1'), car('S2')],
  });
  const { groups } = built(snapshot, { held: [heldAt('S1', 6_000)] }).problem;
  assert.deepEqual(groups, [{ id: 'G', sessions: ['p/S2'], max_w: 10_000 }]);
});
