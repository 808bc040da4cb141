import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Plan, type Problem, planNow } from '@smac/optimiser';
import fc from 'fast-check';
import { powerAt } from '../dispatch/index.ts';
import { assignmentOf } from './assignment.ts';
import { fairSharePlan } from './fair-share-plan.ts';
import {
  anEntry,
  aSnapshot,
  built,
  HOUR_MS,
  NOW_MS,
  publishedStays,
  recordOf,
  stored,
} from './testing/snapshots.ts';

const MINUTE_MS = 60_000;
const FIRM = (hours: number) => ({ departureMs: NOW_MS + hours * HOUR_MS, departureFirm: true });

function energyWh(plan: Plan, problem: Problem, index = 0, untilMs = Infinity): number {
  const nowMs = Date.parse(problem.now ?? problem.start);
  const startMs = Date.parse(problem.start);
  const slotMs = (problem.slot_minutes ?? 15) * MINUTE_MS;
  return plan.sessions[index]!.power_w.reduce((sum, w, slot) => {
    const fromMs = Math.max(startMs + slot * slotMs, nowMs);
    const toMs = Math.min(startMs + (slot + 1) * slotMs, untilMs);
    return sum + (w * Math.max(0, toMs - fromMs)) / HOUR_MS;
  }, 0);
}

test('D4.2-§5.3-Ts, D4.2-§3.1-3: the grid is aligned to UTC slots and now lies inside slot 0', () => {
  const { problem, grid } = built(aSnapshot({ atMs: NOW_MS + 7 * MINUTE_MS, statics: { slotMinutes: 5 } }));
  assert.equal(problem.start, new Date(NOW_MS + 5 * MINUTE_MS).toISOString());
  assert.equal(problem.now, new Date(NOW_MS + 7 * MINUTE_MS).toISOString());
  assert.equal(grid.slots, 96);
});

test('I4.1, D4.2-T1.13, X36: occupied slots count from the start of the session, opportunity cost follows the slot length', () => {
  const sessions = [anEntry({ session: { startMs: NOW_MS - 65 * MINUTE_MS } })];
  const quarter = built(aSnapshot({ sessions, statics: { opportunityCostPerHour2: 1.6 } }));
  assert.equal(quarter.problem.sessions?.[0]?.occupied_slots, 4);
  assert.equal(quarter.problem.site?.opportunity_cost, 0.1);
  const hourly = built(aSnapshot({ sessions, statics: { opportunityCostPerHour2: 1.6, slotMinutes: 60 } }));
  assert.equal(hourly.problem.site?.opportunity_cost, 1.6);
});

test('D4.2-T1.03, D4.2-T1.04, D4.2-T1.12, I1.3, I3.1: limit, export floor and flex of either sign go into the problem', () => {
  const flex = stored(NOW_MS, 15, [-6_000, 4_000]);
  const { problem, budgetW } = built(aSnapshot({ statics: { maxExportW: 2_000 }, series: { flex } }));
  assert.equal(problem.site?.max_import_w, 30_000);
  assert.equal(problem.site?.max_export_w, 2_000);
  assert.deepEqual(problem.site?.flex_w?.slice(0, 3), [-6_000, 4_000, 0]);
  assert.deepEqual(budgetW.slice(0, 3), [24_000, 34_000, 30_000]);
});

test('X7, D4.2-T1.02, I1.1, I1.2: demand takes from the budget, generation adds to it', () => {
  const series = { demand: stored(NOW_MS, 60, [10_000]), generation: stored(NOW_MS, 60, [4_000]) };
  const { problem, budgetW } = built(aSnapshot({ series }));
  assert.equal(problem.site?.demand_w?.[0], 10_000);
  assert.equal(problem.site?.generation_w?.[3], 4_000);
  assert.equal(budgetW[0], 24_000);
});

test('X53, I1.5: without a battery the need is what is left of the energy asked for since the start', () => {
  const entry = anEntry({ session: { energyWh: 4_000 }, preferences: { energyNeedWh: 10_000, ...FIRM(8) } });
  const [session] = built(aSnapshot({ sessions: [entry] })).problem.sessions!;
  assert.equal(session!.battery_wh, 6_000);
  assert.equal(session!.soc, 0);
  assert.equal(session!.targets?.[0]?.soc, 1);
  const done = anEntry({ session: { energyWh: 11_000 }, preferences: { energyNeedWh: 10_000 } });
  assert.equal(built(aSnapshot({ sessions: [done] })).problem.sessions![0]!.energy_need_wh, 0);
});

