import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import {
  type ChargingPreferences,
  type ChargingProfile,
  createHttpCaller,
  createOcpiClient,
  createOcpiHandler,
  createRegistrar,
  done,
  type Evse,
  formatDateTime,
  type Location,
  MemoryPeerStore,
  type OcpiClient,
  type OcpiPlatform,
  type OcpiVersion,
  ownEndpoint,
  patchSession,
  type ResultKind,
  responseUrl,
  type ScOptimisation,
  type Session,
  serveNode,
  silentLog,
} from '@smac/ocpi';
import { settled, WorkInFlight } from '../clock/quiescence.ts';
import { VirtualClock } from '../clock/virtual-clock.ts';
import { bidirectional, CATALOGUE } from '../ev/catalogue.ts';
import { createRandom } from '../random/random.ts';
import type { EvseConfig } from '../site/socket.ts';
import type { Visit } from '../visits/visit.ts';
import { type CounterpartOptions, type CpoCounterpart, createCpoCounterpart } from './counterpart.ts';
import type { CpoEvent } from './events.ts';

const HOUR = 3_600_000;
const t0 = Date.parse('2024-05-06T06:00:00Z');
const flat = (value: number) => ({
  startMs: t0 - 48 * HOUR,
  stepMs: HOUR,
  values: new Array<number>(240).fill(value),
});
const evses: EvseConfig[] = ['A', 'B'].map((uid) => ({
  uid,
  connectorId: '1',
  phases: 3,
  voltageV: 230,
  maxCurrentA: 16,
  dischargeW: uid === 'B' ? 11_000 : 0,
}));
const kona = CATALOGUE.find((entry) => entry.model.name === 'Hyundai Kona')!.model;
const visit = (id: string, over: Partial<Visit> = {}): Visit => ({
  id,
  evseUid: 'A',
  plugInMs: t0 + HOUR,
  unplugMs: t0 + 5 * HOUR,
  announcedDepartureMs: t0 + 4 * HOUR,
  needWh: 20_000,
  model: kona,
  soc: 0.3,
  wish: 'CHEAP',
  dischargeAllowed: false,
  ...over,
});

/** A smart charging service provider that only remembers what it is told: real OCPI, no planning. */
async function startScsp(clock: VirtualClock) {
  const told = {
    locations: [] as Location[],
    statuses: [] as string[],
    contexts: [] as ScOptimisation[],
    contextPatches: [] as Partial<ScOptimisation>[],
    sessions: new Map<string, Session>(),
    preferences: new Map<string, ChargingPreferences>(),
    results: [] as string[],
    active: [] as { sessionId: string; limitW: number }[],
  };
  const activity = new WorkInFlight();
  let platform: OcpiPlatform | undefined;
  const served = await serveNode((origin) => {
    platform = {
      baseUrl: `${origin}/ocpi`,
      parties: [{ countryCode: 'NL', partyId: 'SMC', role: 'SCSP' }],
      peers: new MemoryPeerStore(),
      clock,
      randomBytes: (count) => randomBytes(count),
      log: silentLog,
      http: createHttpCaller({ timeoutMs: 300 }),
      ports: {
        locations: {
          receiver: {
            get: async () => done(told.locations[0]!),
            put: async (_caller, _key, object) => {
              told.locations.push(object as Location);
              return done(undefined);
            },
            patch: async (_caller, key, patch) => {
              const { status, last_updated } = patch as Partial<Evse>;
              told.statuses.push(`${key.evseUid} ${status} ${last_updated}`);
              return done(undefined);
            },
          },
        },
        sessions: {
          receiver: {
            get: async (_caller, key) => done(told.sessions.get(key.id)!),
            put: async (_caller, key, session) => {
              told.sessions.set(key.id, session);
              return done(undefined);
            },
            patch: async (_caller, key, patch) => {
              told.sessions.set(key.id, patchSession(told.sessions.get(key.id)!, patch));
              return done(undefined);
            },
          },
          sender: {
            setChargingPreferences: async (_caller, id, preferences) => {
              told.preferences.set(id, preferences);
              return done('ACCEPTED');
            },
          },
        },
        chargingprofiles: {
          sender: {
            profileResult: async (_caller, id, result) => {
              told.results.push(`profile ${id} ${result.result}`);
              return done(undefined);
            },
            clearResult: async (_caller, id, result) => {
              told.results.push(`clear ${id} ${result.result}`);
              return done(undefined);
            },
            activeProfileResult: async (_caller, id, result) => {
              const limit = result.profile?.charging_profile.charging_profile_period?.[0]?.limit;
              told.results.push(`active ${id} ${result.result} ${limit}`);
              return done(undefined);
            },
            activeProfile: async (_caller, sessionId, profile) => {
              const limitW = profile.charging_profile.charging_profile_period?.[0]?.limit ?? -1;
              told.active.push({ sessionId, limitW });
              return done(undefined);
            },
          },
        },
        smartchargingoptimisation: {
          receiver: {
            get: async () => done(told.contexts[0]!),
            put: async (_caller, _key, object) => {
              told.contexts.push(object);
              return done(undefined);
            },
            patch: async (_caller, _key, patch) => {
              told.contextPatches.push(patch);
              return done(undefined);
            },
            delete: async () => done(undefined),
          },
        },
      },
    };
    return createOcpiHandler(platform);
  });
  const registrar = createRegistrar(platform!);
  return {
    told,
    activity,
    resultUrl: (kind: ResultKind, id: string) =>
      responseUrl(ownEndpoint(platform!, '2.3.0', 'chargingprofiles', 'SENDER'), kind, id),
    close: () => served.close(),
    async invite() {
      const invitation = await registrar.invite({
        name: 'car park',
        parties: [{ countryCode: 'DE', partyId: 'SIM', role: 'CPO' }],
        agreements: ['smartchargingoptimisation', 'v2x'],
        allowPrivateAddresses: true,
      });
      return { token: invitation.token, versions_url: invitation.versionsUrl, peerId: invitation.peerId };
    },
    client: (peerId: string): OcpiClient => createOcpiClient(platform!, peerId),
  };
}

