import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Plan, planNow } from '@smac/optimiser';
import { powerAt } from '../dispatch/index.ts';
import { preferencesOf, type ServicePolicy } from '../sites/index.ts';
import { assignmentOf } from './assignment.ts';
import { gatherMinimum } from './gather-minimum.ts';
import {
  anEntry,
  aSnapshot,
  built,
  HOUR_MS,
  NOW_MS,
  recordOf,
  type SnapshotWish,
  stored,
} from './testing/snapshots.ts';

const firm = (hours: number) => ({ departureMs: NOW_MS + hours * HOUR_MS, departureFirm: true });
const battery = (soc: number) => ({
  vehicle: {
    batteryWh: 40_000,
    maxChargeW: 11_000,
    soc: { soc, source: 'cpo' as const, atMs: NOW_MS, energyWh: 0 },
  },
});

async function planOf(wish: SnapshotWish): Promise<Plan> {
  return planNow(built(aSnapshot(wish)).problem);
}

function wh(plan: Plan, id: string): number {
  return plan.sessions.find((session) => session.id === `p/${id}`)!.energy_wh;
}

test('SMC_007 limits before drivers: a limit is kept although needs are missed, whoever has priority', async () => {
  const sessions = [anEntry({ preferences: { energyNeedWh: 40_000, priority: true, ...firm(2) } })];
  const plan = await planOf({ statics: { maxImportW: 5_000 }, sessions });
  assert.ok(Math.max(...plan.site.net_w) <= 5_000.5);
  assert.ok(plan.shortfall_wh > 29_000);
});

test('SMC_007 fuse before flex: a positive flex order never lifts the site above its cap', async () => {
  const sessions = [anEntry({ preferences: { energyNeedWh: 20_000, ...firm(2) } })];
  const series = { flex: stored(NOW_MS, 60, [20_000, 20_000]) };
  const plan = await planOf({ statics: { maxImportW: 4_000, capW: 6_000 }, series, sessions });
  assert.ok(Math.max(...plan.site.net_w) <= 6_000.5);
  assert.ok(Math.max(...plan.site.net_w) > 5_900);
});

test("SMC_007 minimum before priority target: every driver's minimum is met first", async () => {
  const sessions = [
    anEntry({ id: 'A', session: battery(0.2), preferences: { targetSoc: 0.9, priority: true, ...firm(2) } }),
    anEntry({ id: 'B', session: battery(0.2), preferences: { targetSoc: 0.9, minSoc: 0.4, ...firm(2) } }),
  ];
  const plan = await planOf({ statics: { maxImportW: 10_000 }, sessions });
  assert.ok(wh(plan, 'B') * 0.9 >= 0.2 * 40_000 - 1, `${wh(plan, 'B')} Wh`);
});

test('SMC_007 priority before normal: the target of a priority driver comes first', async () => {
  const sessions = [
    anEntry({ id: 'A', preferences: { energyNeedWh: 15_000, ...firm(2) } }),
    anEntry({ id: 'B', preferences: { energyNeedWh: 15_000, priority: true, ...firm(2) } }),
  ];
  const plan = await planOf({ statics: { maxImportW: 10_000 }, sessions });
  assert.ok(wh(plan, 'B') >= 14_999);
});

test('SMC_007 targets before money: a need is met in the dearest hour when there is no other', async () => {
  const sessions = [anEntry({ preferences: { energyNeedWh: 11_000, profileType: 'CHEAP', ...firm(1) } })];
  const plan = await planOf({ series: { price: stored(NOW_MS, 60, [9, 0.01]) }, sessions });
  assert.ok(wh(plan, 'S1') >= 10_999);
});

test("SMC_007 targets before GREEN and FAST: neither takes energy from another driver's need", async () => {
  const sessions = [
    anEntry({ id: 'F', preferences: { energyNeedWh: 8_000, profileType: 'FAST' } }),
    anEntry({ id: 'C', preferences: { energyNeedWh: 9_900, profileType: 'CHEAP', ...firm(1) } }),
  ];
  const plan = await planOf({ statics: { maxImportW: 20_000 }, sessions });
  assert.ok(wh(plan, 'C') >= 9_899);
  assert.ok(wh(plan, 'F') >= 7_999);
});