test('D4.2-T1.10, I1.8, X11: a departure between two borders: the need is met before it, the last part of a slot is not lost', async () => {
  const departureMs = NOW_MS + 70 * MINUTE_MS;
  const preferences = {
    energyNeedWh: 6_000,
    departureMs,
    departureFirm: true,
    profileType: 'CHEAP' as const,
  };
  const snapshot = aSnapshot({
    sessions: [anEntry({ preferences })],
    series: { price: stored(NOW_MS, 15, [5, 4, 3, 2, 1]) },
  });
  const { problem } = built(snapshot);
  assert.equal(problem.sessions![0]!.departure, new Date(NOW_MS + 75 * MINUTE_MS).toISOString());
  const plan = await planNow(problem);
  assert.ok(energyWh(plan, problem, 0, departureMs) >= 5_999);
  const inNeed = aSnapshot({
    sessions: [anEntry({ preferences: { ...preferences, energyNeedWh: 12_800 } })],
  });
  const greedy = built(inNeed);
  const record = recordOf(greedy, await planNow(greedy.problem));
  const [sent] = assignmentOf(record, greedy, inNeed).sessions;
  assert.equal(powerAt(sent!.profile, departureMs - 5 * MINUTE_MS), 10_800);
});

test('D4.2-T1.11, X54, I1.9: several targets with times of their own go into the problem', async () => {
  const entry = anEntry({
    session: {
      vehicle: { batteryWh: 40_000, soc: { soc: 0.3, source: 'cpo', atMs: NOW_MS, energyWh: 0 } },
    },
    preferences: {
      targets: [
        { atMs: NOW_MS + 2 * HOUR_MS, soc: 0.6, kind: 'target' },
        { atMs: NOW_MS + 6 * HOUR_MS, soc: 0.9, kind: 'target' },
      ],
      profileType: 'CHEAP',
      ...FIRM(6),
    },
  });
  const prices = Array.from({ length: 24 }, (_, slot) => 1 - slot / 24);
  const { problem } = built(aSnapshot({ sessions: [entry], series: { price: stored(NOW_MS, 15, prices) } }));
  const plan = await planNow(problem);
  assert.ok(plan.sessions[0]!.soc![7]! >= 0.6 - 1e-6);
  assert.ok(plan.sessions[0]!.soc![23]! >= 0.9 - 1e-6);
});

test('D4.2-T1.06, D4.2-T1.07: with capacity and SoC the battery is planned, its efficiency and reserve included', () => {
  const entry = anEntry({
    session: {
      energyWh: 5_000,
      vehicle: { batteryWh: 50_000, soc: { soc: 0.4, source: 'cpo', atMs: NOW_MS, energyWh: 0 } },
    },
    preferences: { targetSoc: 0.8, maxSoc: 0.9, ...FIRM(8) },
  });
  const [session] = built(aSnapshot({ sessions: [entry] })).problem.sessions!;
  assert.equal(session!.soc, 0.4 + 4_500 / 50_000);
  assert.equal(session!.charge_efficiency, 0.9);
  assert.equal(session!.max_soc, 0.9);
  assert.equal(session!.targets?.[0]?.soc, 0.8);
});

test('X34, D1.5-Q1-14a: the least power is 6 A on the phases in use; unknown phases count as three where the power allows', () => {
  const least = (connector: object, vehicle: object = {}) =>
    built(aSnapshot({ sessions: [anEntry({ connector, session: { vehicle } })] }), {
      policy: { exactSessions: 9 },
    }).problem.sessions![0]!.min_charge_w;
  assert.equal(least({ powerType: 'AC_3_PHASE' }), 4_140);
  assert.equal(least({ powerType: 'AC_1_PHASE', chargeW: 7_360 }), 1_380);
  assert.equal(least({ powerType: undefined, chargeW: 3_680 }), 1_380);
  assert.equal(least({ powerType: 'AC_3_PHASE' }, { phases: 1 }), 1_380);
  assert.equal(least({ powerType: 'DC', chargeW: 50_000 }), 0);
});

