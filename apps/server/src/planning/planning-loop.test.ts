import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { planNow } from '@smac/optimiser';
import { powerAt } from '../dispatch/index.ts';
import type { Owner } from '../sites/index.ts';
import {
  aContext,
  aLocation,
  anEvse,
  aSession,
  at,
  HOUR_MS,
  MONDAY_MS,
  newOwner,
  quarterHours,
  readSi,
} from '../sites/testing/fixtures.ts';
import { eachDatabase } from '../store/testing/index.ts';
import { type LoopBench, type LoopWish, loopBench } from './testing/loop.ts';

const NOW_MS = MONDAY_MS + 8 * HOUR_MS;
const BURST_MS = 20;

function evse(uid: string) {
  return { location_id: 'L1', evse_uid: uid, connectors: [{ connector_id: '1', power: 11_000 }] };
}

function onEvse(id: string, uid: string) {
  return aSession(id, { evse_uid: uid });
}

eachDatabase('planning loop', (database) => {
  const running: LoopBench[] = [];
  afterEach(async () => {
    for (const loop of running.splice(0)) {
      for (const session of await loop.sites.liveSessions()) {
        const owner: Owner = { peerId: session.peerId, party: { countryCode: 'NL', partyId: 'TNM' } };
        await loop.sites.patchSession(owner, session.sessionId, {
          status: 'COMPLETED',
          last_updated: at(session.lastUpdatedMs + 1),
        });
      }
      await loop.planning.stop();
    }
  });

  async function begin(wish: LoopWish = {}): Promise<LoopBench & { owner: Owner }> {
    const loop = await loopBench(database.store, wish);
    running.push(loop);
    return { ...loop, owner: newOwner() };
  }

  async function contextIdOf(loop: LoopBench, owner: Owner, sessionId: string): Promise<string> {
    return (await loop.sites.session({ peerId: owner.peerId, sessionId }))!.contextId;
  }

  test('UC-005, D4.2-§3.2.1, D4.2-§3.3.4: an active session is planned within 5 s, stored with its inputs and handed to dispatch', async () => {
    const loop = await begin();
    const { sites, owner } = loop;
    await sites.putContext(owner, aContext('C'), readSi);
    await sites.putSession(owner, aSession('S'));
    const ref = { peerId: owner.peerId, sessionId: 'S' };
    await sites.setChargingPreferences(ref, {
      profile_type: 'CHEAP',
      energy_need: 9,
      departure_time: at(NOW_MS + 8 * HOUR_MS),
    });
    await loop.pass(BURST_MS);
    const contextId = await contextIdOf(loop, owner, 'S');
    const record = (await loop.planning.latest(contextId))!;
    assert.ok(record.createdMs - NOW_MS <= 5_000);
    assert.deepEqual(record, await loop.planning.plan(record.number));
    assert.deepEqual([record.contextVersion, record.problem.sessions?.length], [1, 1]);
    const [session] = record.sessions;
    assert.deepEqual(session?.ref, ref);
    assert.equal(session?.profileType, 'CHEAP');
    assert.equal(session?.remainingWh, 9_000);
    assert.equal(session?.departureMs, NOW_MS + 8 * HOUR_MS);
    assert.equal(loop.assignments.at(-1)?.planId, String(record.number));
    assert.equal(
      loop.assignments.at(-1)?.sessions[0]?.profile.startMs,
      Math.floor(record.snapshotMs / 1000) * 1000,
    );
  });

  test('D4.2-§3.1-3, UC-002, UC-003, UC-004, D4.2-T1.05: price, flex, SoC, limit and preference each lead to a new plan with a new number', async () => {
    const loop = await begin();
    const { sites, owner } = loop;
    await sites.putContext(owner, aContext('C'), readSi);
    await sites.putSession(owner, aSession('S', { battery_capacity: 50 }));
    await loop.pass(BURST_MS);
    const ref = { peerId: owner.peerId, sessionId: 'S' };
    const context = (patch: object) =>
      sites.patchContext(owner, 'C', { ...patch, last_updated: at(loop.clock.now()) }, readSi);
    const changes: (() => Promise<{ ok: boolean }>)[] = [
      () => context({ price: quarterHours(NOW_MS, [0.3, 0.1]) }),
      () => context({ flex_orders: quarterHours(NOW_MS, [-5_000]) }),
      () => context({ max_power: 20_000 }),
      () => sites.reportSoc(ref, { soc: 0.5, source: 'station', atMs: loop.clock.now() }),
      () => sites.setChargingPreferences(ref, { profile_type: 'GREEN', energy_need: 5 }),
    ];
    const numbers = [loop.plans.at(-1)!.number];
    for (const change of changes) {
      assert.equal((await change()).ok, true);
      await loop.pass(BURST_MS);
      numbers.push(loop.plans.at(-1)!.number);
    }
    assert.equal(new Set(numbers).size, changes.length + 1);
    const contextId = await contextIdOf(loop, owner, 'S');
    const history = await loop.planning.history(contextId, { limit: 10 });
    assert.deepEqual(
      history.slice(0, 5).map((plan) => plan.causes.join()),
      ['preferences', 'soc', 'static-inputs', 'flex', 'price'],
    );
  });

  test('X21: bursts are one plan, and every slot brings one', async () => {
    const loop = await begin();
    const { sites, owner } = loop;
    await sites.putContext(owner, aContext('C', { evses: [evse('E1'), evse('E2'), evse('E3')] }), readSi);
    for (const n of [1, 2, 3]) await sites.putSession(owner, onEvse(`S${n}`, `E${n}`));
    await loop.pass(BURST_MS);
    assert.equal(loop.plans.length, 1);
    assert.deepEqual([...loop.plans[0]!.causes].sort(), ['session-start', 'static-inputs']);
    await loop.pass(HOUR_MS);
    assert.deepEqual(
      loop.plans.slice(1).map((plan) => [plan.snapshotMs - NOW_MS - 5, plan.causes.join()]),
      [1, 2, 3, 4].map((n) => [n * 900_000, 'slot']),
    );
  });

  test('D4.2-§5.3-LP re-planning: after one arrival and with every slot the solver starts from the last plan, which changes no cost', async () => {
    const loop = await begin({ policy: { trustDepartures: true } });
    const { sites, owner } = loop;
    const price = Array.from({ length: 32 }, (_, t) => 0.2 + 0.01 * ((t * 7) % 5));
    await sites.putContext(
      owner,
      aContext('C', {
        max_power: 15_000,
        opportunity_cost: 0.001,
        price: quarterHours(NOW_MS, price),
        evses: [evse('E1'), evse('E2'), evse('E3')],
      }),
      readSi,
    );
    const needs = {
      profile_type: 'CHEAP',
      departure_time: at(NOW_MS + 8 * HOUR_MS),
      energy_need: 20,
    } as const;
    for (const n of [1, 2, 3]) {
      await sites.putSession(owner, onEvse(`S${n}`, `E${n}`));
      await sites.setChargingPreferences({ peerId: owner.peerId, sessionId: `S${n}` }, needs);
      await loop.pass(BURST_MS);
    }
    await loop.pass(HOUR_MS / 4);
    const [first, ...later] = loop.plans;
    assert.deepEqual([first!.plan.solver, first!.plan.warm_start], ['flow', undefined]);
    // An engine may decline where much has moved; a new slot moves nothing.
    const warm = later.filter(({ plan }) => plan.warm_start === true);
    assert.ok(warm.some(({ causes }) => causes.includes('session-start')));
    assert.ok(warm.some(({ causes }) => causes.includes('slot')));
    for (const { plan, problem } of later) {
      const fresh = await planNow(problem);
      assert.equal(fresh.warm_start, undefined);
      assert.ok(Math.abs(plan.cost.total - fresh.cost.total) < 1e-6);
      assert.ok(Math.abs(plan.shortfall_wh - fresh.shortfall_wh) < 0.1);
    }
  });

  test('D4.2-§3.1-1, D4.2-§3.1-2: a second car changes the profile of the first within 60 s, the sum stays within the limit', async () => {
    const loop = await begin();
    const { sites, owner } = loop;
    await sites.putContext(
      owner,
      aContext('C', { max_power: 15_000, evses: [evse('E1'), evse('E2')] }),
      readSi,
    );
    await sites.putSession(owner, onEvse('S1', 'E1'));
    await loop.pass(BURST_MS);
    const alone = loop.assignments.at(-1)!.sessions[0]!.profile;
    assert.equal(powerAt(alone, NOW_MS + 1000), 11_000);
    await sites.putSession(owner, onEvse('S2', 'E2'));
    await loop.pass(BURST_MS);
    const both = loop.assignments.at(-1)!;
    assert.ok(loop.plans.at(-1)!.createdMs - NOW_MS < 60_000);
    assert.notDeepEqual(both.sessions[0]!.profile.periods, alone.periods);
    for (const { startMs } of both.budget.slice(0, 95)) {
      const sumW = both.sessions.reduce(
        (sum, { profile }) => sum + (powerAt(profile, startMs + 1_000) ?? 0),
        0,
      );
      assert.ok(sumW <= 15_000, `${sumW} W`);
    }
  });

  test('US-ROM-night: EVSEs added to a context without raising its limit share it fairly, without a restart', async () => {
    const loop = await begin();
    const { sites, owner } = loop;
    await sites.putContext(
      owner,
      aContext('C', { max_power: 22_000, evses: [evse('E1'), evse('E2')] }),
      readSi,
    );
    for (const n of [1, 2]) await sites.putSession(owner, onEvse(`S${n}`, `E${n}`));
    await loop.pass(BURST_MS);
    const more = [1, 2, 3, 4].map((n) => evse(`E${n}`));
    await sites.patchContext(owner, 'C', { evses: more, last_updated: at(NOW_MS) }, readSi);
    for (const n of [3, 4]) await sites.putSession(owner, onEvse(`S${n}`, `E${n}`));
    await loop.pass(BURST_MS);
    const plan = loop.plans.at(-1)!.plan;
    assert.equal(plan.sessions.length, 4);
    for (const w of plan.site.net_w) assert.ok(w <= 22_001);
    const early = plan.sessions.map((session) =>
      session.power_w.slice(0, 16).reduce((sum, w) => sum + w / 4, 0),
    );
    assert.ok(Math.min(...early) > 0.6 * Math.max(...early), early.map(Math.round).join());
  });

  test('F3, D1.5-§1.1-1b: when planning fails every session still charges, fairly and within the limit, and the next slot tries again', async () => {
    let broken = true;
    const loop = await begin({
      planner: {
        plan: (problem, options) =>
          broken ? Promise.reject(new Error('no solver')) : planNow(problem, options),
      },
    });
    const { sites, owner } = loop;
    await sites.putContext(
      owner,
      aContext('C', { max_power: 12_000, evses: [evse('E1'), evse('E2')] }),
      readSi,
    );
    for (const n of [1, 2]) await sites.putSession(owner, onEvse(`S${n}`, `E${n}`));
    await loop.pass(BURST_MS);
    const failed = loop.plans.at(-1)!;
    assert.equal(failed.plan.status, 'fallback');
    assert.deepEqual(
      failed.degraded.map((part) => part.code),
      ['solver_failed'],
    );
    assert.deepEqual(
      loop.assignments.at(-1)!.sessions.map(({ profile }) => powerAt(profile, NOW_MS + 1000)),
      [6_000, 6_000],
    );
    broken = false;
    await loop.pass(15 * 60_000);
    assert.deepEqual(loop.plans.at(-1)!.degraded, []);
  });

  test('X20, D1.5-§2.3.1.1-ACT: a reservation is planned and stored but not sent; it is sent once it is active', async () => {
    const loop = await begin();
    const { sites, owner } = loop;
    await sites.putContext(owner, aContext('C'), readSi);
    await sites.putSession(
      owner,
      aSession('S', { status: 'RESERVATION', start_date_time: at(NOW_MS + HOUR_MS) }),
    );
    await loop.pass(BURST_MS);
    assert.equal(loop.plans.at(-1)!.plan.sessions.length, 1);
    assert.deepEqual(loop.assignments.at(-1)!.sessions, []);
    await sites.patchSession(owner, 'S', {
      status: 'ACTIVE',
      start_date_time: at(NOW_MS),
      last_updated: at(NOW_MS + 1),
    });
    await loop.pass(BURST_MS);
    assert.equal(loop.assignments.at(-1)!.sessions.length, 1);
  });

  test('Shadow mode: the context is planned and shown, the assignment says that nothing is to be sent', async () => {
    const loop = await begin();
    const { sites, owner } = loop;
    await sites.putContext(owner, aContext('C'), readSi);
    await sites.putSession(owner, aSession('S'));
    await sites.setShadow(await contextIdOf(loop, owner, 'S'), true);
    await loop.pass(BURST_MS);
    assert.equal(loop.assignments.at(-1)!.shadow, true);
    assert.equal(loop.plans.at(-1)!.shadow, true);
  });

  test('D4.2-§5.1.1.1-DEL: after the context is deleted its session is planned under the limit of its EVSE', async () => {
    const loop = await begin();
    const { sites, owner } = loop;
    await sites.putLocation(owner, aLocation('L1', [anEvse('E1')]));
    await sites.putContext(owner, aContext('C', { max_power: 5_000 }), readSi);
    await sites.putSession(owner, aSession('S'));
    await loop.pass(BURST_MS);
    await sites.deleteContext(owner, 'C');
    await loop.pass(BURST_MS);
    const last = loop.assignments.at(-1)!;
    assert.equal(last.contextId, await contextIdOf(loop, owner, 'S'));
    assert.equal(last.budget[0]?.powerW, 22_000);
    assert.equal(last.sessions[0]?.key.sessionId, 'S');
  });

  test('D1.5-§2.3.1.1-MIX, D1.5-§2.2.1.1-NCL: an active profile below the plan shrinks the next plan, its end lifts the limit', async () => {
    const loop = await begin();
    const { sites, owner } = loop;
    await sites.putContext(owner, aContext('C'), readSi);
    await sites.putSession(owner, aSession('S'));
    await loop.pass(BURST_MS);
    const key = { peerId: owner.peerId, sessionId: 'S' };
    const startMs = loop.clock.now();
    const endMs = startMs + HOUR_MS;
    await loop.planning.feedback({
      kind: 'active',
      key,
      profile: { startMs, endMs, periods: [{ startMs, powerW: 6_000 }] },
    });
    await loop.pass(BURST_MS);
    assert.equal(loop.plans.at(-1)!.plan.sessions[0]!.power_w[0], 6_000);
    await loop.pass(HOUR_MS + 900_000);
    assert.equal(loop.plans.at(-1)!.plan.sessions[0]!.power_w[0], 11_000);
  });

  test('X56: a car that draws less than it is offered is planned with what it draws; one that draws all may get more again', async () => {
    const loop = await begin();
    const { sites, owner } = loop;
    await sites.putContext(owner, aContext('C'), readSi);
    await sites.putSession(owner, aSession('S'));
    await loop.pass(BURST_MS);
    const meter = async (kwh: number) => {
      await sites.patchSession(owner, 'S', { kwh, last_updated: at(loop.clock.now()) });
      await loop.pass(BURST_MS);
    };
    await loop.pass(60_000);
    await meter(0.06);
    await loop.pass(60_000);
    await meter(0.12);
    const key = { peerId: owner.peerId, sessionId: 'S' };
    const first = (await sites.session(key))!.vehicle.observedMaxW!;
    assert.ok(Math.abs(first - 4_140) < 1, `${first} W`);
    assert.equal(Math.round(loop.plans.at(-1)!.plan.sessions[0]!.power_w[0]!), Math.round(first));
    await loop.pass(120_000);
    await meter(0.12 + (4.14 * 120) / 3600);
    await loop.pass(120_000);
    await meter(0.12 + (4.14 * 240) / 3600);
    assert.ok((await sites.session(key))!.vehicle.observedMaxW! > first);
  });

  test('X56: a car near the end of its battery, that goes on drawing what it drew, is not offered more again and again', async () => {
    const loop = await begin();
    const { sites, owner } = loop;
    await sites.putContext(owner, aContext('C'), readSi);
    await sites.putSession(owner, aSession('S'));
    await loop.pass(BURST_MS);
    let wh = 0;
    const minute = async (powerW: number) => {
      await loop.pass(60_000);
      wh += powerW / 60;
      await sites.patchSession(owner, 'S', { kwh: wh / 1000, last_updated: at(loop.clock.now()) });
      await loop.pass(BURST_MS);
    };
    await minute(7_000);
    await minute(7_000);
    const key = { peerId: owner.peerId, sessionId: 'S' };
    const observed = async () => (await sites.session(key))!.vehicle.observedMaxW!;
    const first = await observed();
    assert.ok(first < 8_000, `${first} W`);
    for (const powerW of [7_000, 7_000, 6_990, 6_980]) {
      await minute((powerW * (60_000 + BURST_MS)) / 60_000);
      assert.ok((await observed()) <= first, `${await observed()} W after ${first} W`);
    }
  });

  test('X56: where a site is full, what a DC car leaves near the end of its battery is the next plan of the other; who takes all is tried with little more', async () => {
    const loop = await begin();
    const { sites, owner } = loop;
    const { connectors } = anEvse('E1');
    const dc = connectors.map((each) => ({
      ...each,
      power_type: 'DC' as const,
      max_voltage: 400,
      max_amperage: 125,
      max_electric_power: 50_000,
    }));
    await sites.putLocation(
      owner,
      aLocation('L1', [anEvse('E1', { connectors: dc }), anEvse('E2', { connectors: dc })]),
    );
    const evses = ['E1', 'E2'].map((uid) => ({
      ...evse(uid),
      connectors: [{ connector_id: '1', power: 50_000 }],
    }));
    await sites.putContext(owner, aContext('C', { max_power: 60_000, evses }), readSi);
    for (const [id, uid] of [
      ['A', 'E1'],
      ['B', 'E2'],
    ] as const)
      await sites.putSession(owner, onEvse(id, uid));
    await loop.pass(BURST_MS);
    const wh = { A: 0, B: 0 };
    const minute = async (powerW: { readonly A: number; readonly B: number }) => {
      await loop.pass(60_000);
      for (const id of ['A', 'B'] as const) {
        wh[id] += (powerW[id] * (60_000 + 2 * BURST_MS)) / 3_600_000;
        await sites.patchSession(owner, id, { kwh: wh[id] / 1000, last_updated: at(loop.clock.now()) });
        await loop.pass(BURST_MS);
      }
    };
    const planned = () =>
      loop.plans.at(-1)!.plan.sessions.map(({ power_w: [w] }) => Math.round(w! / 100) / 10);
    const observedW = async () =>
      (await sites.session({ peerId: owner.peerId, sessionId: 'A' }))!.vehicle.observedMaxW;
    assert.deepEqual(planned(), [30, 30]);
    await minute({ A: 10_000, B: 10_000 });
    assert.equal(await observedW(), undefined, 'cable check and matching of voltages say nothing of the car');
    await minute({ A: 30_000, B: 30_000 });
    assert.equal(await observedW(), undefined);
    await minute({ A: 28_000, B: 30_000 });
    assert.deepEqual(planned(), [28.6, 31.4]);
    await minute({ A: 28_000, B: 31_400 });
    assert.deepEqual(planned(), [28.6, 31.4], 'two per cent are its room to take all again');
    await minute({ A: 28_500, B: 31_400 });
    assert.deepEqual(planned(), [30, 30]);
    for (let n = 0; n < 2; n += 1) await minute({ A: 28_000, B: 30_000 });
    assert.deepEqual(planned(), [28.6, 31.4]);
    for (let n = 0; n < 3; n += 1) await minute({ A: 28_500, B: 31_400 });
    assert.deepEqual(planned(), [28.6, 31.4], 'it did not take more just before');
  });

  test('X56 D1.5-Q1-11: a car that tells its charge with every reading is judged by what it draws like any other', async () => {
    const loop = await begin();
    const { sites, owner } = loop;
    await sites.putContext(owner, aContext('C'), readSi);
    await sites.putSession(owner, aSession('S'));
    await loop.pass(BURST_MS);
    for (const [n, kwh] of [0.06, 0.12].entries()) {
      await loop.pass(60_000);
      const start_date_time = at(loop.clock.now());
      const soc = { start_date_time, dimensions: [{ type: 'STATE_OF_CHARGE' as const, volume: 40 + n }] };
      await sites.patchSession(owner, 'S', { kwh, charging_periods: [soc], last_updated: start_date_time });
      await loop.pass(BURST_MS);
    }
    const { vehicle } = (await sites.session({ peerId: owner.peerId, sessionId: 'S' }))!;
    assert.equal(vehicle.soc?.soc, 0.41);
    assert.ok(Math.abs(vehicle.observedMaxW! - 4_140) < 1, `${vehicle.observedMaxW} W`);
  });

  test('X56: a car whose offer rose during the interval is not judged by what it could not have drawn before', async () => {
    const loop = await begin();
    const { sites, owner } = loop;
    await sites.putContext(owner, aContext('C'), readSi);
    await sites.putSession(owner, aSession('S'));
    const key = { peerId: owner.peerId, sessionId: 'S' };
    const meter = async (kwh: number) => {
      await sites.patchSession(owner, 'S', { kwh, last_updated: at(loop.clock.now()) });
      await loop.pass(BURST_MS);
    };
    await sites.setStationLimit(key, { powerW: 4_200, untilMs: loop.clock.now() + HOUR_MS });
    await loop.pass(120_000);
    await meter(0.14);
    await loop.pass(25_000);
    await sites.setStationLimit(key, undefined);
    await loop.pass(35_000);
    // 25 s of 4.2 kW, then all it may: on average far below what is offered at the end.
    await meter(0.14 + (4.2 * 25 + 11 * 35) / 3600);
    assert.ok(loop.plans.at(-1)!.plan.sessions[0]!.power_w[0]! > 10_000);
    const observedW = (await sites.session(key))!.vehicle.observedMaxW;
    assert.ok(observedW === undefined || observedW >= 11_000, `${observedW} W`);
  });

  test('X45: a car nobody knew that draws more than one phase gives is relied on for what its socket gives', async () => {
    const loop = await begin();
    const { sites, owner } = loop;
    await sites.putContext(owner, aContext('C'), readSi);
    await sites.putSession(owner, aSession('S'));
    const key = { peerId: owner.peerId, sessionId: 'S' };
    await sites.setPreferences(key, {
      departureMs: loop.clock.now() + 8 * HOUR_MS,
      departureFirm: true,
      energyNeedWh: 29_000,
      profileType: 'CHEAP',
      dischargeAllowed: false,
    });
    await loop.pass(BURST_MS);
    const believedW = () => Math.round(loop.plans.at(-1)!.sessions[0]!.believedMaxW);
    assert.equal(believedW(), 3_667);
    const meter = async (wh: number) => {
      await sites.patchSession(owner, 'S', { kwh: wh / 1000, last_updated: at(loop.clock.now()) });
      await loop.pass(BURST_MS);
    };
    await loop.pass(60_000);
    await meter(3_600 / 60);
    await loop.pass(60_000);
    await meter(3_600 / 30);
    assert.equal((await sites.session(key))!.vehicle.observedMaxW, 11_000);
    assert.equal(believedW(), 11_000);
  });

  test('A refusal of the target leads to one new plan, not to an endless loop', async () => {
    const loop = await begin();
    const { sites, owner } = loop;
    await sites.putContext(owner, aContext('C'), readSi);
    await sites.putSession(owner, aSession('S'));
    await loop.pass(BURST_MS);
    const before = loop.plans.length;
    const contextId = await contextIdOf(loop, owner, 'S');
    for (let n = 0; n < 5; n += 1) {
      await loop.planning.feedback({
        kind: 'answer',
        key: { peerId: owner.peerId, sessionId: 'S' },
        contextId,
        answer: { result: 'REJECTED', detail: 'no' },
      });
      await loop.pass(BURST_MS);
    }
    assert.equal(loop.plans.length, before + 1);
    assert.deepEqual(loop.plans.at(-1)!.causes, ['station-report']);
  });

  test('An ended session leaves the plan at once and dispatch is told', async () => {
    const loop = await begin();
    const { sites, owner } = loop;
    await sites.putContext(owner, aContext('C'), readSi);
    await sites.putSession(owner, aSession('S'));
    await loop.pass(HOUR_MS);
    await sites.patchSession(owner, 'S', {
      status: 'COMPLETED',
      end_date_time: at(loop.clock.now()),
      last_updated: at(loop.clock.now()),
    });
    await loop.pass(BURST_MS);
    assert.deepEqual(loop.ended, [{ peerId: owner.peerId, sessionId: 'S' }]);
    assert.deepEqual(loop.plans.at(-1)!.plan.sessions, []);
  });

  test('Restart: a new process plans every context with live sessions at once', async () => {
    const first = await begin();
    await first.sites.putContext(first.owner, aContext('C'), readSi);
    await first.sites.putSession(first.owner, aSession('S'));
    await first.planning.stop();
    const second = await begin();
    await second.pass(BURST_MS);
    assert.ok(
      second.plans.some(
        (plan) => plan.causes.join() === 'restart' && plan.sessions[0]?.ref.peerId === first.owner.peerId,
      ),
    );
  });

  test('D4.2-T1.08, UC-001: the status picture shows planned and actual power, the site series reaches both ways, savings are counted', async () => {
    const loop = await begin();
    const { sites, owner } = loop;
    const price = quarterHours(NOW_MS, [0.4, 0.4, 0.4, 0.4, 0.1, 0.1, 0.1, 0.1]);
    await sites.putContext(
      owner,
      aContext('C', { price, demand: quarterHours(NOW_MS, Array(16).fill(2_000)) }),
      readSi,
    );
    await sites.putSession(owner, aSession('S'));
    const ref = { peerId: owner.peerId, sessionId: 'S' };
    await sites.setPreferences(ref, {
      dischargeAllowed: false,
      profileType: 'CHEAP',
      energyNeedWh: 11_000,
      departureMs: NOW_MS + 4 * HOUR_MS,
      departureFirm: true,
    });
    const contextId = await contextIdOf(loop, owner, 'S');
    for (let minute = 5; minute <= 125; minute += 5) {
      await loop.pass(5 * 60_000);
      const charging = Math.max(0, Math.min(60, minute - 60));
      await sites.patchSession(owner, 'S', { kwh: (11 * charging) / 60, last_updated: at(loop.clock.now()) });
    }
    const [picture] = await loop.planning.sessionPictures(contextId);
    assert.equal(picture?.profileType, 'CHEAP');
    assert.equal(picture?.plannedW, 0);
    assert.equal(picture?.energyWh, 11_000);
    const series = await loop.planning.siteSeries(contextId, NOW_MS, NOW_MS + 4 * HOUR_MS);
    assert.equal(series.length, 16);
    assert.ok(Math.abs(series[0]!.actualEvW!) < 1);
    assert.ok(Math.abs(series[5]!.actualEvW! - 11_000) < 1);
    assert.ok(Math.abs(series[5]!.actualNetW! - 13_000) < 1);
    assert.equal(series[12]!.actualEvW, null);
    assert.equal(series[12]!.limitW, 30_000);
    const saved = await loop.planning.savings(contextId, NOW_MS, loop.clock.now());
    assert.ok(Math.abs(saved.energyWh - 11_000) < 1);
    assert.ok(Math.abs(saved.plannedCost - 1.1) < 0.01, String(saved.plannedCost));
    assert.ok(Math.abs(saved.baselineCost - 4.4) < 0.01, String(saved.baselineCost));
  });

  test('D4.2-§5.3-Ts: a context with slots of one minute is planned at every minute', async () => {
    const loop = await begin({ policy: { slots: 8 } });
    const { sites, owner } = loop;
    await sites.putContext(owner, aContext('C'), (object, known) => {
      const reading = readSi(object, known);
      if (!reading.ok) return reading;
      return { ok: true, data: { ...reading.data, statics: { ...reading.data.statics, slotMinutes: 1 } } };
    });
    await sites.putSession(owner, aSession('S'));
    await loop.pass(6 * 60_000);
    const before = loop.plans.length;
    await loop.pass(4 * 60_000);
    const slots = loop.plans.slice(before).filter((plan) => plan.causes.includes('slot'));
    assert.equal(slots.length, 4);
  });

  test('UC-005: a plan that is asked for by hand and one of the queue never overtake each other', async () => {
    const starts: number[] = [];
    let underWay = 0;
    let most = 0;
    const loop = await begin({
      planner: {
        async plan(problem, options) {
          starts.push(problem.sessions?.length ?? 0);
          underWay += 1;
          most = Math.max(most, underWay);
          for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
          underWay -= 1;
          return planNow(problem, options);
        },
      },
    });
    const { sites, owner } = loop;
    await sites.putContext(owner, aContext('C'), readSi);
    await sites.putSession(owner, aSession('S'));
    const contextId = await contextIdOf(loop, owner, 'S');
    await Promise.all([
      loop.pass(BURST_MS),
      loop.planning.planNow(contextId),
      loop.planning.planNow(contextId),
    ]);
    assert.equal(starts.length, 3);
    assert.equal(most, 1);
    const numbers = loop.assignments.map((assignment) => Number(assignment.planId));
    assert.deepEqual(
      numbers,
      [...numbers].sort((a, b) => a - b),
    );
  });
});