interface World {
  readonly clock: VirtualClock;
  readonly scsp: Awaited<ReturnType<typeof startScsp>>;
  readonly cpo: CpoCounterpart;
  readonly events: CpoEvent[];
  readonly client: OcpiClient;
  /** Sends a profile of W limits per hour from now on; resolves with the synchronous answer. */
  profile(
    sessionId: string,
    limitsW: readonly number[],
    path?: string,
  ): ReturnType<OcpiClient['receiver']['chargingprofiles']['put']>;
  until(ms: number): Promise<void>;
}

async function start(
  t: TestContext,
  visits: readonly Visit[],
  over: Partial<CounterpartOptions> = {},
): Promise<World> {
  const clock = new VirtualClock(t0);
  const scsp = await startScsp(clock);
  const cpo = await createCpoCounterpart({
    clock,
    random: createRandom(1),
    log: silentLog,
    identity: {
      party: { countryCode: 'DE', partyId: 'SIM' },
      name: 'Car park',
      locationId: 'park',
      timeZone: 'Europe/Berlin',
      currency: 'EUR',
    },
    evses,
    visits,
    supply: { limitW: 15_000, demandW: flat(2_000), generationW: flat(500), importPrice: flat(0.3) },
    departures: 'true',
    meterError: 0,
    meterIntervalMs: 15 * 60_000,
    ...over,
  });
  const events: CpoEvent[] = [];
  cpo.listen((event) => events.push(event));
  t.after(async () => {
    await cpo.close();
    await scsp.close();
  });
  const invitation = await scsp.invite();
  await cpo.register(invitation);
  await cpo.start();
  const client = scsp.client(invitation.peerId);
  return {
    clock,
    scsp,
    cpo,
    events,
    client,
    profile: (sessionId, limitsW, path = 'x1') => {
      const charging_profile: ChargingProfile = {
        start_date_time: formatDateTime(clock.now()),
        duration: limitsW.length * 3_600,
        charging_rate_unit: 'W',
        charging_profile_period: limitsW.map((limit, n) =>
          limit >= 0
            ? { start_period: n * 3_600, limit }
            : { start_period: n * 3_600, limit: 0, discharge_limit: -limit, setpoint: limit },
        ),
      };
      const response_url = scsp.resultUrl('ChargingProfileResult', path);
      return client.receiver.chargingprofiles.put(sessionId, { charging_profile, response_url });
    },
    until: (ms) => clock.runUntil(ms, () => settled([scsp.activity, cpo.activity])),
  };
}