test('C1.5-removed, C1.5, I2.1, X56, D4.2-T1.09: discharge only with consent, a connector that can, a known battery and a way that carries it', async () => {
  const able = {
    connector: { dischargeW: 10_000 },
    session: {
      vehicle: { batteryWh: 50_000, soc: { soc: 0.8, source: 'cpo' as const, atMs: NOW_MS, energyWh: 0 } },
    },
    preferences: { dischargeAllowed: true, targetSoc: 0.8, ...FIRM(8) },
  };
  const dischargeW = (wish: object, carries: boolean) =>
    built(aSnapshot({ sessions: [anEntry({ ...able, ...wish })] }), { carriesDischarge: () => carries })
      .problem.sessions![0]!.max_discharge_w ?? 0;
  assert.equal(dischargeW({}, true), 10_000);
  assert.equal(dischargeW({}, false), 0);
  assert.equal(dischargeW({ preferences: { ...able.preferences, dischargeAllowed: false } }, true), 0);
  assert.equal(dischargeW({ connector: { dischargeW: 0 } }, true), 0);
  assert.equal(dischargeW({ session: {} }, true), 0);
});

test('D4.2-§3.1-4: with consent and a price spread the plan sells energy and still meets the target', async () => {
  const entry = anEntry({
    connector: { dischargeW: 10_000 },
    session: { vehicle: { batteryWh: 50_000, soc: { soc: 0.8, source: 'cpo', atMs: NOW_MS, energyWh: 0 } } },
    preferences: { dischargeAllowed: true, targetSoc: 0.8, ...FIRM(8), profileType: 'CHEAP' },
  });
  const price = stored(NOW_MS, 60, [0.6, 0.6, 0.3, 0.1, 0.05, 0.05, 0.05, 0.05]);
  const series = { price, export_price: price, demand: stored(NOW_MS, 480, [8_000]) };
  const { problem } = built(aSnapshot({ sessions: [entry], series }), { carriesDischarge: () => true });
  const plan = await planNow(problem);
  assert.ok(Math.min(...plan.sessions[0]!.power_w) < -1_000);
  assert.ok(plan.sessions[0]!.soc![31]! >= 0.8 - 1e-6);
  assert.ok(Math.min(...plan.site.net_w) >= -1);
});

test('D4.2-§3.3.1-opt: a car that may leave any time sells nothing below its target', () => {
  const entry = anEntry({
    connector: { dischargeW: 10_000 },
    session: { vehicle: { batteryWh: 50_000, soc: { soc: 0.9, source: 'cpo', atMs: NOW_MS, energyWh: 0 } } },
    preferences: {
      dischargeAllowed: true,
      targetSoc: 0.8,
      departureMs: NOW_MS + 8 * HOUR_MS,
      profileType: 'CHEAP',
    },
  });
  const { problem } = built(aSnapshot({ sessions: [entry] }), { carriesDischarge: () => true });
  assert.equal(problem.sessions![0]!.reserve_soc, 0.8);
  assert.equal(problem.sessions![0]!.departure, undefined);
});

test('X20, D1.5-§2.3.1.1-ACT: booked and pending sessions are planned from their start on, but not sent', () => {
  const booked = anEntry({ id: 'B', session: { status: 'RESERVATION', startMs: NOW_MS + 2 * HOUR_MS } });
  const { problem, sessions } = built(aSnapshot({ sessions: [booked, anEntry()] }));
  assert.equal(problem.sessions![0]!.arrival, new Date(NOW_MS + 2 * HOUR_MS).toISOString());
  assert.deepEqual(
    sessions.map((session) => session.sent),
    [false, true],
  );
});

test('SMC_005: a session that takes no profile is load at its full power, not something to plan', () => {
  const incapable = anEntry({ id: 'X', connector: { profileCapable: false, chargeW: 7_000 } });
  const { problem, budgetW } = built(aSnapshot({ sessions: [incapable, anEntry()] }));
  assert.equal(problem.sessions?.length, 1);
  assert.equal(problem.site?.demand_w?.[0], 7_000);
  assert.equal(budgetW[0], 23_000);
});

