import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { SessionPicture } from '../planning/index.ts';
import { LOCATION, type OwnServer, ownServer, type Played, until } from './testing/played-stations.ts';
import { cookieIn, type Heard, PASSWORD, plainCall } from './testing/signed-in.ts';

const HOUR_MS = 3_600_000;
const TARIFF = {
  id: 'T1',
  currency: 'EUR',
  tax_included: 'YES' as const,
  elements: [
    {
      price_components: [
        { type: 'ENERGY' as const, price: 0.4, step_size: 1 },
        { type: 'FLAT' as const, price: 0.5, step_size: 1 },
      ],
    },
  ],
};

let server: OwnServer;
let staff: string;
let people = 0;

before(async () => {
  server = await ownServer();
  const { token } = await server.accounts.oneTimeAdmin();
  staff = cookieIn(await plainCall(`${server.url}/api/auth/link`, 'POST', { token }));
  const { tariffs } = server.backOffice.billing;
  const drafted = await tariffs.draft(TARIFF, [{}], 'a');
  assert.ok(drafted.ok);
  assert.ok((await tariffs.approve('T1', drafted.data.revision, undefined, 'b')).ok);
  const [context] = await server.sites.contexts();
  assert.ok(context);
  const fromMs = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
  const slots = Array.from({ length: 48 }, (_, hour) => ({
    startMs: fromMs + hour * HOUR_MS,
    durationMs: HOUR_MS,
    value: hour < 3 ? 0.5 : 0.1,
  }));
  assert.ok((await server.sites.putSeries(context.id, 'price', slots, { source: 'test' })).ok);
});
after(() => server.close());

interface Person {
  readonly id: string;
  call<T>(method: string, path: string, body?: unknown): Promise<Heard<T>>;
}
interface Booked {
  readonly id: string;
  readonly state: string;
  readonly heldBy: string;
  readonly outlook: {
    readonly powerW: number[];
    readonly profileType: string;
    readonly cost: { readonly amount: number } | null;
  } | null;
}
interface Shown {
  readonly evseUid: string;
  readonly locationId: string;
  readonly status: string;
  readonly isPublic: boolean;
  readonly price: { readonly perKwh: number } | null;
  readonly chargingSince?: string | null;
}

async function person(path: string, body: unknown): Promise<Person> {
  const answer = await plainCall<{ id: string; csrfToken: string }>(
    `${server.url}/api/drivers${path}`,
    'POST',
    body,
  );
  assert.equal(answer.status, 201, JSON.stringify(answer.json));
  const headers = { cookie: cookieIn(answer), 'x-csrf-token': answer.json.csrfToken };
  return {
    id: answer.json.id,
    call: (method, to, sent) => plainCall(`${server.url}/api/drivers${to}`, method, sent, headers),
  };
}
const subscriber = () => {
  people += 1;
  return person('/sign-up', { email: `booker${people}@example.org`, password: PASSWORD });
};

/** A station that is free, and knows how to reserve. */
async function station(name: string, reserves = true): Promise<Played> {
  const played = await server.play('2.0.1', name);
  if (reserves) {
    played.answers.ReserveNow = { status: 'Accepted' };
    played.answers.CancelReservation = { status: 'Accepted' };
  }
  await played.boot();
  await status(played, 'Available');
  return played;
}
async function status(played: Played, connectorStatus: string): Promise<void> {
  await played.say('StatusNotification', {
    timestamp: new Date().toISOString(),
    connectorStatus,
    evseId: 1,
    connectorId: 1,
  });
  const wanted = connectorStatus === 'Available' ? 'AVAILABLE' : undefined;
  if (wanted !== undefined) await until(async () => (await socketOf(played))?.status === wanted);
}

async function socketOf({ evseUid }: Played): Promise<Shown | undefined> {
  const location = await server.sites.getLocation(server.backOffice.network.owner, {
    locationId: LOCATION,
    evseUid,
  });
  return location.ok ? (location.data as unknown as Shown) : undefined;
}

const cheapTonight = () => ({
  profileType: 'CHEAP',
  departure: new Date(Date.now() + 12 * HOUR_MS).toISOString(),
  departureFirm: true,
  energyNeedWh: 12_000,
});
const soon = () => new Date(Date.now() + 10 * 60_000).toISOString();
const bookingAt = ({ evseUid }: Played) => ({
  locationId: LOCATION,
  evseUid,
  arrival: soon(),
  wishes: cheapTonight(),
});

