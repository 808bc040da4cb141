/**
 * Rows of the fail-safe matrix (security.md 8) about plans and the grid operator, at a real server with stations over real sockets: what
 * they may draw stays below the limit whatever fails, and everybody goes on charging.
 */
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { SimulatedCapacityProvider } from '@smac/grid/testing';
import { createPlanner, type Planner, type PlanOptions } from '@smac/optimiser';
import type { PlanRecord } from '../planning/index.ts';
import { leapUntil } from './testing/leap-until.ts';
import { LeapingClock } from './testing/leaping-clock.ts';
import { LIMIT_W, type OwnServer, ownServer, type Played, until } from './testing/played-stations.ts';

const HOUR_MS = 3_600_000;
const VERSIONS = ['1.6', '2.0.1', '2.1'] as const;
/** 6 A on three phases: below it a car takes nothing. */
const SMALLEST_W = 4_140;
const clock = new LeapingClock();
const real = createPlanner({ graceS: 0 });
/** What a test does to the solver: another time limit, or a fault. */
let trouble: ((options: PlanOptions) => PlanOptions) | undefined;
const planner: Planner = {
  ...real,
  plan: async (problem, options = {}) => real.plan(problem, trouble ? trouble(options) : options),
};

let server: OwnServer;
let contextId = '';
const cars: Played[] = [];
const plans: PlanRecord[] = [];

before(async () => {
  server = await ownServer({ SMAC_OSCP_ALLOW_PRIVATE: 'true' }, clock, { planner });
  server.planning.onPlan((plan) => plans.push(plan));
  const [context] = (await server.sites.contexts()).filter(({ peerId }) => peerId === 'own');
  contextId = context!.id;
  for (const [n, version] of VERSIONS.entries()) {
    const car = await server.play(version, `P${n}`);
    assert.ok((await server.backOffice.tokens.add({ uid: `CARD-P${n}` }, 'local')).ok);
    await car.boot();
    await until(() => car.profiles('TxDefaultProfile').length > 0);
    await car.start(`CARD-P${n}`);
    cars.push(car);
  }
  await until(() => cars.every((car) => car.profiles('TxProfile').length > 0));
});
after(async () => {
  await server.close();
  await real.close();
});
beforeEach(async () => {
  trouble = undefined;
  await server.activity.idle();
  plans.length = 0;
});

interface Schedule {
  readonly startSchedule?: string;
  readonly chargingRateUnit: 'A' | 'W';
  readonly chargingSchedulePeriod: readonly { readonly startPeriod: number; readonly limit: number }[];
}

/** What the newest plan profile lets a station draw `afterS` from now, W on three phases. */
function allowedW(car: Played, afterS = 0): number {
  const { chargingSchedule } = car.profiles('TxProfile').at(-1) as {
    chargingSchedule: Schedule | readonly Schedule[];
  };
  const [schedule] = [chargingSchedule].flat() as Schedule[];
  const { startSchedule, chargingRateUnit, chargingSchedulePeriod: periods } = schedule!;
  const sinceS = startSchedule === undefined ? 0 : (clock.now() - Date.parse(startSchedule)) / 1000;
  const { limit } = periods.findLast(({ startPeriod }) => startPeriod <= sinceS + afterS) ?? periods[0]!;
  return chargingRateUnit === 'A' ? limit * 690 : limit;
}
const sumW = (of: readonly Played[] = cars) => of.reduce((sum, car) => sum + allowedW(car), 0);

/** What the grid operator leaves of the supply point, by hand; undefined: all of it. */
async function limit(powerW?: number): Promise<void> {
  const slots =
    powerW === undefined ? [] : [{ startMs: clock.now() - 60_000, durationMs: 24 * HOUR_MS, value: powerW }];
  assert.ok((await server.sites.putSeries(contextId, 'cap', slots, { source: 'test' })).ok);
}
const passing = (isSo: () => boolean) => leapUntil(clock, server, isSo);
const planned = (is: (plan: PlanRecord) => boolean) => until(() => plans.find(is));
const degradedBy = (code: string) => (plan: PlanRecord) => plan.degraded.some((part) => part.code === code);

test('F3: with the optimiser down every car goes on charging with a fair share below the limit that fell; back again, it plans', async () => {
  trouble = () => {
    throw new Error('no optimiser');
  };
  await limit(15_000);
  const fallback = await planned(degradedBy('solver_failed'));
  assert.equal(fallback.plan.status, 'fallback');
  await passing(() => sumW() <= 15_000);
  await passing(() => cars.every((car) => allowedW(car) >= SMALLEST_W));
  await server.activity.idle();
  assert.ok(sumW() <= 15_000);
  trouble = undefined;
  await limit();
  await planned(
    ({ degraded, plan }) =>
      plan.status !== 'fallback' && degraded.every(({ code }) => code !== 'solver_failed'),
  );
  await passing(() => sumW() > 15_000);
});

