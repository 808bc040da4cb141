import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { WorkInFlight } from '../clock/quiescence.ts';
import { VirtualClock } from '../clock/virtual-clock.ts';
import { CATALOGUE } from '../ev/catalogue.ts';
import { valueAt } from '../series/series.ts';
import type { Visit } from '../visits/visit.ts';
import { chargedAtOnce } from './at-once.ts';
import { attainable } from './attainable.ts';
import { faultPlan } from './fault-plan.ts';
import { Fleet } from './fleet.ts';
import { pastOf } from './past.ts';
import { readScenario } from './read-scenario.ts';
import { ScenarioError } from './reader.ts';
import type { Scenario } from './scenario.ts';
import { shippedScenario, shippedScenarios } from './shipped.ts';
import type { Stay } from './traffic.ts';
import { buildWorld, shiftedWorld, type World } from './world.ts';

const START_MS = Date.parse('2026-06-01T16:00:00Z');
const worldOf = (scenario: Scenario, hours = 24): World => buildWorld(scenario, { startMs: START_MS, hours });
const plugsOf = (world: World) => world.sites.flatMap(({ plugs }) => plugs);

test('every scenario that comes along is read, and its cars come to plugs that exist and are free', () => {
  const names = ['barcelona', 'budapest', 'eindhoven-v2g', 'jpl', 'motorway-dc', 'rome', 'turku'];
  assert.deepEqual(shippedScenarios(), names);
  for (const name of names) {
    const world = worldOf(shippedScenario(name));
    assert.equal(world.scenario.name, name);
    for (const { stays, plugs } of world.sites) {
      assert.ok(stays.length > 0, name);
      const untilMs = new Map<string, number>();
      for (const stay of stays) {
        assert.ok(plugs.includes(stay.plug));
        assert.ok(stay.unplugMs > stay.plugInMs && stay.plugInMs >= START_MS);
        assert.ok(stay.plugInMs >= (untilMs.get(stay.plug.uid) ?? 0), `${name} ${stay.id}`);
        assert.ok(stay.idToken.length <= 20);
        untilMs.set(stay.plug.uid, stay.unplugMs);
      }
    }
  }
});

test('who is there when a world begins comes with all it needs, or, where that is wished, with what is left of it', () => {
  for (const name of ['turku', 'barcelona']) {
    const scenario = shippedScenario(name);
    for (let hour = 0; hour < 24; hour += 3) {
      const startMs = START_MS + hour * 3_600_000;
      const options = { startMs, hours: 2, presentWithinMs: [1_000, 2_000] as const };
      const anew = buildWorld(scenario, options).sites[0]!.stays;
      const left = buildWorld(scenario, { ...options, presentHaveCharged: true }).sites[0]!.stays;
      assert.deepEqual(
        left.map(({ id, unplugMs }) => [id, unplugMs]),
        anew.map(({ id, unplugMs }) => [id, unplugMs]),
      );
      for (const [n, stay] of left.entries()) {
        const before = anew[n]!;
        if (stay.plugInMs > startMs + 2_000) {
          assert.deepEqual(stay, before);
          continue;
        }
        assert.ok(stay.needWh < before.needWh && stay.arrival.soc > before.arrival.soc);
        assert.ok(stay.said === undefined || stay.said.departureMs >= startMs + 30 * 60_000);
      }
    }
  }
});

test('US-TUR-site: Turku has six points of 22 kW, solar and a battery', () => {
  const [site] = worldOf(shippedScenario('turku')).sites;
  assert.deepEqual(
    site?.plugs.map(({ maxW }) => maxW),
    [22_080, 22_080, 22_080, 22_080, 22_080, 22_080],
  );
  assert.ok(Math.max(...site.pvW!.values) > 20_000, 'the sun shines in June');
  assert.equal(site.site.battery?.capacityWh, 50_000);
});