test('X44: a limit above is shared in proportion, the shares stay within it', () => {
  const parents = [
    { contextId: 'top', maxImportW: 40_000, share: 0.25, series: { demand: stored(NOW_MS, 15, [8_000]) } },
  ];
  const { problem, budgetW } = built(aSnapshot({ parents, sessions: [anEntry()] }));
  assert.ok(Array.isArray(problem.site?.cap_w));
  assert.equal(budgetW[0], 8_000);
  assert.equal(budgetW[1], 8_000);
});

test('D1.5-§2.3.1.1-MIX: a lower limit in force at the station shrinks the session until it ends', () => {
  const stationLimit = { powerW: 5_000, untilMs: NOW_MS + HOUR_MS };
  const sessions = [anEntry({ session: { stationLimit } })];
  assert.equal(built(aSnapshot({ sessions })).problem.sessions![0]!.max_charge_w, 5_000);
  const later = built(aSnapshot({ sessions, atMs: NOW_MS + HOUR_MS }));
  assert.equal(later.problem.sessions![0]!.max_charge_w, 11_000);
});

test('SMC_006: the profile type of the driver counts before that of the token, then the default', () => {
  const preference = (wish: object) =>
    built(aSnapshot({ sessions: [anEntry({ ...wish })] })).sessions[0]!.profileType;
  assert.equal(preference({ preferences: { profileType: 'CHEAP' }, tokenProfileType: 'GREEN' }), 'CHEAP');
  assert.equal(preference({ tokenProfileType: 'GREEN' }), 'GREEN');
  assert.equal(preference({}), 'REGULAR');
});

test('D1.5-R1-5, X57: charging at once from the latest start that still meets the need, never at plug-in of a session with time', () => {
  const preferences = { energyNeedWh: 22_000, profileType: 'CHEAP' as const, ...FIRM(8) };
  const preferenceAt = (atMs: number) =>
    built(aSnapshot({ atMs, sessions: [anEntry({ preferences })] })).problem.sessions![0]!.preference;
  assert.equal(preferenceAt(NOW_MS), 'CHEAP');
  assert.equal(preferenceAt(NOW_MS + 5 * HOUR_MS), 'CHEAP');
  assert.equal(preferenceAt(NOW_MS + 5.95 * HOUR_MS), 'FAST');
  assert.equal(preferenceAt(NOW_MS + 7 * HOUR_MS), 'FAST');
});

test('X57: time behind the last whole quarter hour before a soft deadline is none: what is not done by then would wait for the cheapest hour', () => {
  const preferenceFor = (minutes: number) => {
    const preferences = {
      energyNeedWh: 3_800,
      profileType: 'CHEAP' as const,
      departureMs: NOW_MS + minutes * 60_000,
    };
    return built(aSnapshot({ sessions: [anEntry({ preferences })] })).problem.sessions![0]!.preference;
  };
  // 21 minutes at full power, with 5 to spare.
  assert.equal(preferenceFor(31), 'CHEAP');
  assert.equal(preferenceFor(29), 'FAST');
});

test('D4.2-§3.3.1-opt: at an announced time the car is still there: charging goes on, at once', () => {
  const entry = anEntry({
    session: { startMs: NOW_MS - 5 * HOUR_MS, energyWh: 2_000 },
    preferences: { energyNeedWh: 10_000, departureMs: NOW_MS - HOUR_MS, profileType: 'CHEAP' },
  });
  const { problem, sessions } = built(aSnapshot({ sessions: [entry] }), { stays: publishedStays });
  assert.equal(problem.sessions![0]!.departure, undefined);
  assert.equal(problem.sessions![0]!.preference, 'FAST');
  assert.match(sessions[0]!.policy, /still there/);
});