test('F4: where the solver runs out of time the heuristic plans, below the limit that fell', async () => {
  trouble = (options) => ({ ...options, timeLimitS: 1e-6 });
  await limit(14_000);
  const late = await planned(({ plan }) => plan.solver === 'heuristic');
  assert.ok(late.plan.over_limit_wh < 0.001, `${late.plan.over_limit_wh} Wh`);
  await until(() => sumW() <= 14_000);
  await server.activity.idle();
  assert.ok(sumW() <= 14_000 && cars.some((car) => allowedW(car) >= SMALLEST_W));
  trouble = undefined;
  await limit();
  await planned(({ plan }) => plan.solver !== 'heuristic');
});

test('F4: what cannot be done for everybody is planned all the same: each gets a part, and what is missing is said with its reason', async () => {
  const transactions = await server.backOffice.transactions.list({ state: 'active' });
  for (const { id } of transactions) {
    const wish = { energyNeedWh: 60_000, departureMs: clock.now() + HOUR_MS, departureFirm: true };
    const preferences = { dischargeAllowed: false, profileType: 'REGULAR' as const, ...wish };
    assert.ok((await server.sites.setPreferences({ peerId: 'own', sessionId: id }, preferences)).ok);
  }
  await limit(13_000);
  const short = await planned(
    ({ plan }) =>
      plan.solver !== 'heuristic' && plan.sessions.every(({ shortfall_wh }) => shortfall_wh > 40_000),
  );
  assert.ok(short.plan.sessions.every(({ reasons }) => reasons.length > 0));
  // A car that is to wait is kicked for half a minute first, and who rises waits for who falls: the room is used after that, but for what
  // is less than any car can take.
  const comingW = () =>
    Array.from({ length: 25 }, (_, n) => cars.reduce((sum, car) => sum + allowedW(car, n * 10), 0));
  await passing(() => comingW().every((w) => w <= 13_000) && comingW().some((w) => w > 13_000 - SMALLEST_W));
  await server.activity.idle();
  assert.ok(
    comingW().every((w) => w <= 13_000),
    `${comingW()} W`,
  );
  await limit();
});

test("F6: without today's prices yesterday's count, the plan says so, and charging goes on below the limit", async () => {
  const startMs = Math.floor(clock.now() / HOUR_MS) * HOUR_MS;
  const yesterday = Array.from({ length: 24 }, (_, hour) => ({
    startMs: startMs - 24 * HOUR_MS + hour * HOUR_MS,
    durationMs: HOUR_MS,
    value: 0.2 + 0.01 * hour,
  }));
  assert.ok((await server.sites.putSeries(contextId, 'price', yesterday, { source: 'test' })).ok);
  const degraded = await planned(degradedBy('price_persistence'));
  // How much of the first slot is left depends on the hour of the test: its sums are not exact.
  assert.ok(degraded.plan.over_limit_wh < 0.001, `${degraded.plan.over_limit_wh} Wh`);
  await until(() => sumW() > 4_000 && sumW() <= LIMIT_W);
  assert.ok((await server.sites.putSeries(contextId, 'price', [], { source: 'test' })).ok);
});

test('T-DSO F8: an emergency limit of the grid operator is obeyed by every station within a minute; F7: silent past its promise, its fallback holds within two, and nothing opens before it is heard of again', async (t) => {
  const cp = await SimulatedCapacityProvider.start();
  t.after(() => cp.close());
  const invited = await server.grid.invite({ name: 'DSO' });
  assert.ok(invited.ok, JSON.stringify(invited));
  const { partnerId, token, versionUrl } = invited.data;
  assert.equal((await cp.register(versionUrl, token)).status, 204);
  await cp.handshake();
  assert.ok((await server.grid.setGroup({ partnerId, groupId: 'G1', contextId })).ok);
  const startMs = Math.floor(clock.now() / HOUR_MS) * HOUR_MS;
  const say = async (kind: string, kW: number) =>
    assert.equal((await cp.forecast('G1', kind, startMs, 24 * HOUR_MS, [kW])).status, 204);
  await say('FALLBACK_CONSUMPTION', 4.2);
  await say('CONSUMPTION', 18);
  const promiseMs = 5 * 60_000;
  assert.equal((await cp.heartbeat(clock.now() + promiseMs)).status, 204);
  await until(() => sumW() <= 18_000);

  const [cutMs, cutAtLeapMs] = [clock.now(), clock.leaptMs];
  await say('CONSUMPTION', 8);
  await passing(() => sumW() <= 8_000);
  assert.ok(clock.leaptMs - cutAtLeapMs < 60_000);

  /** Time leaps in steps that leave lines the time to answer. */
  const pass = async (ms: number) => {
    for (let leftMs = ms; leftMs > 0; leftMs -= 10_000) {
      await server.activity.idle();
      clock.leap(Math.min(leftMs, 10_000));
    }
  };
  await pass(promiseMs - (clock.now() - cutMs));
  const silentAtLeapMs = clock.leaptMs;
  await until(async () => {
    if (sumW() <= 4_200) return true;
    await pass(1_000);
    return false;
  });
  assert.ok(clock.leaptMs - silentAtLeapMs <= 120_000, `${clock.leaptMs - silentAtLeapMs} ms`);
  await pass(60_000);
  assert.ok(sumW() <= 4_200, 'and stays');
  assert.ok((await server.grid.removeGroup(partnerId, 'G1')).ok);
});