test('US-BCN-site: Barcelona has an ultra-fast, a quick and five normal points, CHAdeMO, Combo and Mennekes, behind 75 kW', () => {
  const { site, plugs, stations } = worldOf(shippedScenario('barcelona')).sites[0]!;
  const standards = stations.flatMap(({ options }) =>
    options.evses.map(({ connectorType }) => connectorType),
  );
  assert.equal(site.limitW, 75_000);
  assert.deepEqual(standards.toSorted(), ['CHADEMO', ...Array(5).fill('IEC_62196_T2'), 'IEC_62196_T2_COMBO']);
  const count = (group: string) => plugs.filter((plug) => plug.group === group).length;
  assert.deepEqual(['ultra-fast', 'quick', 'normal'].map(count), [1, 1, 5]);
  assert.ok(site.strategy.some(({ group, fromHour }) => group === 'ultra-fast' && fromHour >= 20));
});

test('US-BUD-site: Budapest has more than 150 poles and prices in forint', () => {
  const world = worldOf(shippedScenario('budapest'), 4);
  assert.equal(world.sites.flatMap(({ stations }) => stations).length, 160);
  for (const { site, importPrice } of world.sites) {
    assert.equal(site.currency, 'HUF');
    assert.ok(Math.max(...importPrice.values) > 30, 'tens of forint per kWh');
  }
});

test('US-ROM-site: Rome has Corso Francia and a hub at Via Cristoforo Colombo whose night stations join later', () => {
  const world = worldOf(shippedScenario('rome'));
  assert.deepEqual(
    world.sites.map(({ site }) => site.name),
    ['Corso Francia', 'Hub Via Cristoforo Colombo'],
  );
  const late = world.sites[1]!.stations.filter(({ joinsMs }) => joinsMs > START_MS);
  assert.equal(late.length, 6);
  const stays = world.sites[1]!.stays.filter(({ plug }) => late.some(({ id }) => id === plug.stationId));
  assert.ok(stays.length > 0);
  for (const stay of stays) assert.ok(stay.plugInMs >= late[0]!.joinsMs, 'nobody comes before the station');
});

test('D1.5-Q4-5 D1.5-Q1-10: the street of Eindhoven speaks 2.1 and its cars give back at most what their phases allow', () => {
  const world = worldOf(shippedScenario('eindhoven-v2g'));
  const [site] = world.sites;
  assert.ok(site);
  assert.ok(site.stations.every(({ version }) => version === '2.1'));
  const giving = site.stays.filter(({ arrival }) => arrival.settings?.v2x !== undefined);
  assert.ok(giving.length >= 3);
  for (const { arrival } of giving) {
    const { ac, speaks } = arrival.vehicle;
    assert.equal(speaks, 'ISO 15118-20');
    assert.ok(ac.maxDischargeW <= (ac.phases === 1 ? 3_700 : 22_000));
  }
});

test('the same seed gives the same world, another seed other cars', () => {
  const scenario = shippedScenario('turku');
  const days = (seed: string) =>
    JSON.stringify(buildWorld(scenario, { startMs: START_MS, seed }).sites.map(({ stays }) => stays));
  assert.equal(days('a'), days('a'));
  assert.notEqual(days('a'), days('b'));
});

test('a shifted world is the same world later', () => {
  const world = worldOf(shippedScenario('eindhoven-v2g'));
  const later = shiftedWorld(world, 1_000);
  const [before, after] = [world.sites[0]!, later.sites[0]!];
  assert.equal(after.stays.length, before.stays.length);
  for (const [n, stay] of after.stays.entries()) {
    const was = before.stays[n]!;
    assert.equal(stay.plugInMs - was.plugInMs, 1_000);
    assert.equal(stay.said!.departureMs - was.said!.departureMs, 1_000);
    const settings = stay.arrival.settings;
    if (settings) assert.equal(settings.departureMs! - was.arrival.settings!.departureMs!, 1_000);
  }
  assert.equal(after.pvW!.startMs - before.pvW!.startMs, 1_000);
});

test('`stations` cuts every site to a number', () => {
  const world = buildWorld(shippedScenario('budapest'), { startMs: START_MS, hours: 4, stations: 3 });
  assert.deepEqual(
    world.sites.map(({ stations }) => stations.length),
    [3, 3, 3],
  );
  assert.equal(plugsOf(world).length, 9);
});