test('SMC_007 GREEN before money: energy goes to the clean hours although they are dear', async () => {
  const sessions = [anEntry({ preferences: { energyNeedWh: 11_000, profileType: 'GREEN', ...firm(2) } })];
  const series = { price: stored(NOW_MS, 60, [0.1, 0.5]), co2: stored(NOW_MS, 60, [500, 50]) };
  const plan = await planOf({ series, sessions });
  assert.ok(plan.sessions[0]!.power_w.slice(0, 4).every((w) => w < 1));
});

test('SMC_007, SMC_009 money decides what is left: CHEAP charges in the cheap hour', async () => {
  const sessions = [anEntry({ preferences: { energyNeedWh: 11_000, profileType: 'CHEAP', ...firm(2) } })];
  const plan = await planOf({ series: { price: stored(NOW_MS, 60, [0.5, 0.1]) }, sessions });
  assert.ok(plan.sessions[0]!.power_w.slice(0, 4).every((w) => w < 1));
});

test('D4.2-T1.13, D4.2-§5.3.4: raising the opportunity cost never makes the session finish later', async () => {
  let before = Infinity;
  for (const opportunityCostPerHour2 of [0, 0.05, 0.2, 1, 5]) {
    const sessions = [anEntry({ preferences: { energyNeedWh: 11_000, profileType: 'CHEAP', ...firm(6) } })];
    const price = stored(NOW_MS, 60, [0.5, 0.45, 0.4, 0.3, 0.2, 0.1]);
    const plan = await planOf({ statics: { opportunityCostPerHour2 }, series: { price }, sessions });
    const last = plan.sessions[0]!.power_w.findLastIndex((w) => w > 1);
    assert.ok(last <= before, `${opportunityCostPerHour2}: ${last}`);
    before = last;
  }
  assert.ok(before < 6);
});

test('US-BCN-pref: as fast as possible, as cheap as possible, green, and X % in Y hours each get what they stand for', async () => {
  const price = stored(NOW_MS, 60, [0.5, 0.4, 0.3, 0.2, 0.1, 0.1, 0.1, 0.1]);
  const co2 = stored(NOW_MS, 60, [400, 400, 100, 400, 400, 400, 400, 400]);
  const session = (level: Parameters<typeof preferencesOf>[0], extra: object = {}) => [
    anEntry({ session: battery(0.3), preferences: { ...preferencesOf(level, NOW_MS), ...extra } }),
  ];
  const firstAndLast = (plan: Plan) => {
    const { power_w: powerW } = plan.sessions[0]!;
    return [powerW.findIndex((w) => w > 1), powerW.findLastIndex((w) => w > 1)];
  };
  const stay = { targetSoc: 0.5, ...firm(8) };
  const fast = await planOf({ series: { price, co2 }, sessions: session({ profileType: 'FAST' }, stay) });
  assert.deepEqual(firstAndLast(fast), [0, 3]);
  const cheap = await planOf({ series: { price, co2 }, sessions: session({ profileType: 'CHEAP' }, stay) });
  assert.ok(firstAndLast(cheap)[0]! >= 16);
  const green = await planOf({ series: { price, co2 }, sessions: session({ profileType: 'GREEN' }, stay) });
  assert.deepEqual(firstAndLast(green), [8, 11]);
  for (const withinHours of [3, 8]) {
    const plan = await planOf({ series: { price, co2 }, sessions: session({ soc: 0.8, withinHours }) });
    const slots = withinHours * 4;
    assert.ok(plan.sessions[0]!.soc![slots - 1]! >= 0.8 - 1e-6);
    assert.equal(plan.sessions[0]!.power_w[0]! < 1, withinHours === 8, `${withinHours} h`);
  }
});

/** The table of the Barcelona station: one charging point per row, local hours. */
const BARCELONA: readonly {
  id: string;
  type: 'DC' | 'AC';
  day: [number, number];
  night: [number, number];
}[] = [
  { id: 'CHAdeMO', type: 'DC', day: [25_000, 50_000], night: [0, 25_000] },
  { id: 'Combo', type: 'DC', day: [25_000, 50_000], night: [0, 25_000] },
  { id: 'M1', type: 'AC', day: [0, 3_000], night: [0, 7_000] },
  { id: 'M2', type: 'AC', day: [0, 7_000], night: [0, 3_000] },
  { id: 'M3', type: 'AC', day: [0, 3_000], night: [0, 3_000] },
  { id: 'M4', type: 'AC', day: [0, 7_000], night: [0, 3_000] },
  { id: 'M5', type: 'AC', day: [0, 3_000], night: [0, 3_000] },
];