test('UC-005-pre, X46: every subset of optional inputs gives a feasible plan within the limit', async () => {
  const options = {
    need: { preferences: { energyNeedWh: 9_000 } },
    announced: { preferences: { departureMs: NOW_MS + 6 * HOUR_MS } },
    firm: { preferences: { departureFirm: true } },
    battery: { vehicle: { batteryWh: 60_000 } },
    soc: { vehicle: { soc: { soc: 0.5, source: 'driver' as const, atMs: NOW_MS, energyWh: 0 } } },
    target: { preferences: { targetSoc: 0.8 } },
  };
  const names = Object.keys(options) as (keyof typeof options)[];
  const price = stored(NOW_MS, 60, [0.5, 0.4, 0.3, 0.2, 0.1, 0.1, 0.3, 0.4]);
  for (let subset = 0; subset < 2 ** names.length; subset += 1) {
    const chosen = names.filter((_, bit) => subset & (1 << bit));
    const parts = chosen.map((name) => options[name]) as { preferences?: object; vehicle?: object }[];
    const entry = anEntry({
      session: { vehicle: Object.assign({}, ...parts.map((part) => part.vehicle)) },
      preferences: Object.assign({}, ...parts.map((part) => part.preferences)),
    });
    const other = anEntry({ id: 'S2', preferences: { energyNeedWh: 12_000 } });
    const series = subset % 2 ? { price } : {};
    const { problem } = built(
      aSnapshot({ statics: { maxImportW: 15_000 }, series, sessions: [entry, other] }),
      {
        stays: publishedStays,
      },
    );
    const plan = await planNow(problem, { timeLimitS: 1 });
    assert.equal(plan.over_limit_wh, 0, chosen.join());
    for (const [slot, w] of plan.site.net_w.entries()) assert.ok(w <= 15_001, `slot ${slot}: ${w} W`);
    assert.ok(energyWh(plan, problem) > 0, chosen.join());
  }
});

test('D4.2-§3.3.1-opt, X59: with inputs missing, REGULAR gets in every quarter hour what uncontrolled fair charging would have given', async () => {
  const silence: object[] = [{}, { energyNeedWh: 14_000 }, { departureMs: NOW_MS + 5 * HOUR_MS }];
  for (const preferences of silence) {
    const ids = ['S1', 'S2', 'S3'];
    const delivered = new Map(ids.map((id) => [id, 0]));
    const wishes = [preferences, { energyNeedWh: 6_000 }, {}];
    const snapshotAt = (slot: number) =>
      aSnapshot({
        atMs: NOW_MS + slot * 15 * MINUTE_MS,
        statics: { maxImportW: 20_000 },
        sessions: ids.map((id, index) =>
          anEntry({ id, preferences: wishes[index]!, session: { energyWh: delivered.get(id)! } }),
        ),
      });
    const { problem } = built(snapshotAt(0));
    const wide = {
      ...problem,
      sessions: problem.sessions!.map((session) => ({ ...session, max_charge_w: 11_000 })),
    };
    const uncontrolled = fairSharePlan(wide, 'uncontrolled', 0);
    for (let slot = 0; slot < 16; slot += 1) {
      const snapshot = snapshotAt(slot);
      const from = built(snapshot, { stays: publishedStays });
      const record = recordOf(from, await planNow(from.problem));
      for (const { key, profile } of assignmentOf(record, from, snapshot).sessions) {
        const w = powerAt(profile, snapshot.atMs + 1_000)!;
        delivered.set(key.sessionId, delivered.get(key.sessionId)! + w / 4);
      }
      const dueWh = energyWh(uncontrolled, wide, 0, snapshot.atMs + 15 * MINUTE_MS);
      // A share that becomes free within a slot is given away at the next.
      assert.ok(delivered.get('S1')! >= dueWh - 1_100, `slot ${slot}: ${delivered.get('S1')} of ${dueWh} Wh`);
    }
  }
});