/** What the site’s staff see of the charges there. */
async function picturesOf({ evseUid }: Played): Promise<SessionPicture[]> {
  const [context] = await server.sites.contexts();
  const { json } = await plainCall<SessionPicture[]>(
    `${server.url}/api/contexts/${encodeURIComponent(context?.id ?? '')}/sessions`,
    'GET',
    undefined,
    { cookie: staff },
  );
  return json.filter((one) => one.evseUid === evseUid);
}

/** The app asks, the station starts, the charge is there. */
async function plugIn(who: Person, at: Played): Promise<string> {
  const asked = await who.call('POST', '/me/charging', { locationId: LOCATION, evseUid: at.evseUid });
  assert.deepEqual(asked.json, { accepted: true });
  const call = at.heard.findLast(({ action }) => action === 'RequestStartTransaction');
  assert.ok(call);
  await at.start((call.payload.idToken as { idToken: string }).idToken);
  const charge = await until(async () =>
    (await who.call<{ sessionId: string; isLive: boolean }[]>('GET', '/me/sessions')).json.find(
      ({ isLive }) => isLive,
    ),
  );
  return charge.sessionId;
}

/** The energy that the newest profile of the running charge allows before the cheap hours begin, and in all. */
function allowed(at: Played): { readonly soonW: number; readonly mostW: number } | undefined {
  const [profile] = at.profiles('TxProfile').slice(-1) as unknown as {
    chargingSchedule: { chargingSchedulePeriod: { startPeriod: number; limit: number }[] }[];
  }[];
  const periods = profile?.chargingSchedule[0]?.chargingSchedulePeriod;
  if (periods === undefined) return undefined;
  return {
    soonW: periods.findLast(({ startPeriod }) => startPeriod <= HOUR_MS / 1000)?.limit ?? 0,
    mostW: Math.max(...periods.map(({ limit }) => limit)),
  };
}

test('US-BCN-Pedro a subscriber books a pole and chooses cheap: the station holds it, a plan is there at once, and after plug-in the profile is at the pole', async () => {
  const pole = await station('pedro');
  const pedro = await subscriber();
  const booked = await pedro.call<Booked>('POST', '/me/bookings', bookingAt(pole));
  assert.equal(booked.status, 201, JSON.stringify(booked.json));
  assert.deepEqual([booked.json.state, booked.json.heldBy], ['open', 'station']);
  const reserved = pole.heard.find(({ action }) => action === 'ReserveNow');
  assert.equal(reserved?.payload.evseId, 1);
  const planned = await until(async () => {
    const [open] = (await pedro.call<Booked[]>('GET', '/me/bookings')).json;
    return open?.outlook ? open : undefined;
  });
  assert.equal(planned.outlook?.profileType, 'CHEAP');
  assert.ok((planned.outlook?.cost?.amount ?? 0) > 0, 'the price is known before charging');
  assert.equal(pole.profiles('TxProfile').length, 0, 'a provisional profile is sent to nobody');
  await plugIn(pedro, pole);
  const limits = await until(() => allowed(pole));
  assert.ok(limits.soonW < limits.mostW, `waits for the cheap hours: ${JSON.stringify(limits)}`);
  const used = await until(async () => {
    const [newest] = (await pedro.call<Booked[]>('GET', '/me/bookings')).json;
    return newest?.state === 'used';
  });
  assert.ok(used);
  await until(async () => (await picturesOf(pole)).every(({ status: is }) => is === 'ACTIVE'));
  await pole.stop(0);
});

test('US-BUD-Emma without a subscription: she chooses a pole on the map, books it as a guest, chooses cheap, and charges with a token for this once', async () => {
  const pole = await station('emma');
  const { json } = await plainCall<{ sockets: Shown[] }>(`${server.url}/api/places?free=true`, 'GET');
  const seen = json.sockets.find(({ evseUid }) => evseUid === pole.evseUid);
  assert.ok(seen, 'the map needs no account');
  const emma = await person('/guest', {
    place: { locationId: seen.locationId, evseUid: seen.evseUid },
  });
  const booked = await emma.call<Booked>('POST', '/me/bookings', bookingAt(pole));
  assert.equal(booked.status, 201, JSON.stringify(booked.json));
  const other = await station('emma-other');
  assert.equal((await emma.call('POST', '/me/bookings', bookingAt(other))).status, 404, 'this pole only');
  const sessionId = await plugIn(emma, pole);
  const limits = await until(() => allowed(pole));
  assert.ok(limits.soonW < limits.mostW, JSON.stringify(limits));
  const session = await server.sites.session({ peerId: 'own', sessionId });
  assert.equal(session?.preferences.profileType, 'CHEAP');
  const { tokens } = await server.backOffice.tokens.list({ limit: 100, offset: 0 });
  const token = tokens.find(({ type }) => type === 'AD_HOC_USER');
  assert.ok(token, 'an AD_HOC_USER token');
  await pole.stop(0);
});

