/** The meter of a supply point in the loop below the plan: by a station's main meter and by REST, at a real server over real sockets. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { createApiKeys } from '../operators/index.ts';
import { LeapingClock } from './testing/leaping-clock.ts';
import {
  LIMIT_W,
  LOCATION,
  type OwnServer,
  ownServer,
  type Played,
  until,
} from './testing/played-stations.ts';

const clock = new LeapingClock();
let server: OwnServer;
let contextId = '';
const headers: Record<string, string> = { 'content-type': 'application/json' };

before(async () => {
  server = await ownServer({}, clock);
  const { store, audit } = server;
  const keys = createApiKeys({ store, clock, random: randomBytes, audit });
  const { key } = await keys.create({ name: 'operator', role: 'operator' }, 'test');
  headers.authorization = `Bearer ${key}`;
  const [context] = (await server.sites.contexts()).filter(({ peerId }) => peerId === 'own');
  contextId = context!.id;
});
after(() => server.close());

/** Whose main meter stands at the supply point. */
async function meteredBy(meterStationId: string): Promise<void> {
  const location = {
    id: LOCATION,
    address: 'Carrer de la Marina 1',
    city: 'Barcelona',
    country: 'ESP',
    latitude: '41.39',
    longitude: '2.19',
    timeZone: 'Europe/Madrid',
    supply: { maxImportW: LIMIT_W, currency: 'EUR', meterStationId },
  };
  assert.ok((await server.backOffice.network.addLocation(location)).ok);
}

/** A car that charges by plan with all its socket gives. */
async function charging(stationId: string): Promise<Played> {
  await server.activity.idle();
  await until(() => server.dispatcher.sessions().length === 0);
  const station = await server.play('2.0.1', stationId);
  await station.boot();
  await until(() => station.profiles('TxDefaultProfile').length > 0);
  await station.start();
  await until(() => nowW(station) > 10_000);
  await station.meter(100, 11_000);
  return station;
}

interface Schedule {
  readonly startSchedule: string;
  readonly chargingRateUnit: 'A' | 'W';
  readonly chargingSchedulePeriod: readonly { readonly startPeriod: number; readonly limit: number }[];
}

/** What a plan lets the car draw now, W. */
function presentW(profile: Record<string, unknown> | undefined): number {
  const [schedule] = (profile as { chargingSchedule: Schedule[] } | undefined)?.chargingSchedule ?? [];
  if (schedule === undefined) return 0;
  const sinceS = (clock.now() - Date.parse(schedule.startSchedule)) / 1000;
  const periods = schedule.chargingSchedulePeriod;
  const { limit } = periods.findLast(({ startPeriod }) => startPeriod <= sinceS) ?? periods[0]!;
  return schedule.chargingRateUnit === 'A' ? limit * 690 : limit;
}

const nowW = (station: Played) => presentW(station.profiles('TxProfile').at(-1));

for (const version of ['1.6', '2.0.1', '2.1'] as const) {
  test(`security 7.1 ${version}: a main meter that shows 20 kW of base load more lowers the car at once`, {
    timeout: 300_000,
  }, async () => {
    const meter = await server.play(version, `meter-${version}`);
    await meteredBy(meter.stationId);
    await meter.boot();
    const car = await charging(`car-${version}`);
    const power = { measurand: 'Power.Active.Import', location: 'Inlet' };
    const sampled = version === '1.6' ? { ...power, value: '31.0', unit: 'kW' } : { ...power, value: 31_000 };
    await meter.say('MeterValues', {
      ...(version === '1.6' ? { connectorId: 0 } : { evseId: 0 }),
      meterValue: [{ timestamp: new Date(clock.now()).toISOString(), sampledValue: [sampled] }],
    });
    await until(() => nowW(car) === 0);
    await car.stop(0);
    // Without a car all that is shown is base load, and there is none.
    const none = version === '1.6' ? { ...power, value: '0' } : { ...power, value: 0 };
    await server.activity.idle();
    await meter.say('MeterValues', {
      ...(version === '1.6' ? { connectorId: 0 } : { evseId: 0 }),
      meterValue: [{ timestamp: new Date(clock.now()).toISOString(), sampledValue: [none] }],
    });
  });
}

test('security 7.1 F10: a reading by REST lowers the car at once, and when it is stale the forecast holds again; who may not write inputs tells nothing', {
  timeout: 300_000,
}, async () => {
  const car = await charging('car-rest');
  const tell = (body: object, as: Record<string, string> = headers) =>
    fetch(`${server.url}/api/contexts/${encodeURIComponent(contextId)}/meter`, {
      method: 'PUT',
      headers: as,
      body: JSON.stringify(body),
    });
  const wild = await tell({ powerW: 1e12 });
  assert.equal(wild.status, 400);
  assert.ok((await tell({ powerW: 31_000 }, { 'content-type': 'application/json' })).status >= 401);
  const old = await tell({ powerW: 31_000, at: new Date(clock.now() - 3_600_000).toISOString() });
  assert.equal(((await old.json()) as { isFresh: boolean }).isFresh, false);
  assert.ok(nowW(car) > 10_000, 'what is stale lowers nobody');
  const told = await tell({ powerW: 31_000, validSeconds: 30 });
  assert.equal(told.status, 200);
  await until(() => nowW(car) === 0);
  await server.activity.idle();
  clock.leap(31_000);
  await until(() => nowW(car) > 10_000);
  await car.stop(0);
});