test('X59 at a full site cars that took nothing take turns with the power to begin again, and those that charge share the rest', () => {
  const all = ['F1', 'F2', 'F3', 'C1', 'C2', 'C3'].map((id) =>
    anEntry({
      id,
      preferences: { energyNeedWh: 20_000, profileType: 'FAST' },
      ...(id.startsWith('F')
        ? { session: { energyWh: 9_000, vehicle: { maxChargeW: 11_000, observedMaxW: 4_140 } } }
        : {}),
    }),
  );
  const shares = (drawsNothing: boolean, sessions = all, maxImportW = 25_000) => {
    const { problem } = built(aSnapshot({ sessions, statics: { maxImportW } }), {
      drawsNothing: ({ session }) => drawsNothing && session.sessionId.startsWith('F'),
    });
    return problem.sessions!.map(({ arrival, max_charge_w }) => (arrival === undefined ? max_charge_w : 0));
  };
  const isStill = shares(true);
  assert.equal(isStill.slice(0, 3).filter((w) => w > 0).length, 1, 'one has its turn');
  assert.ok(isStill.slice(3).every((w) => w > 6_900));
  assert.ok(
    shares(false)
      .slice(3)
      .every((w) => w < 4_300),
    'who charges at its least power keeps it',
  );
  assert.ok(
    shares(true, all, 60_000).every((w) => w >= 4_140),
    'nobody waits for a turn where all fit',
  );
});

test('D4.2-§3.3.2-opt: no context inputs at all: earliest charging at the connector', async () => {
  const entry = anEntry({ preferences: { energyNeedWh: 11_000 } });
  const { problem } = built(aSnapshot({ statics: { maxImportW: 11_000 }, sessions: [entry] }));
  const plan = await planNow(problem);
  assert.deepEqual(
    plan.sessions[0]!.power_w.slice(0, 5).map(Math.round),
    [11_000, 11_000, 11_000, 11_000, 0],
  );
});

test('D4.2-§3.1-2: whatever the inputs, no slot of the plan is over the limit', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        limitW: fc.integer({ min: 0, max: 40_000 }),
        demand: fc.array(fc.integer({ min: 0, max: 45_000 }), { minLength: 1, maxLength: 8 }),
        flex: fc.array(fc.integer({ min: -30_000, max: 10_000 }), { maxLength: 8 }),
        sessions: fc.array(
          fc.record({
            need: fc.option(fc.integer({ min: 0, max: 60_000 })),
            hours: fc.option(fc.double({ min: -1, max: 30, noNaN: true })),
            firm: fc.boolean(),
            chargeW: fc.integer({ min: 0, max: 50_000 }),
            type: fc.constantFrom('CHEAP' as const, 'FAST' as const, 'REGULAR' as const),
          }),
          { maxLength: 5 },
        ),
      }),
      async ({ limitW, demand, flex, sessions }) => {
        const entries = sessions.map((wish, index) =>
          anEntry({
            id: `S${index}`,
            connector: { chargeW: wish.chargeW },
            preferences: {
              profileType: wish.type,
              departureFirm: wish.firm,
              ...(wish.need === null ? {} : { energyNeedWh: wish.need }),
              ...(wish.hours === null ? {} : { departureMs: NOW_MS + wish.hours * HOUR_MS }),
            },
          }),
        );
        const series = { demand: stored(NOW_MS, 60, demand), flex: stored(NOW_MS, 60, flex) };
        const { problem, budgetW } = built(
          aSnapshot({ statics: { maxImportW: limitW }, series, sessions: entries }),
          {
            stays: publishedStays,
            policy: { exactSessions: 0 },
          },
        );
        const plan = await planNow(problem, { timeLimitS: 1 });
        for (const [slot, evW] of plan.site.ev_w.entries()) {
          assert.ok(evW <= budgetW[slot]! + 1, `slot ${slot}: ${evW} W of ${budgetW[slot]} W`);
        }
      },
    ),
    { numRuns: 40 },
  );
});

test('X45, X57: a car nobody saw charging waits no longer than one phase of its connector allows', () => {
  const wish = (vehicle: object, hours: number) => ({
    session: { vehicle },
    preferences: { ...FIRM(hours), energyNeedWh: 11_000, profileType: 'CHEAP' as const },
  });
  const believed = (vehicle: object) => {
    const { problem, sessions } = built(aSnapshot({ sessions: [anEntry(wish(vehicle, 8))] }));
    assert.equal(problem.sessions![0]!.preference, 'CHEAP');
    return Math.round(sessions[0]!.believedMaxW);
  };
  assert.equal(believed({}), 3_667);
  assert.equal(believed({ phases: 3 }), 11_000);
  assert.equal(believed({ maxChargeW: 7_400 }), 7_400);
  assert.equal(believed({ observedMaxW: 5_000 }), 5_000);
  const preference = (vehicle: object) =>
    built(aSnapshot({ sessions: [anEntry(wish(vehicle, 3))] })).problem.sessions![0]!.preference;
  assert.equal(preference({}), 'FAST');
  assert.equal(preference({ phases: 3 }), 'CHEAP');
});