function barcelonaPolicies(): ServicePolicy[] {
  return BARCELONA.flatMap(({ id, type, day, night }) => {
    const rule = {
      evses: [{ locationId: 'L1', evseUid: `E-${id}` }],
      weekdays: [],
      timeZone: 'Europe/Madrid',
    };
    return [
      {
        ...rule,
        fromHour: 8,
        toHour: 22,
        minW: day[0],
        maxW: day[1],
        maxStayMinutes: type === 'DC' ? 30 : 120,
      },
      {
        ...rule,
        fromHour: 22,
        toHour: 8,
        minW: night[0],
        maxW: night[1],
        maxStayMinutes: type === 'DC' ? 120 : 480,
      },
    ];
  });
}

test('US-BCN-strategy, X62: bands and longest stays of the calendar under a 75 kW context: no slot above 75 kW although the day maxima add to 123 kW', async () => {
  const sessions = BARCELONA.map(({ id, type }) =>
    anEntry({
      id,
      connector:
        type === 'DC' ? { chargeW: 50_000, powerType: 'DC' } : { chargeW: 7_400, powerType: 'AC_1_PHASE' },
      preferences: { energyNeedWh: 60_000, profileType: 'FAST' },
    }),
  );
  assert.equal(
    BARCELONA.reduce((sum, row) => sum + row.day[1], 0),
    123_000,
  );
  for (const [atMs, period] of [
    [NOW_MS, 'day'],
    [NOW_MS + 14 * HOUR_MS, 'night'],
  ] as const) {
    const atStart = sessions.map((entry) => ({ ...entry, session: { ...entry.session, startMs: atMs } }));
    const snapshot = aSnapshot({
      atMs,
      statics: { maxImportW: 75_000 },
      policies: barcelonaPolicies(),
      sessions: atStart,
    });
    const from = built(snapshot);
    const plan = await planNow(from.problem);
    assert.ok(Math.max(...plan.site.net_w) <= 75_000.5);
    const { sessions: sent } = assignmentOf(recordOf(from, plan), from, snapshot);
    for (const { startMs } of from.problem.site!.demand_w!.map((_, slot) => ({
      startMs: atMs + slot * 900_000 + 1,
    }))) {
      const sum = sent.reduce((total, { profile }) => total + (powerAt(profile, startMs) ?? 0), 0);
      assert.ok(sum <= 75_000, `${sum} W`);
    }
    for (const [index, row] of BARCELONA.entries()) {
      const [minW, maxW] = row[period];
      const now = powerAt(sent[index]!.profile, atMs)!;
      assert.ok(now <= maxW && (now === 0 || now >= minW), `${row.id} ${period}: ${now} W`);
    }
  }
  const late = NOW_MS + 31 * 60_000;
  const over = built(aSnapshot({ atMs: late, policies: barcelonaPolicies(), sessions: [sessions[0]!] }));
  assert.equal(over.problem.sessions![0]!.max_charge_w, 0);
});

test("D1.5-ES1, D4.2-§5.3.1-ctx: charging moves into the hours of the site's own sun and follows what is measured", async () => {
  const sessions = [1, 2, 3, 4, 5, 6].map((n) =>
    anEntry({
      id: `S${n}`,
      connector: { chargeW: 22_000 },
      preferences: { energyNeedWh: 11_000, profileType: 'CHEAP', ...firm(8) },
    }),
  );
  const sun = [0, 2_000, 10_000, 25_000, 25_000, 10_000, 2_000, 0];
  const price = stored(NOW_MS, 480, [0.25]);
  const wish = { statics: { maxImportW: 60_000 }, sessions };
  const generation = stored(NOW_MS, 60, sun);
  const plan = await planOf({ ...wish, series: { generation, price } });
  const ownWh = (powerW: readonly number[]) =>
    powerW.slice(0, 32).reduce((sum, w, slot) => sum + Math.min(w, sun[Math.floor(slot / 4)]!) / 4, 0);
  assert.ok(ownWh(plan.site.ev_w) > 1.5 * ownWh(plan.baseline.site.ev_w));
  const cloudy = stored(NOW_MS, 60, [25_000, 25_000, 0, 0, 0, 0, 0, 0]);
  const replanned = await planOf({ ...wish, series: { generation: cloudy, price } });
  assert.ok(replanned.site.ev_w[0]! > 20_000);
});