test('US-TUR-Aino a resident books the pole of her house, which nobody else sees, and chooses cheap', async () => {
  const { network, tokens } = server.backOffice;
  const house = await network.addLocation({
    id: 'VASO',
    address: 'Asukaskatu 1',
    city: 'Turku',
    country: 'FIN',
    latitude: '60.45',
    longitude: '22.27',
    timeZone: 'Europe/Helsinki',
    publish: false,
    allowedGroups: ['VASO-RESIDENTS'],
    supply: { maxImportW: 11_000, currency: 'EUR' },
  });
  assert.ok(house.ok);
  const yard = await server.play('2.0.1', 'yard');
  const [connectors] = network.evsesOf('yard').map((evse) => evse.connectors);
  assert.ok(connectors);
  yard.answers.ReserveNow = { status: 'Accepted' };
  await yard.boot();
  const inYard = await network.placeEvse({
    stationId: 'yard',
    evseId: 2,
    locationId: 'VASO',
    evseUid: 'E-house',
    connectors,
  });
  assert.ok(inYard.ok, JSON.stringify(inYard));
  await yard.say('StatusNotification', {
    timestamp: new Date().toISOString(),
    connectorStatus: 'Available',
    evseId: 2,
    connectorId: 1,
  });
  const card = { uid: 'RESIDENT0001', contractId: 'FI-SMA-C-AINO' };
  assert.ok((await tokens.add({ ...card, groupId: 'VASO-RESIDENTS' }, 'local')).ok);
  const aino = await subscriber();
  const wanted = { locationId: 'VASO', evseUid: 'E-house', arrival: soon(), wishes: cheapTonight() };
  const ofHers = async () =>
    (await aino.call<Shown[]>('GET', '/me/sockets')).json.find(({ evseUid }) => evseUid === 'E-house');
  assert.equal(await ofHers(), undefined, 'who has not shown the card of the house is nobody there');
  assert.equal((await aino.call('POST', '/me/bookings', wanted)).status, 404);
  assert.equal((await aino.call('POST', '/me/cards', card)).status, 200);
  const seen = await until(async () => {
    const socket = await ofHers();
    return socket?.status === 'AVAILABLE' ? socket : undefined;
  });
  assert.equal(seen.isPublic, false);
  const open = await plainCall<{ sockets: Shown[] }>(`${server.url}/api/places`, 'GET');
  assert.ok(!open.json.sockets.some(({ locationId }) => locationId === 'VASO'), 'not on the public map');
  const stranger = await subscriber();
  assert.equal((await stranger.call('POST', '/me/bookings', wanted)).status, 404);
  assert.equal(
    (await stranger.call('POST', '/me/charging', { locationId: 'VASO', evseUid: 'E-house' })).status,
    404,
  );
  const booked = await aino.call<Booked>('POST', '/me/bookings', wanted);
  assert.equal(booked.status, 201, JSON.stringify(booked.json));
  const asked = await aino.call('POST', '/me/charging', { locationId: 'VASO', evseUid: 'E-house' });
  assert.deepEqual(asked.json, { accepted: true });
  const call = yard.heard.findLast(({ action }) => action === 'RequestStartTransaction');
  assert.ok(call);
  await yard.start((call.payload.idToken as { idToken: string }).idToken, 2);
  const limits = await until(() => allowed(yard));
  assert.ok(limits.soonW < limits.mostW, `cheap hours: ${JSON.stringify(limits)}`);
  await yard.stop(0, 2);
});

