import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { VirtualClock } from '@smac/simulator';
import { type PushService, pushService } from '../drivers/push/testing/push-service.ts';
import type { SessionPicture } from '../planning/index.ts';
import { LOCATION, type OwnServer, ownServer, type Played, until } from './testing/played-stations.ts';
import { cookieIn, type Heard, PASSWORD, plainCall } from './testing/signed-in.ts';

const MINUTE_MS = 60_000;
const TARIFF = {
  id: 'T1',
  currency: 'EUR',
  tax_included: 'YES' as const,
  elements: [{ price_components: [{ type: 'ENERGY' as const, price: 0.4, step_size: 1 }] }],
};

/** Stands still unless a test lets time pass. */
const clock = new VirtualClock(Date.now());
const pass = (ms: number) =>
  clock.runUntil(clock.now() + ms, async () => {
    // What a timer began (a plan, a write) gets its turn before the next one.
    await new Promise((resolve) => setImmediate(resolve));
  });
let server: OwnServer;
let people = 0;
let push: PushService;

before(async () => {
  push = await pushService();
  server = await ownServer({ SMAC_PUSH_ALLOW_PRIVATE: 'true' }, clock);
  const { tariffs } = server.backOffice.billing;
  const drafted = await tariffs.draft(TARIFF, [{}], 'a');
  assert.ok(drafted.ok);
  assert.ok((await tariffs.approve('T1', drafted.data.revision, undefined, 'b')).ok);
});
after(async () => {
  await server.close();
  await push.close();
});

interface Person {
  readonly id: string;
  call<T>(method: string, path: string, body?: unknown): Promise<Heard<T>>;
}
interface Told {
  readonly unread: number;
}

async function driver(): Promise<Person> {
  people += 1;
  const answer = await plainCall<{ id: string; csrfToken: string }>(
    `${server.url}/api/drivers/sign-up`,
    'POST',
    { email: `told${people}@example.org`, password: PASSWORD },
  );
  const headers = { cookie: cookieIn(answer), 'x-csrf-token': answer.json.csrfToken };
  return {
    id: answer.json.id,
    call: (method, path, body) => plainCall(`${server.url}/api/drivers${path}`, method, body, headers),
  };
}
async function station(name: string): Promise<Played> {
  const played = await server.play('2.0.1', name);
  played.answers.ReserveNow = { status: 'Accepted' };
  await played.boot();
  return played;
}
const said = (played: Played, connectorStatus: string) =>
  played.say('StatusNotification', {
    timestamp: new Date(clock.now()).toISOString(),
    connectorStatus,
    evseId: 1,
    connectorId: 1,
  });

/** A charge of the driver that runs and has a plan; returns how the station names it. */
async function charging(who: Person, at: Played, wishes: object = {}): Promise<string> {
  const asked = await who.call('POST', '/me/charging', { locationId: LOCATION, evseUid: at.evseUid });
  assert.deepEqual(asked.json, { accepted: true });
  const call = at.heard.findLast(({ action }) => action === 'RequestStartTransaction');
  assert.ok(call);
  const ref = await at.start((call.payload.idToken as { idToken: string }).idToken);
  const { sessionId } = await until(async () =>
    (await server.driverAccounts.sessions(who.id, { limit: 5 })).find(({ isLive }) => isLive),
  );
  if (Object.keys(wishes).length > 0)
    assert.equal((await who.call('PUT', `/me/sessions/${sessionId}/preferences`, wishes)).status, 200);
  await heardOf(who, 'started');
  return ref;
}
let seq = 100;
/** The station’s clock runs; that of the server stands still until a test lets time pass. */
const stationTime = () => new Date(Math.max(Date.now(), clock.now())).toISOString();
const report = (at: Played, transactionId: string, chargingState: string, powerW: number, soc?: number) =>
  at.say('TransactionEvent', {
    eventType: 'Updated',
    timestamp: stationTime(),
    triggerReason: 'ChargingStateChanged',
    seqNo: seq++,
    transactionInfo: { transactionId, chargingState },
    evse: { id: 1, connectorId: 1 },
    meterValue: [
      {
        timestamp: stationTime(),
        sampledValue: [
          { value: powerW, measurand: 'Power.Active.Import' },
          ...(soc === undefined ? [] : [{ value: soc, measurand: 'SoC' }]),
        ],
      },
    ],
  });
const kinds = async (who: Person): Promise<readonly string[]> =>
  (await server.driverAccounts.notices.list(who.id, 50)).map(({ kind }) => kind);
const heardOf = (who: Person, kind: string) => until(async () => (await kinds(who)).includes(kind));

/** What staff see of the EVSE. */
async function pictures({ evseUid }: Played): Promise<readonly SessionPicture[]> {
  const [context] = await server.sites.contexts();
  assert.ok(context);
  return (await server.planning.sessionPictures(context.id)).filter((one) => one.evseUid === evseUid);
}