const FILE = new URL('../../scenarios/turku.json', import.meta.url);
type Json = Record<string, unknown>;

for (const [what, change, says] of [
  ['not JSON', () => '{"name"', /the file is not JSON/],
  ['no name', (file: Json) => ({ ...file, name: undefined }), /^name: is missing; add it$/],
  [
    'a typing error',
    (file: Json) => ({ ...file, fault: {} }),
    /^fault: nobody reads this field; there are .*faults/,
  ],
  [
    'a wrong number',
    (file: Json) => ({ ...file, hours: -1 }),
    /^hours: write a number from 0.1 to 744, not -1$/,
  ],
  ['no site', (file: Json) => ({ ...file, sites: [] }), /^sites: name at least 1$/],
  [
    'a zone that is none',
    site({ timeZone: 'Turku' }),
    /^sites\[0\]\.timeZone: write an IANA zone like .*"Turku"$/,
  ],
  ['a text for a limit', site({ limitKw: '44' }), /^sites\[0\]\.limitKw: write a number from 1 .*"44"$/],
  [
    'an unknown behaviour',
    site({ traffic: [{ place: 'home', sessionsPerDay: 1, behaviours: { goood: 1 } }] }),
    /^sites\[0\]\.traffic\[0\]\.behaviours: there is no "goood"; use good, sleeper/,
  ],
  [
    'traffic without plugs',
    site({ traffic: [{ place: 'home', sessionsPerDay: 1, group: 'dc' }] }),
    /^sites\[0\]\.traffic\[0\]\.group: no EVSE of this site is in group "dc"; use ac$/,
  ],
  [
    'a DC plug without power',
    site({ stations: [{ prefix: 'X', version: '2.1', evses: [{ standard: 'CHADEMO' }] }] }),
    /^sites\[0\]\.stations\[0\]\.evses\[0\]\.maxKw: write the power of the CHADEMO plug/,
  ],
  [
    'a version that is none',
    site({ stations: [{ prefix: 'X', version: '2.0', evses: [{}] }] }),
    /^sites\[0\]\.stations\[0\]\.version: write one of 1\.6, 2\.0\.1, 2\.1, not "2\.0"$/,
  ],
] as const) {
  test(`a scenario file with ${what} is refused, naming the field and the fix`, () => {
    const file = JSON.parse(readFileSync(FILE, 'utf8')) as Json;
    const changed = change(file);
    const text = typeof changed === 'string' ? changed : JSON.stringify(changed);
    assert.throws(
      () => readScenario(text),
      (error) => error instanceof ScenarioError && says.test(error.message),
    );
  });
}

function site(change: Json) {
  return (file: Json): Json => ({ ...file, sites: [{ ...(file.sites as Json[])[0], ...change }] });
}

test('D1.5-Q2-9: outages take the share of time that the scenario names', () => {
  const { faults } = shippedScenario('turku');
  const world = worldOf(shippedScenario('turku'));
  const ids = Array.from({ length: 50 }, (_, n) => `S${n}`);
  const planned = faultPlan(faults, ids, 0, 10 * 86_400_000, world.random);
  const lostMs = planned.reduce((sum, fault) => sum + (fault.kind === 'outage' ? fault.lastsMs : 0), 0);
  const share = lostMs / (50 * 10 * 86_400_000);
  assert.ok(share > 0.018 && share < 0.023, `${share}`);
  assert.deepEqual(
    planned,
    planned.toSorted((a, b) => a.atMs - b.atMs),
  );
});

test('cars that charge at once stay below the limit, the plugs and the needs', () => {
  const world = worldOf(shippedScenario('motorway-dc'));
  const [site] = world.sites;
  const free = chargedAtOnce(site!, world.endMs, () => Number.POSITIVE_INFINITY);
  const tight = chargedAtOnce(site!, world.endMs, () => 200_000);
  const sum = (wh: ReadonlyMap<string, number>) => [...wh.values()].reduce((total, each) => total + each, 0);
  assert.ok(tight.peakW <= 200_001);
  assert.ok(sum(tight.energyWh) < sum(free.energyWh));
  for (const stay of site!.stays) {
    const got = free.energyWh.get(stay.id) ?? 0;
    assert.ok(got <= (stay.arrival.wishWh ?? Number.POSITIVE_INFINITY) + 1);
    assert.ok(got <= ((stay.plug.maxW / 0.95) * (stay.unplugMs - stay.plugInMs)) / 3_600_000 + 1);
  }
});