test('X20 a station that cannot reserve: this server keeps other cards away, until the booking is cancelled', async () => {
  const pole = await station('cannot', false);
  pole.answers.ReserveNow = () => ({ status: 'Rejected' });
  const driver = await subscriber();
  const refused = await driver.call<{ detail: string }>('POST', '/me/bookings', bookingAt(pole));
  assert.equal(refused.status, 422, JSON.stringify(refused.json));
  assert.match(refused.json.detail, /did not agree/);
  assert.deepEqual((await driver.call('GET', '/me/bookings')).json, []);
  pole.answers.ReserveNow = { status: 'Accepted' };
  pole.answers.CancelReservation = { status: 'Accepted' };
  const booked = await driver.call<Booked>('POST', '/me/bookings', bookingAt(pole));
  const second = await driver.call<{ detail: string; code: string }>('POST', '/me/bookings', bookingAt(pole));
  assert.deepEqual([second.status, second.json.code], [422, 'booked-already']);
  assert.match(second.json.detail, /already/);
  const visitor = await pole.say('Authorize', { idToken: { idToken: 'CARD0001', type: 'ISO14443' } });
  assert.ok(visitor.idTokenInfo);
  const other = await subscriber();
  assert.equal((await other.call('DELETE', `/me/bookings/${booked.json.id}`)).status, 404, 'somebody else’s');
  assert.equal((await driver.call('DELETE', `/me/bookings/${booked.json.id}`)).status, 200);
  assert.ok(pole.heard.some(({ action }) => action === 'CancelReservation'));
  await until(async () => (await picturesOf(pole)).length === 0);
  assert.equal((await driver.call('DELETE', `/me/bookings/${booked.json.id}`)).status, 404);
  const [row] = (await driver.call<Booked[]>('GET', '/me/bookings')).json;
  assert.equal(row?.state, 'cancelled');
});

test('staff see every booking without whose it is, and withdraw one: the pole is free again and the driver is told', async () => {
  const pole = await station('needed');
  const driver = await subscriber();
  const booked = await driver.call<Booked>('POST', '/me/bookings', bookingAt(pole));
  assert.equal(booked.status, 201, JSON.stringify(booked.json));
  const me = await plainCall<{ csrfToken: string }>(`${server.url}/api/me`, 'GET', undefined, {
    cookie: staff,
  });
  const headers = { cookie: staff, 'x-csrf-token': me.json.csrfToken };
  const listed = async () => {
    const { json } = await plainCall<Record<string, unknown>[]>(
      `${server.url}/api/bookings`,
      'GET',
      undefined,
      headers,
    );
    assert.ok(!JSON.stringify(json).includes(driver.id));
    return json.find(({ id }) => id === booked.json.id);
  };
  const open = await listed();
  assert.deepEqual([open?.state, open?.evseUid, open?.ended], ['open', pole.evseUid, null]);
  const withdraw = (id: string) =>
    plainCall(`${server.url}/api/bookings/${id}`, 'DELETE', undefined, headers);
  assert.equal((await withdraw(booked.json.id)).status, 200);
  assert.equal((await listed())?.state, 'cancelled');
  assert.ok(pole.heard.some(({ action }) => action === 'CancelReservation'));
  assert.equal((await withdraw(booked.json.id)).status, 404, 'it is open no more');
  const told = await driver.call<{ kind?: string; code?: string }[]>('GET', '/me/notices');
  assert.match(JSON.stringify(told.json), /booking/);
  assert.equal((await driver.call('DELETE', '/bookings/0123')).status, 404, 'drivers have no such right');
});

test('anybody sees the price before charging, and the bill says the same to the cent', async () => {
  const pole = await station('priced');
  const query = `locationId=${LOCATION}&evseUid=${pole.evseUid}&energyWh=150`;
  const ahead = await plainCall<{ cost: { amount: number; currency: string } }>(
    `${server.url}/api/places/price?${query}`,
    'GET',
  );
  assert.deepEqual(ahead.json.cost, { amount: 0.56, currency: 'EUR', basis: 'tariff' });
  const slow = `${server.url}/api/places/price?locationId=${LOCATION}&evseUid=${pole.evseUid}&energyWh=80000&powerW=1000`;
  const days = await plainCall<{ detail: string }>(slow, 'GET');
  assert.deepEqual([days.status, /energyWh takes more than 72 h/.test(days.json.detail)], [400, true]);
  const driver = await subscriber();
  await plugIn(driver, pole);
  // Little enough to be believed however soon after the start it is told.
  await pole.meter(150, 7_000);
  await pole.stop(150);
  const bill = await until(async () => {
    const [newest] = (
      await driver.call<{ totalCost: number | null; energyWh: number }[]>('GET', '/me/sessions')
    ).json;
    return newest?.totalCost === null ? undefined : newest;
  });
  assert.deepEqual([bill.energyWh, bill.totalCost], [150, 0.56]);
});