test('a fault of the station is told while its clock stands still, once, and stays unread until it is looked at', async () => {
  const at = await station('fault');
  const who = await driver();
  await charging(who, at);
  await said(at, 'Faulted');
  await heardOf(who, 'out_of_order');
  await said(at, 'Faulted');
  assert.equal((await kinds(who)).filter((kind) => kind === 'out_of_order').length, 1);
  assert.equal((await who.call<Told>('GET', '/me/notices')).json.unread, 2);
  assert.equal((await who.call<Told>('POST', '/me/notices/read')).json.unread, 0);
  const other = await driver();
  assert.deepEqual(await kinds(other), [], 'of somebody else’s charge nothing');
  await at.stop(0);
});

/** A browser of the driver that is told while the app is closed; what it would have shown so far. */
async function closedApp(who: Person): Promise<() => readonly { page: string; body: string }[]> {
  const { publicKey } = (await who.call<{ publicKey: string }>('GET', '/me/push')).json;
  const browser = push.subscribe(publicKey);
  const kept = await who.call<{ service: string }>('PUT', '/me/push', { ...browser, language: 'de' });
  assert.equal(kept.status, 200, JSON.stringify(kept.json));
  assert.equal(kept.json.service, new URL(push.origin).host);
  return () =>
    push.arrived
      .filter(({ path }) => browser.endpoint.endsWith(path))
      .map(({ text }) => JSON.parse(text) as { page: string; body: string });
}
const wholeLimit = (limit: number) => ({
  chargingLimit: { chargingLimitSource: 'EMS' },
  chargingSchedule: [
    {
      id: 1,
      chargingRateUnit: 'W',
      duration: 3_600,
      startSchedule: stationTime(),
      chargingSchedulePeriod: [{ startPeriod: 0, limit }],
    },
  ],
});

test('T-AUTHZ a browser is told for its own driver only, leaves when its push service says so, and neither key nor address comes back', async () => {
  const [who, other] = [await driver(), await driver()];
  const { publicKey } = (await who.call<{ publicKey: string }>('GET', '/me/push')).json;
  const [kept, ended] = [push.subscribe(publicKey), push.subscribe(publicKey)];
  for (const browser of [kept, ended])
    assert.equal((await who.call('PUT', '/me/push', { ...browser, language: 'en' })).status, 200);
  const mine = await who.call<{ devices: { id: string }[] }>('GET', '/me/push');
  assert.equal(mine.json.devices.length, 2);
  for (const secret of [kept.endpoint, kept.auth, kept.p256dh])
    assert.ok(!JSON.stringify([mine.json, (await who.call('GET', '/me/export')).json]).includes(secret));
  const [device] = mine.json.devices;
  assert.equal((await other.call('DELETE', `/me/push/${device?.id}`)).status, 404);
  const stolen = { ...push.subscribe(publicKey), endpoint: kept.endpoint };
  assert.equal((await other.call('PUT', '/me/push', { ...stolen, language: 'en' })).status, 422);
  const inside = { ...kept, endpoint: 'ftp://127.0.0.1/x', language: 'en' };
  assert.equal((await who.call('PUT', '/me/push', inside)).status, 422);
  // The next person at the same browser is told instead.
  assert.equal((await other.call('PUT', '/me/push', { ...kept, language: 'en' })).status, 200);
  const left = async () => (await who.call<{ devices: unknown[] }>('GET', '/me/push')).json.devices.length;
  assert.equal(await left(), 1);
  push.answers.push({ status: 410 });
  await server.driverAccounts.notices.tell(who.id, 'gone', 'ended', { detail: {} });
  await until(async () => (await left()) === 0);
  const others = (await other.call<{ devices: { id: string }[] }>('GET', '/me/push')).json.devices;
  assert.equal((await other.call('DELETE', `/me/push/${others[0]?.id}`)).status, 200);
});

test('US-D(i)-3 the site’s staff have the provisional profile of who booked within 5 s, and the final one at plug-in', async () => {
  const pole = await station('shown');
  await said(pole, 'Available');
  const who = await driver();
  const wanted = {
    locationId: LOCATION,
    evseUid: pole.evseUid,
    arrival: new Date(clock.now() + 10 * MINUTE_MS).toISOString(),
    wishes: { profileType: 'CHEAP', energyNeedWh: 5_000 },
  };
  const booked = await until(async () => {
    const answer = await who.call('POST', '/me/bookings', wanted);
    return answer.status === 409 ? undefined : answer;
  });
  assert.equal(booked.status, 201, JSON.stringify(booked.json));
  await pass(5_000);
  const provisional = await until(async () =>
    (await pictures(pole)).find(({ status, plannedEnd }) => status === 'RESERVATION' && plannedEnd !== null),
  );
  assert.equal(provisional.profileType, 'CHEAP');
  await charging(who, pole);
  await pass(5_000);
  const final = await until(async () =>
    (await pictures(pole)).find(({ status, plannedEnd }) => status === 'ACTIVE' && plannedEnd !== null),
  );
  assert.equal(final.profileType, 'CHEAP');
  await until(async () => (await pictures(pole)).length === 1);
  await pole.stop(0);
});

