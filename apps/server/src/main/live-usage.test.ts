import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import Value from 'typebox/value';
import { LiveCharge } from '../api/routes/usage-schemas.ts';
import { createApiKeys } from '../operators/index.ts';
import { systemClock } from '../time/clock.ts';
import { type OwnServer, ownServer, until } from './testing/played-stations.ts';

type Told = Readonly<Record<string, unknown>>;
interface Described {
  readonly asyncapi: string;
  readonly channels: {
    readonly live: {
      readonly address: string;
      readonly messages: { readonly charge: { payload: { properties: Told } } };
    };
  };
}

let server: OwnServer;
let headers: Record<string, string>;
/** What a listener of the stream heard, oldest first. */
const heard: Told[] = [];
const gone = new AbortController();

before(async () => {
  server = await ownServer();
  const { store, audit } = server;
  const apiKeys = createApiKeys({ store, clock: systemClock, random: randomBytes, audit });
  const { key } = await apiKeys.create({ name: 'monitor', role: 'viewer' }, 'test');
  headers = { authorization: `Bearer ${key}` };
  void listen();
});
after(async () => {
  gone.abort();
  await server.close();
});

async function listen(): Promise<void> {
  const stream = await fetch(`${server.url}/api/reports/live/stream`, { headers, signal: gone.signal });
  let rest = '';
  try {
    for await (const chunk of stream.body!.pipeThrough(new TextDecoderStream())) {
      const events = (rest + chunk).split('\n\n');
      rest = events.pop() ?? '';
      for (const event of events) {
        const data = /^event: charge\ndata: (.*)$/.exec(event)?.[1];
        if (data !== undefined) heard.push(JSON.parse(data));
      }
    }
  } catch (error) {
    if (!gone.signal.aborted) throw error;
  }
}

test('BI7-1 BI7-2 BI7-3 BI7-4 BI7-5 BI7-6 a charge is told while it runs: code, socket, energy, times, the profile that holds and its input', async () => {
  const station = await server.play('2.1', 'live-1');
  await station.boot();
  await station.start();
  await until(() => station.profiles('TxProfile')[0]);
  await station.meter(100, 6_000);
  const told = await until(() =>
    heard.findLast(({ energyWh, profile }) => Number(energyWh) === 100 && profile !== null),
  );
  assert.ok(Value.Check(LiveCharge, told), JSON.stringify(told));
  const { sessionId } = (await server.sites.liveSessions())[0]!;
  assert.equal(told.code, sessionId);
  assert.equal(told.station, 'live-1');
  assert.equal(told.socket, station.evseUid);
  assert.equal(told.powerW, 6_000);
  assert.equal(told.end, null);
  assert.ok((told.particularities as string[]).includes('smart'));
  const { plan } = told.profile as { plan: number };
  const input = await fetch(`${server.url}/api/plans/${plan}`, { headers });
  assert.equal(input.status, 200, 'the plan tells the problem it solved');
  await station.stop(150);
  const last = await until(() => heard.findLast(({ status }) => status === 'COMPLETED'));
  assert.equal(last.energyWh, 150);
  assert.equal(typeof last.end, 'string');
  assert.equal(typeof last.disconnected, 'string');
  assert.doesNotMatch(JSON.stringify(heard), /CARD0001/, 'no card is told');
});

test('BI7 the stream is described for machines, and closed to those without a key', async () => {
  const described = await fetch(`${server.url}/api/asyncapi.json`);
  const { asyncapi, channels } = (await described.json()) as Described;
  assert.equal(asyncapi, '3.0.0');
  assert.equal(channels.live.address, '/api/reports/live/stream');
  assert.ok(channels.live.messages.charge.payload.properties.profile);
  const { paths } = (await (await fetch(`${server.url}/docs/json`)).json()) as { paths: Told };
  assert.ok('/api/reports/live/stream' in paths);
  const mayNot = await fetch(`${server.url}/api/reports/live`, { headers: { authorization: 'Bearer none' } });
  assert.equal(mayNot.status, 401);
});

test('D1.5-Q3B-8b the meter of a station is kept by type and number, and energy is what its register counted, never power over time', async () => {
  const station = await server.play('1.6', 'metered-1');
  await station.say('BootNotification', {
    chargePointVendor: 'Acme',
    chargePointModel: 'One',
    meterType: 'MID class B',
    meterSerialNumber: 'M-4711',
  });
  const told = await (await fetch(`${server.url}/api/stations/metered-1`, { headers })).text();
  assert.match(told, /MID class B/);
  assert.match(told, /M-4711/);
  await station.start();
  const { sessionId } = await until(async () =>
    (await server.sites.liveSessions()).find(({ evseUid }) => evseUid === station.evseUid),
  );
  // Energy without power, then power without energy.
  await station.meter(100, 0);
  await station.meter(100, 11_000);
  await station.stop(100);
  const ofSession = { sessionId, offset: 0, limit: 1 };
  const cdr = await until(async () => (await server.backOffice.billing.cdrs.list(ofSession)).cdrs[0]);
  assert.equal(cdr.total_energy, 0.1);
});