test('SIM what the best of all plans could give is no less than charging at once, and no more than limit, plugs, hours without mains and needs allow', () => {
  const world = worldOf(shippedScenario('motorway-dc'));
  const [site] = world.sites;
  const { stays, stations } = site!;
  const most = (limitW: number, darkness: Parameters<typeof attainable>[2]['darkness'] = []) =>
    attainable(site!, stays, {
      roomWh: (fromMs, toMs) => (limitW * (toMs - fromMs)) / 3_600_000,
      darkness,
      knownWh: new Map(),
      endMs: world.endMs,
    });
  const sum = (wh: ReadonlyMap<string, number>) => [...wh.values()].reduce((total, each) => total + each, 0);
  const ample = most(10_000_000);
  const tight = most(60_000);
  const dark = most(60_000, [{ stationId: stations[0]!.id, fromMs: world.startMs, toMs: world.endMs }]);
  assert.ok(
    Math.abs(ample.togetherWh - sum(ample.aloneWh)) < 1,
    'with room enough everybody gets what a car alone gets',
  );
  assert.ok(tight.togetherWh < 0.9 * ample.togetherWh, 'this limit is short');
  assert.ok(tight.togetherWh <= (60_000 * (world.endMs - world.startMs)) / 3_600_000);
  assert.ok(dark.togetherWh < tight.togetherWh);
  const atOnce = chargedAtOnce(site!, world.endMs, () => 60_000);
  const wanted = stays.map(({ id, needWh }) => Math.min(needWh, atOnce.energyWh.get(id) ?? 0));
  assert.ok(tight.togetherWh >= wanted.reduce((total, each) => total + each, 0));
  for (const { id, needWh, plug } of stays) {
    assert.ok((tight.aloneWh.get(id) ?? 0) <= needWh + 1e-6);
    if (plug.stationId === stations[0]!.id) assert.equal(dark.aloneWh.get(id) ?? 0, 0);
  }
});

test('SIM the best of all plans charges no car on after its station lost the mains, and none on one phase above the 16 A of the grid code', () => {
  const [site] = worldOf(shippedScenario('budapest')).sites.slice(-1);
  const most = (darkness: Parameters<typeof attainable>[2]['darkness']) =>
    attainable(site!, site!.stays, {
      roomWh: (fromMs, toMs) => (10_000_000 * (toMs - fromMs)) / 3_600_000,
      darkness,
      knownWh: new Map(),
      endMs: START_MS + 24 * 3_600_000,
    }).aloneWh;
  const lit = most([]);
  const isOnOne = ({ arrival, plug }: Stay) => Math.min(arrival.vehicle.ac.phases, plug.phases) === 1;
  const onOne = site!.stays.filter((stay) => isOnOne(stay) && stay.arrival.vehicle.ac.maxCurrentA > 16);
  assert.ok(onOne.length > 0);
  for (const { id, plugInMs, unplugMs, arrival } of onOne) {
    const mostWh = (16 * 230 * arrival.vehicle.behaviour.overdraw * (unplugMs - plugInMs)) / 3_600_000;
    assert.ok((lit.get(id) ?? 0) <= mostWh + 1);
  }
  const stay = site!.stays.find(
    ({ id, plugInMs, unplugMs }) => unplugMs - plugInMs > 7_200_000 && (lit.get(id) ?? 0) > 10_000,
  )!;
  const cutMs = stay.plugInMs + 1_800_000;
  const dark =
    most([{ stationId: stay.plug.stationId, fromMs: cutMs, toMs: cutMs + 330_000 }]).get(stay.id) ?? 0;
  assert.ok(dark > 0 && dark <= (stay.plug.maxW * 1.08 * 1_800_000) / 3_600_000);
  assert.ok(dark < lit.get(stay.id)!);
});