test('X20 half of the poles of a place for everybody stay free, however many people book', async () => {
  const poles = [await station('share-1'), await station('share-2')];
  const { network } = server.backOffice;
  const openNow = async () =>
    server.store.db
      .selectFrom('driver_booking')
      .select('id')
      .where('state', '=', 'open')
      .where('location_id', '=', LOCATION)
      .execute();
  const most = Math.ceil(network.evses(LOCATION).length / 2);
  const [taken, wanted] = poles;
  assert.ok(taken && wanted);
  const first = await subscriber();
  assert.equal((await first.call('POST', '/me/bookings', bookingAt(taken))).status, 201);
  const row = await server.store.db
    .selectFrom('driver_booking')
    .selectAll()
    .where('account_id', '=', first.id)
    .executeTakeFirstOrThrow();
  const others = [];
  for (let n = (await openNow()).length; n < most; n += 1) {
    const { id: account_id } = await subscriber();
    others.push(`${n}`.padStart(24, '0'));
    await server.store.db
      .insertInto('driver_booking')
      .values({
        ...row,
        wishes: '{}',
        id: `${n}`.padStart(24, '0'),
        account_id,
        evse_uid: 'gone',
        evse_key: 'gone',
      })
      .execute();
  }
  const last = await subscriber();
  const refused = await last.call<{ detail: string; code: string }>(
    'POST',
    '/me/bookings',
    bookingAt(wanted),
  );
  assert.deepEqual([refused.status, refused.json.code], [422, 'place-held']);
  assert.match(refused.json.detail, /Half of the poles/);
  await server.store.db
    .deleteFrom('driver_booking')
    .where('id', 'in', [...others, '-'])
    .execute();
  assert.equal((await first.call('DELETE', `/me/bookings/${row.id}`)).status, 200);
  assert.equal((await last.call('POST', '/me/bookings', bookingAt(wanted))).status, 201);
});

test('X20 who lets five bookings of a day go by makes no sixth, and guests of one address are counted together', async () => {
  const pole = await station('unused');
  const driver = await subscriber();
  for (let n = 0; n < 5; n += 1) {
    const booked = await driver.call<Booked>('POST', '/me/bookings', bookingAt(pole));
    assert.equal(booked.status, 201, JSON.stringify(booked.json));
    assert.equal((await driver.call('DELETE', `/me/bookings/${booked.json.id}`)).status, 200);
  }
  const sixth = await driver.call<{ detail: string; code: string }>('POST', '/me/bookings', bookingAt(pole));
  assert.deepEqual([sixth.status, sixth.json.code], [422, 'bookings-unused']);
  assert.match(sixth.json.detail, /let 5 bookings/);
  const place = { locationId: LOCATION, evseUid: pole.evseUid };
  const asGuest = async () =>
    (
      await (
        await person('/guest', { place })
      ).call('POST', '/me/bookings', { ...bookingAt(pole), arrival: 'now' })
    ).status;
  const heard: number[] = [];
  while (heard.length < 11) heard.push(await asGuest());
  assert.equal(heard.at(-1), 429, heard.join());
});

test('a driver sees since when somebody charges at a socket; a cable that is only plugged may be their own', async () => {
  const at = await station('taken');
  const waiting = await subscriber();
  const shown = async () =>
    (await waiting.call<Shown[]>('GET', '/me/sockets')).json.find(({ evseUid }) => evseUid === at.evseUid);
  await status(at, 'Occupied');
  await until(async () => (await shown())?.status === 'CHARGING');
  assert.equal((await shown())?.chargingSince, null);
  assert.ok((await server.backOffice.tokens.add({ uid: 'TAKER0001' }, 'local')).ok);
  await at.start('TAKER0001');
  const taken = await until(async () => {
    const socket = await shown();
    return socket?.chargingSince ? socket : undefined;
  });
  assert.ok(Number.isFinite(Date.parse(taken.chargingSince ?? '')));
  const open = await plainCall<{ sockets: Shown[] }>(`${server.url}/api/places`, 'GET');
  assert.ok(
    open.json.sockets.every((socket) => !('chargingSince' in socket)),
    'not for everybody',
  );
});