for (const version of ['2.2.1', '2.3.0'] as const satisfies OcpiVersion[]) {
  test(`OCPI ${version}: registers, tells its site, its sessions and its drivers' wishes, and ends them`, async (t) => {
    const { scsp, until, events } = await start(t, [visit('S1')], { versions: [version] });
    assert.deepEqual(
      events.filter((event) => event.kind === 'refused'),
      [],
    );
    assert.equal(scsp.told.locations[0]?.evses?.length, 2);
    assert.ok(scsp.told.locations[0]?.evses?.[0]?.capabilities?.includes('CHARGING_PROFILE_CAPABLE'));
    const context = scsp.told.contexts[0]!;
    assert.equal(context.max_power, 15_000);
    assert.equal(context.evses[0]?.connectors[0]?.power, 11.04);
    assert.equal(context.demand?.[0]?.value, 0.5);
    assert.equal(context.generation?.[0]?.value, 0.125);
    await until(t0 + HOUR);
    const wish = scsp.told.preferences.get('S1');
    assert.deepEqual(wish, {
      profile_type: 'CHEAP',
      energy_need: 20,
      discharge_allowed: false,
      departure_time: '2024-05-06T11:00:00Z',
    });
    assert.deepEqual(scsp.told.statuses, ['A CHARGING 2024-05-06T07:00:00Z']);
    await until(t0 + 2 * HOUR);
    const running = scsp.told.sessions.get('S1')!;
    assert.equal(running.status, 'ACTIVE');
    assert.ok(running.kwh > 10.9 && running.kwh < 11.04, `${running.kwh} kWh after an hour at full power`);
    const dimensions = running.charging_periods?.at(-1)?.dimensions ?? [];
    assert.deepEqual(
      dimensions.map((d) => d.type),
      ['ENERGY_IMPORT', 'POWER', 'STATE_OF_CHARGE'],
    );
    await until(t0 + 6 * HOUR);
    const ended = scsp.told.sessions.get('S1')!;
    assert.equal(ended.status, 'COMPLETED');
    assert.equal(ended.end_date_time, '2024-05-06T11:00:00Z');
    assert.equal(ended.kwh, 20);
    assert.deepEqual(scsp.told.statuses.slice(1), ['A AVAILABLE 2024-05-06T11:00:00Z']);
    const energy = (ended.charging_periods ?? []).flatMap((period) =>
      period.dimensions.filter((d) => d.type === 'ENERGY_IMPORT'),
    );
    assert.ok(Math.abs(energy.reduce((sum, d) => sum + d.volume, 0) - ended.kwh) < 1e-6);
  });
}

test('UC-006 a profile is answered at once, carried out by the car, and its result comes afterwards', async (t) => {
  const { scsp, until, profile, cpo, clock } = await start(t, [visit('S1')]);
  await until(t0 + HOUR);
  const answer = await profile('S1', [0, 6_900, 6_900], 'call-1');
  assert.ok(answer.ok);
  assert.deepEqual(answer.data, { result: 'ACCEPTED', timeout: 30 });
  await until(clock.now());
  assert.deepEqual(scsp.told.results, ['profile call-1 ACCEPTED']);
  assert.deepEqual(scsp.told.active, [{ sessionId: 'S1', limitW: 0 }]);
  await until(t0 + 3 * HOUR);
  assert.equal(cpo.site.record.energyWh(t0 + HOUR, t0 + 2 * HOUR), 0);
  const secondHourWh = cpo.site.record.energyWh(t0 + 2 * HOUR, t0 + 3 * HOUR);
  assert.ok(Math.abs(secondHourWh - 6_900) < 20, `${secondHourWh} Wh`);
});