test('stations with the habits of a vendor are a model of their own, in the 20 characters that OCPP 1.6 has for it', () => {
  const models = worldOf(shippedScenario('budapest')).sites.map(({ stations }) => [
    ...new Set(stations.map(({ model }) => model)),
  ]);
  assert.deepEqual(models, [
    ['Simulated', 'Sim amperes-only'],
    ['Simulated', 'Sim two-profiles'],
    ['Simulated', 'Sim default-only'],
  ]);
  for (const model of models.flat()) assert.ok(model.length <= 20, model);
});

test('recorded sessions come to the plugs of a site by their own times and needs', () => {
  const visit: Visit = {
    id: 'S00001',
    evseUid: 'somewhere',
    plugInMs: START_MS + 600_000,
    unplugMs: START_MS + 7_200_000,
    announcedDepartureMs: START_MS + 6_000_000,
    needWh: 8_000,
    model: CATALOGUE[0]!.model,
    soc: 0.4,
    wish: 'CHEAP',
    dischargeAllowed: false,
  };
  const visits = [visit, { ...visit, id: 'S00002' }];
  const [site] = buildWorld(shippedScenario('jpl'), { startMs: START_MS, hours: 4, visits }).sites;
  assert.deepEqual(
    site?.stays.map(({ id, needWh, said }) => [id, needWh, said?.departureMs]),
    [
      ['JPL-S00001', 8_000, START_MS + 6_000_000],
      ['JPL-S00002', 8_000, START_MS + 6_000_000],
    ],
  );
  assert.notEqual(site?.stays[0]?.plug, site?.stays[1]?.plug);
});

test('a past keeps the limit in every quarter hour, and its meters never fall', () => {
  const [site] = worldOf(shippedScenario('turku'), 48).sites;
  const past = pastOf(site!, START_MS + 48 * 3_600_000);
  assert.ok(past.length > 10);
  const quarters = new Map<number, number>();
  for (const { stay, readings } of past) {
    assert.equal(readings[0]?.atMs, stay.plugInMs);
    assert.equal(readings.at(-1)?.atMs, stay.unplugMs);
    for (const [n, { atMs, energyWh }] of readings.entries()) {
      const before = readings[n - 1];
      if (before === undefined) continue;
      assert.ok(atMs > before.atMs && energyWh >= before.energyWh);
      if (atMs % 900_000 === 0)
        quarters.set(atMs, (quarters.get(atMs) ?? 0) + (energyWh - before.energyWh) * 4);
    }
    assert.ok(readings.at(-1)!.energyWh <= stay.needWh + 1);
  }
  for (const [endMs, w] of quarters) {
    const startMs = endMs - 900_000;
    const roomW = 44_000 - valueAt(site!.baseW!, startMs)! + valueAt(site!.pvW!, startMs)!;
    assert.ok(w <= roomW + 50, `${w} W where ${roomW} W were left`);
  }
  assert.ok([...quarters.values()].some((w) => w > 10_000));
});

test('a fleet that finds no back office tells of stations, none of them connected, and of no message', async (t) => {
  const world = buildWorld(shippedScenario('turku'), { startMs: START_MS, hours: 1 });
  const clock = new VirtualClock(START_MS);
  const activity = new WorkInFlight();
  const credentials = new Map(
    world.sites.flatMap(({ stations }) => stations.map(({ id }) => [id, { identity: id }] as const)),
  );
  const fleet = new Fleet({
    world,
    clock,
    activity,
    url: 'ws://127.0.0.1:9',
    credentials,
    withFaults: false,
  });
  t.after(() => fleet.close());
  await fleet.start();
  const turns = async () => {
    for (let n = 0; n < 5; n += 1) await new Promise((resolve) => setImmediate(resolve));
  };
  await clock.runUntil(START_MS + 1_000, turns);
  assert.equal(fleet.counts().stations, 3);
  assert.equal(fleet.counts().connected, 0);
  assert.equal(fleet.counts().messages, 0);
});