test('D1.5-§1.1-1: whenever the limit allows it every driver has the energy asked for at departure', async () => {
  const price = stored(NOW_MS, 60, [0.1, 0.5, 0.3, 0.05, 0.4, 0.2]);
  const needs = [9_000, 18_000, 4_000, 25_000];
  const sessions = needs.map((energyNeedWh, n) =>
    anEntry({ id: `S${n}`, preferences: { energyNeedWh, profileType: 'CHEAP', ...firm(3 + n) } }),
  );
  const plan = await planOf({ statics: { maxImportW: 20_000 }, series: { price }, sessions });
  assert.equal(Math.round(plan.shortfall_wh), 0);
  for (const [n, need] of needs.entries()) assert.ok(wh(plan, `S${n}`) >= need - 1);
});

test('X34: thin powers are gathered to 0 or the minimum, the energy stays, the budget holds', () => {
  const powerW = [1_000, 1_000, 1_000, 1_000, 0, 5_000, 2_500];
  const car = { minW: 4_140, maxW: 11_000, servedWh: 0 };
  const [gathered] = gatherMinimum([{ ...car, powerW }], Array(7).fill(6_000), 0.25);
  for (const w of gathered!) assert.ok(w === 0 || w >= 4_140, gathered!.join());
  const sum = (values: readonly number[]) => values.reduce((total, w) => total + w, 0);
  assert.ok(sum(gathered!) >= sum(powerW) - 1 && sum(gathered!) <= sum(powerW) + 4_140, gathered!.join());
  assert.ok(Math.max(...gathered!) <= 6_000);
  const [tight] = gatherMinimum([{ ...car, powerW: [2_000, 2_000] }], [3_000, 3_000], 0.25);
  assert.deepEqual(tight, [0, 0]);
});

test('X34, X59: where the limit is too small for all at once, cars take turns instead of all starving', () => {
  const cars = [0, 0, 0, 0].map((servedWh) => ({
    powerW: Array(16).fill(2_200),
    minW: 4_140,
    maxW: 11_000,
    servedWh,
  }));
  const gathered = gatherMinimum(cars, Array(16).fill(8_800), 0.25);
  const energies = gathered.map((powers) => powers.reduce((sum, w) => sum + w / 4, 0));
  for (const wh of energies) assert.ok(Math.abs(wh - 8_800) <= 2 * 1_035, energies.join());
  const second = gatherMinimum([{ ...cars[0]!, servedWh: 900 }, cars[1]!], Array(16).fill(4_400), 0.25);
  assert.deepEqual([second[0]![0], second[1]![0]! > 0], [0, true]);
});

test('X34, X59: where each share is less than half of what a car needs to charge, some charge in the first slot of every plan, and all in turn', () => {
  const plans = 36;
  const served = new Array<number>(12).fill(0);
  for (let plan = 0; plan < plans; plan += 1) {
    const cars = served.map((servedWh) => ({
      powerW: Array(96).fill(22_000 / 12),
      minW: 4_140,
      maxW: 11_000,
      servedWh,
    }));
    const now = gatherMinimum(cars, Array(96).fill(22_000), 0.25).map((powers) => powers[0]!);
    assert.deepEqual(
      now.filter((w) => w > 0),
      Array(5).fill(4_140),
    );
    for (const [n, w] of now.entries()) served[n]! += w / 4;
  }
  const turnsOfEach = plans * (5 / 12);
  for (const wh of served) assert.ok(Math.abs(wh / 1_035 - turnsOfEach) <= 1, served.join());
});

test('X34: a rest that is not worth a turn takes none from who waits, and turns are given inside the limits of parts', () => {
  const car = { minW: 4_140, maxW: 11_000 };
  const rest = { ...car, powerW: [150, 150, 0, 0], servedWh: 0 };
  const waiting = { ...car, powerW: [1_900, 1_900, 1_900, 1_900], servedWh: 5_000 };
  const firsts = (powers: readonly (readonly number[])[]) => powers.map(([w]) => w);
  assert.deepEqual(
    firsts(gatherMinimum([rest, waiting, waiting], Array(4).fill(4_200), 0.25)),
    [0, 4_140, 0],
  );
  const [a, b] = [{ A: 1 }, { B: 1 }].map((shares) => ({ ...waiting, shares }));
  const parts = ['A', 'B'].map((id) => ({ id, powerW: Array(4).fill(6_000) }));
  assert.deepEqual(
    firsts(gatherMinimum([a!, a!, a!, b!, b!, b!], Array(4).fill(12_000), 0.25, parts)),
    [4_140, 0, 0, 4_140, 0, 0],
  );
});