test('D4.2-§3.3.1-opt: a rest too small for a slot at minimum power is charged before the car may leave, not in the cheapest hour after', () => {
  const departureMs = NOW_MS + 4 * HOUR_MS;
  const preferences = { departureMs, energyNeedWh: 10_000, profileType: 'CHEAP' as const };
  const { problem } = built(
    aSnapshot({ sessions: [anEntry({ session: { energyWh: 9_500 }, preferences })] }),
  );
  assert.equal(problem.sessions![0]!.energy_need_wh, 500);
  assert.ok(Date.parse(problem.sessions![0]!.departure!) <= departureMs);
});

test('what a driver wants right away is charged first at full power, whatever money says; the rest is planned as before', async () => {
  const dearFirst = stored(NOW_MS, 60, [0.5, 0.5, 0.5, 0.1]);
  const battery = {
    vehicle: {
      maxChargeW: 200_000,
      batteryWh: 50_000,
      chargeEfficiency: 1,
      soc: { soc: 0.2, source: 'driver' as const, atMs: NOW_MS, energyWh: 0 },
    },
  };
  const usual = { profileType: 'CHEAP' as const, ...FIRM(8) };
  const wishes = [
    { session: battery, preferences: { ...usual, targetSoc: 0.6, atOnceSoc: 0.31 } },
    { session: battery, preferences: { ...usual, targetSoc: 0.6, atOnceWh: 5_500 } },
    // Nobody knows the battery: the energy is known.
    { preferences: { ...usual, energyNeedWh: 20_000, atOnceWh: 5_500 } },
  ];
  for (const wish of wishes) {
    const snapshot = (preferences: object) =>
      aSnapshot({
        series: { price: dearFirst },
        sessions: [anEntry({ ...wish, preferences: { ...wish.preferences, ...preferences } })],
      });
    const { problem } = built(snapshot({}));
    const plan = await planNow(problem);
    const first = energyWh(plan, problem, 0, NOW_MS + HOUR_MS / 2);
    assert.ok(Math.abs(first - 5_500) < 1, `${first} Wh in the first half hour`);
    assert.ok(energyWh(plan, problem, 0, NOW_MS + 3 * HOUR_MS) - first < 1, 'the rest waits for cheap hours');
    assert.ok(Math.abs(energyWh(plan, problem) - 20_000) < 1, 'and comes');
    const patient = built(snapshot({ atOnceSoc: 0, atOnceWh: 0 })).problem;
    assert.ok(energyWh(await planNow(patient), patient, 0, NOW_MS + 3 * HOUR_MS) < 1);
  }
  const had = anEntry({ session: { energyWh: 6_000 }, preferences: { ...usual, atOnceWh: 5_500 } });
  const targets = built(aSnapshot({ sessions: [had] })).problem.sessions?.[0]?.targets;
  assert.deepEqual(
    targets?.filter(({ kind }) => kind === 'minimum'),
    [],
    'what is in the car is not asked for again',
  );
});

test('what two drivers want right away stands above what a third one only wishes', async () => {
  const wants = { profileType: 'CHEAP' as const, energyNeedWh: 11_000, ...FIRM(1) };
  const sessions = [
    anEntry({ id: 'A', preferences: { ...wants, atOnceWh: 5_500 } }),
    anEntry({ id: 'B', preferences: { ...wants, atOnceWh: 5_500 } }),
    anEntry({ id: 'C', preferences: { ...wants, profileType: 'FAST' } }),
  ];
  const { problem } = built(aSnapshot({ sessions, statics: { maxImportW: 22_000 } }));
  const plan = await planNow(problem);
  for (const index of [0, 1])
    assert.ok(energyWh(plan, problem, index, NOW_MS + HOUR_MS / 2) > 5_499, JSON.stringify(plan.sessions));
});