test('a profile in A counts per phase, and one of an unknown session is refused', async (t) => {
  const { client, scsp, until, cpo, clock } = await start(t, [visit('S1')]);
  await until(t0 + HOUR);
  const request = {
    charging_profile: {
      charging_rate_unit: 'A' as const,
      charging_profile_period: [{ start_period: 0, limit: 10 }],
    },
    response_url: scsp.resultUrl('ChargingProfileResult', 'x'),
  };
  const unknown = await client.receiver.chargingprofiles.put('nobody', request);
  assert.ok(unknown.ok && unknown.data.result === 'UNKNOWN_SESSION');
  await client.receiver.chargingprofiles.put('S1', request);
  await until(clock.now() + 120_000);
  cpo.site.advanceTo(clock.now());
  assert.equal(cpo.site.reading('A')?.powerW, 6_900);
});

test('a profile is read and cleared with asynchronous results; without one the station shows its maximum', async (t) => {
  const { client, scsp, until, profile, clock } = await start(t, [visit('S1')], {
    tellsActiveProfiles: false,
  });
  await until(t0 + HOUR);
  await profile('S1', [5_000]);
  await client.receiver.chargingprofiles.get('S1', 900, scsp.resultUrl('ActiveChargingProfileResult', 'a1'));
  await until(clock.now());
  await client.receiver.chargingprofiles.delete('S1', scsp.resultUrl('ClearProfileResult', 'c1'));
  await until(clock.now());
  await client.receiver.chargingprofiles.get('S1', 900, scsp.resultUrl('ActiveChargingProfileResult', 'a2'));
  await until(clock.now());
  assert.deepEqual(scsp.told.results, [
    'profile x1 ACCEPTED',
    'active a1 ACCEPTED 5000',
    'clear c1 ACCEPTED',
    'active a2 ACCEPTED 11040',
  ]);
});

test('X56 with a v2x agreement a car discharges to its reserve and the session counts the export', async (t) => {
  const car = visit('S1', {
    evseUid: 'B',
    model: bidirectional(kona),
    soc: 0.5,
    dischargeAllowed: true,
    needWh: 10_000,
  });
  const { until, profile, scsp, cpo } = await start(t, [car], { agreements: ['v2x'] });
  await until(t0 + HOUR);
  await profile('S1', [-5_000, -5_000, 11_000]);
  await until(t0 + 2 * HOUR);
  const wh = cpo.site.record.energyWh(t0 + HOUR, t0 + 2 * HOUR);
  assert.ok(Math.abs(wh + 5_000) < 60, `${wh} Wh`);
  const dimensions = scsp.told.sessions.get('S1')?.charging_periods?.at(-1)?.dimensions;
  assert.equal(dimensions?.find((d) => d.type === 'ENERGY_EXPORT')?.volume, 1.25);
});

test('the own limit of the site prevails over accepted profiles, and the platform is told', async (t) => {
  const cars = [visit('S1'), visit('S2', { evseUid: 'B' })];
  const { until, profile, scsp, cpo } = await start(t, cars, { sitePolicy: 'local-limit' });
  await until(t0 + HOUR);
  for (const id of ['S1', 'S2']) await profile(id, [11_000, 11_000]);
  await until(t0 + 2 * HOUR);
  const evW = cpo.site.record.meanW(t0 + HOUR + 15 * 60_000, t0 + 2 * HOUR);
  assert.ok(evW <= 13_500.5 && evW > 13_000, `${evW} W beside a base load of 1500 W under 15 kW`);
  assert.ok(scsp.told.active.some(({ limitW }) => Math.abs(limitW - 6_750) < 1));
});

test('day-ahead prices of tomorrow are told at 13:00 local time, not before', async (t) => {
  const { until, scsp } = await start(t, [], { forecastIntervalMs: 0 });
  const last = (prices: ScOptimisation['price']) => prices?.at(-1)?.time_slot;
  assert.equal(last(scsp.told.contexts[0]?.price), '2024-05-06T21:45:00Z');
  await until(Date.parse('2024-05-06T10:59:59Z'));
  assert.equal(scsp.told.contextPatches.length, 0);
  await until(Date.parse('2024-05-06T11:00:00Z'));
  assert.equal(last(scsp.told.contextPatches[0]?.price), '2024-05-07T21:45:00Z');
});