test('anybody sees state and price before charging, at most 60 s old', async () => {
  const pole = await station('seen');
  const shows = async (wanted: string) => {
    await until(async () => {
      const locations = await server.backOffice.network.locations();
      return locations.some(({ evses = [] }) =>
        evses.some(({ uid, status }) => uid === pole.evseUid && status === wanted),
      );
    });
    await pass(60_000);
    const { json } = await plainCall<{
      sockets: { evseUid: string; status: string; price: { perKwh: number } | null }[];
    }>(`${server.url}/api/places`, 'GET');
    const seen = json.sockets.find(({ evseUid }) => evseUid === pole.evseUid);
    assert.deepEqual([seen?.status, seen?.price?.perKwh], [wanted, 0.4]);
  };
  await said(pole, 'Available');
  await shows('AVAILABLE');
  const who = await driver();
  await charging(who, pole);
  await said(pole, 'Occupied');
  await shows('CHARGING');
  await pole.stop(0);
});

// From here on the server’s clock runs ahead of that of the stations.
test('BI22 with the app closed a driver is told of the charge and of the charge point within 30 s: begun, fault, out of service, limit cut by the station and by the site, ended', async () => {
  const [at, there] = [await station('closed'), await station('closed-2')];
  const [who, other] = [await driver(), await driver()];
  const [shown, shownToOther] = [await closedApp(who), await closedApp(other)];
  const [context] = await server.sites.contexts();
  assert.ok(context);
  const arrives = (all: typeof shown, text: RegExp) => until(() => all().find(({ body }) => text.test(body)));
  const sinceMs = clock.now();
  await charging(who, at);
  assert.equal((await arrives(shown, /^Ihr Ladevorgang an E-closed hat begonnen/)).page, '/');
  await at.say('NotifyChargingLimit', wholeLimit(2_000));
  await arrives(shown, /^An E-closed ist weniger Leistung erlaubt/);
  await said(at, 'Faulted');
  await arrives(shown, /^E-closed ist außer Betrieb/);
  const faults = shown().length;
  await said(at, 'Unavailable');
  await until(() => shown().length > faults);
  await at.stop(0);
  assert.equal((await arrives(shown, /^Ihr Ladevorgang ist beendet/)).page, '/notices');
  assert.equal(clock.now(), sinceMs, 'no time passed at all');
  assert.deepEqual(shownToOther(), [], 'of somebody else’s charge nothing');

  await charging(other, there, { profileType: 'FAST', energyNeedWh: 20_000 });
  await pass(5_000);
  await until(async () => (await pictures(there)).some(({ plannedEnd }) => plannedEnd !== null));
  const cutMs = clock.now();
  const low = [{ startMs: cutMs - 900_000, durationMs: 48 * 3_600_000, value: 1_500 }];
  assert.ok((await server.sites.putSeries(context.id, 'cap', low, { source: 'test' })).ok);
  await pass(20_000);
  await arrives(shownToOther, /^An E-closed-2 ist weniger Leistung erlaubt/);
  assert.ok(clock.now() - cutMs <= 30_000);
  const free = [{ ...low[0]!, value: 20_000 }];
  assert.ok((await server.sites.putSeries(context.id, 'cap', free, { source: 'test' })).ok);
  await there.stop(0);

  for (const { claims, headers } of push.arrived) {
    assert.equal(claims.aud, push.origin);
    assert.equal(headers['content-encoding'], 'aes128gcm');
    assert.ok(Number(headers.ttl) > 0);
  }
});

test('BI23 a battery that is full is told once, by its state of charge or because the car takes nothing of what it is offered; a pause of the plan is no such thing', async () => {
  const counted = await station('soc');
  const knows = await driver();
  const full = await charging(knows, counted);
  await report(counted, full, 'Charging', 7_000, 80);
  await report(counted, full, 'Charging', 3_000, 100);
  await heardOf(knows, 'full');
  await report(counted, full, 'Charging', 200, 100);
  assert.equal((await kinds(knows)).filter((kind) => kind === 'full').length, 1);
  await counted.stop(0);

  // A plug of IEC 61851 tells no state of charge.
  const blind = await station('blind');
  const waits = await driver();
  const quiet = await charging(waits, blind, { profileType: 'FAST', energyNeedWh: 20_000 });
  await blind.meter(100, 7_000);
  await report(blind, quiet, 'SuspendedEVSE', 0);
  await pass(10 * MINUTE_MS);
  await report(blind, quiet, 'Charging', 7_000);
  assert.ok(!(await kinds(waits)).includes('idle'), 'the station held it back, not the car');
  await report(blind, quiet, 'SuspendedEV', 0);
  await pass(4 * MINUTE_MS);
  assert.ok(!(await kinds(waits)).includes('idle'), 'not yet believed');
  await pass(2 * MINUTE_MS);
  await heardOf(waits, 'idle');
  await pass(20 * MINUTE_MS);
  await heardOf(waits, 'unplug');
  assert.equal((await kinds(waits)).filter((kind) => kind === 'idle').length, 1);
  await blind.stop(100);
});