test('forecasts differ from what comes, the more the further ahead, and not at all for the present slot', async (t) => {
  const supply = { limitW: 15_000, demandW: flat(2_000), importPrice: flat(0.3), forecastError: 0.2 };
  const { scsp } = await start(t, [], { supply });
  const off = (scsp.told.contexts[0]?.demand ?? []).map((slot) => Math.abs(slot.value - 0.5));
  assert.ok(off[0]! < 1e-9);
  const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  assert.ok(mean(off.slice(80)) > 2 * mean(off.slice(1, 12)));
});

test('drivers say the departure that comes true, or what real drivers say', async (t) => {
  for (const [departures, expected] of [
    ['true', t0 + 5 * HOUR],
    ['announced', t0 + 4 * HOUR],
  ] as const) {
    const { until, scsp } = await start(t, [visit('S1')], { departures });
    await until(t0 + HOUR);
    assert.equal(scsp.told.preferences.get('S1')?.departure_time, formatDateTime(expected));
  }
});

test('faults: an HTTP 500, a late answer, an answer that never comes, a refused and a lost result', async (t) => {
  const { until, profile, scsp, cpo, clock, client } = await start(t, [visit('S1')]);
  await until(t0 + HOUR);
  cpo.setFaults(() => ({ kind: 'http500' }));
  const broken = await profile('S1', [5_000]);
  assert.ok(!broken.ok && broken.httpStatus === 500);
  cpo.setFaults(() => ({ kind: 'never' }));
  const silent = await profile('S1', [5_000]);
  assert.ok(!silent.ok && silent.error === 'timeout');
  cpo.setFaults(() => ({ kind: 'late', delayMs: 5_000 }));
  const late = profile('S1', [5_000], 'late');
  // The request must reach the counterpart before its clock moves on.
  while (clock.nextDueMs() !== t0 + HOUR + 5_000) await new Promise((resolve) => setImmediate(resolve));
  await clock.runUntil(t0 + HOUR + 5_000, async () => {});
  assert.ok((await late).ok);
  await until(clock.now());
  cpo.setFaults(
    () => ({ kind: 'none' }),
    (_id, n) => (n % 2 === 1 ? 'no-result' : 'result-rejected'),
  );
  await profile('S1', [4_500], 'r1');
  await profile('S1', [4_600], 'r2');
  await until(clock.now());
  const rejected = scsp.told.results.filter((line) => line !== 'profile late ACCEPTED');
  assert.equal(rejected.length, 1);
  assert.match(rejected[0]!, /^profile r[12] REJECTED$/);
  assert.ok(client.peerId.length > 0);
});

test('D1.5-R1-2-sim D1.5-Q1-11 the state of charge reaches the session, or is missing as on most AC stations', async (t) => {
  for (const tellsSoc of [true, false]) {
    const { until, scsp } = await start(t, [visit('S1')], { tellsSoc });
    await until(t0 + 2 * HOUR);
    const dimensions = scsp.told.sessions.get('S1')?.charging_periods?.at(-1)?.dimensions ?? [];
    const soc = dimensions.find((d) => d.type === 'STATE_OF_CHARGE')?.volume;
    if (tellsSoc) assert.ok(soc !== undefined && soc > 30 && soc < 60, `${soc} %`);
    else assert.equal(soc, undefined);
  }
});

test('two runs with one seed tell the same, byte for byte', async (t) => {
  const run = async () => {
    const { until, profile, scsp } = await start(
      t,
      [visit('S1'), visit('S2', { evseUid: 'B', plugInMs: t0 + 2 * HOUR })],
      {
        meterError: 0.005,
        supply: { limitW: 15_000, demandW: flat(2_000), importPrice: flat(0.3), forecastError: 0.2 },
      },
    );
    await until(t0 + HOUR);
    await profile('S1', [3_000, 7_000]);
    await until(t0 + 6 * HOUR);
    const { sessions, contexts, contextPatches, active } = scsp.told;
    return JSON.stringify({ sessions: [...sessions.values()], contexts, contextPatches, active });
  };
  assert.equal(await run(), await run());
});
