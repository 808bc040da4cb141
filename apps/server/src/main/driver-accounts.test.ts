import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import { type OwnServer, ownServer, type Played, until } from './testing/played-stations.ts';
import { cookieIn, type Fields, type Heard, PASSWORD, plainCall, signedIn } from './testing/signed-in.ts';

let server: OwnServer;
let staff: string;
let drivers = 0;

before(async () => {
  server = await ownServer({
    SMAC_PAY_URL: 'https://pay.example.org/{reference}?sum={amount}&cur={currency}',
  });
  const { token } = await server.accounts.oneTimeAdmin();
  staff = cookieIn(await plainCall(`${server.url}/api/auth/link`, 'POST', { token }));
});
after(() => server.close());

interface Driver {
  readonly id: string;
  readonly email: string;
  readonly cookie: string;
  call<T = Fields>(method: string, path: string, body?: unknown): Promise<Heard<T>>;
}
interface Session {
  readonly sessionId: string;
  readonly isLive: boolean;
  readonly evseUid: string;
}

async function entered(answer: Heard<{ id: string; csrfToken: string }>, email: string): Promise<Driver> {
  assert.equal(answer.status < 300, true, JSON.stringify(answer.json));
  const cookie = cookieIn(answer);
  const headers = { cookie, 'x-csrf-token': answer.json.csrfToken };
  return {
    id: answer.json.id,
    email,
    cookie,
    call: (method, path, body) => plainCall(`${server.url}/api/drivers${path}`, method, body, headers),
  };
}

const knock = (path: string, body: unknown) =>
  plainCall<{ id: string; csrfToken: string; code: string }>(
    `${server.url}/api/drivers${path}`,
    'POST',
    body,
  );

async function driver(): Promise<Driver> {
  drivers += 1;
  const email = `driver${drivers}@example.org`;
  return entered(await knock('/sign-up', { email, password: PASSWORD, name: `Driver ${drivers}` }), email);
}

/** What the QR code on the socket says, as staff print it. */
async function socketOf({ evseUid }: Played): Promise<string> {
  const path = `/api/network/locations/LOC1/evses/${evseUid}/guest-link`;
  const { json } = await plainCall<{ link: string; socket: string }>(
    `${server.url}${path}`,
    'GET',
    undefined,
    {
      cookie: staff,
    },
  );
  assert.equal(json.link, `${server.url}/drive#socket=${json.socket}`);
  return json.socket;
}

/** Starts a charge by the app at a station that is played, and plugs in. */
async function charging(person: Driver, station: Played): Promise<string> {
  const asked = await person.call('POST', '/me/charging', { locationId: 'LOC1', evseUid: station.evseUid });
  assert.deepEqual(asked.json, { accepted: true });
  const { payload } = station.heard.findLast(({ action }) => action === 'RequestStartTransaction')!;
  await station.start((payload.idToken as { idToken: string }).idToken);
  const session = await until(async () =>
    (await person.call<Session[]>('GET', '/me/sessions')).json.find(({ isLive }) => isLive),
  );
  assert.equal(session.evseUid, station.evseUid);
  return session.sessionId;
}

test('D4.2-§3.3.1-2 UC-003 UC-003-c a driver signs up with e-mail and password, and describes cars of which only the name is needed', async () => {
  const weak = await knock('/sign-up', { email: 'w@example.org', password: 'Password1234' });
  assert.equal(weak.json.code, 'weak-password');
  const pedro = await driver();
  assert.equal(
    (await knock('/sign-up', { email: pedro.email.toUpperCase(), password: PASSWORD })).status,
    409,
  );
  const models = await plainCall<{ make: string; batteryWh: number }[]>(
    `${server.url}/api/vehicle-models`,
    'GET',
  );
  assert.ok(models.json.length >= 40);
  assert.ok(models.json.every(({ batteryWh }) => batteryWh >= 10_000 && batteryWh <= 150_000));
  const bare = await pedro.call<{ id: string }>('POST', '/me/vehicles', { name: 'Old one' });
  assert.equal(bare.status, 201);
  const put = await pedro.call('PUT', `/me/vehicles/${bare.json.id}`, {
    name: 'Leaf',
    batteryWh: 39_000,
    acPhases: 1,
  });
  assert.equal(put.status, 200, JSON.stringify(put.json));
  const [leaf] = (await pedro.call<Fields[]>('GET', '/me/vehicles')).json;
  assert.equal(leaf?.batteryWh, 39_000);
  const history = await server.store.db
    .selectFrom('driver_vehicle')
    .select(['object', 'to_ms'])
    .where('vehicle_id', '=', bare.json.id)
    .orderBy('id')
    .execute();
  assert.deepEqual(
    history.map(({ to_ms }) => to_ms === null),
    [false, true],
    'how it was stays known',
  );
  const again = await knock('/sign-in', { email: pedro.email, password: PASSWORD });
  assert.equal(again.status, 200);
});

test('T-AUTHZ ASVS-8.2.2 what belongs to one driver does not exist for another, whatever they send', async () => {
  const station = await server.play('2.0.1', 'own-1');
  await station.boot();
  const [pedro, emma] = [await driver(), await driver()];
  const car = (await pedro.call<{ id: string }>('POST', '/me/vehicles', { name: 'Mine' })).json.id;
  const sessionId = await charging(pedro, station);
  const cards = (await pedro.call<{ id: string }[]>('GET', '/me/cards')).json;
  const tries: [string, string, unknown?][] = [
    ['PUT', `/me/vehicles/${car}`, { name: 'Stolen' }],
    ['DELETE', `/me/vehicles/${car}`],
    ['GET', `/me/sessions/${sessionId}`],
    ['GET', `/me/sessions/${sessionId}/plan`],
    ['GET', `/me/sessions/${sessionId}/receipt`],
    ['POST', `/me/sessions/${sessionId}/boost-trial`],
    ['PUT', `/me/sessions/${sessionId}/car`, { soc: 0.5 }],
    ['PUT', `/me/sessions/${sessionId}/preferences`, { profileType: 'FAST' }],
    ['POST', `/me/sessions/${sessionId}/stop`],
    ['DELETE', `/me/cards/${cards[0]?.id}`],
  ];
  for (const [method, path, body] of tries)
    assert.equal((await emma.call(method, path, body)).status, 404, `${method} ${path}`);
  assert.equal((await emma.call('PUT', '/me/preferences', { vehicleId: car })).status, 422);
  assert.deepEqual((await emma.call('GET', '/me/sessions')).json, []);
  assert.equal((await pedro.call('GET', `/me/sessions/${sessionId}`)).status, 200);
  const shown = JSON.stringify((await pedro.call('GET', `/me/sessions/${sessionId}`)).json);
  assert.ok(!/tokenUid/.test(shown));
  assert.equal((await pedro.call('POST', `/me/sessions/${sessionId}/stop`)).json.accepted, true);
  await station.stop(10);
});

test('T-AUTHZ a driver’s cookie opens no route of staff, staff’s none of drivers, and neither is taken without its token', async () => {
  const pedro = await driver();
  for (const path of ['/api/me', '/api/contexts', '/api/tokens', '/api/stations/own-1/log'])
    assert.equal(
      (await plainCall(`${server.url}${path}`, 'GET', undefined, { cookie: pedro.cookie })).status,
      401,
    );
  const asDriver = await plainCall(`${server.url}/api/drivers/me`, 'GET', undefined, { cookie: staff });
  assert.equal(asDriver.status, 401);
  const both = `${staff}; ${pedro.cookie}`;
  assert.equal(
    (await plainCall<{ id: string }>(`${server.url}/api/drivers/me`, 'GET', undefined, { cookie: both })).json
      .id,
    pedro.id,
  );
  const bare = await plainCall(
    `${server.url}/api/drivers/me/vehicles`,
    'POST',
    { name: 'x' },
    { cookie: pedro.cookie },
  );
  assert.equal(bare.json.code, 'csrf');
});

test('a charge takes the usual wishes of the weekday on which it begins at the place, until its driver says otherwise for this stay', async () => {
  const station = await server.play('2.0.1', 'days-1');
  await station.boot();
  const anna = await driver();
  const days = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
  // Each day another target: which one is taken says which day was.
  const weekdays = Object.fromEntries(
    days.map((day, n) => [
      day,
      { profileType: 'CHEAP', readyBy: '07:00', targetSoc: (n + 2) / 10, atOnceSoc: 0.1 },
    ]),
  );
  const wanted = { profileType: 'FAST', targetSoc: 1, weekdays };
  const put = await anna.call('PUT', '/me/preferences', wanted);
  assert.deepEqual([put.status, put.json], [200, wanted], JSON.stringify(put.json));
  const sessionId = await charging(anna, station);
  interface Shown {
    readonly start: string;
    readonly wishes: Fields;
  }
  const shown = async () => (await anna.call<Shown>('GET', `/me/sessions/${sessionId}/plan`)).json;
  const { start, wishes } = await until(async () => {
    const now = await shown();
    return now.wishes.usualDay !== null && now;
  });
  const day = new Intl.DateTimeFormat('en', { timeZone: 'Europe/Madrid', weekday: 'long' })
    .format(Date.parse(start))
    .toLowerCase();
  assert.deepEqual(
    [wishes.usualDay, wishes.targetSoc, wishes.atOnceSoc, wishes.profileType],
    [day, (days.indexOf(day) + 2) / 10, 0.1, 'CHEAP'],
  );
  assert.ok(Date.parse(String(wishes.departure)) > Date.parse(start));
  const other = await anna.call('PUT', `/me/sessions/${sessionId}/preferences`, { profileType: 'GREEN' });
  assert.equal(other.status, 200);
  const changed = (await shown()).wishes;
  assert.deepEqual([changed.usualDay, changed.targetSoc, changed.profileType], [null, null, 'GREEN']);
  assert.deepEqual((await anna.call('GET', '/me/preferences')).json, wanted, 'what is usual stays');
  const odd = await anna.call('PUT', '/me/preferences', { weekdays: { someday: {} } });
  assert.equal(odd.status, 400);
  await station.stop(10);
});

test('SMC_017 a guest charges without an account at the socket whose code was scanned, and at no other', async () => {
  const [here, there] = [await server.play('2.0.1', 'guest-1'), await server.play('2.0.1', 'guest-2')];
  await here.boot();
  const socket = await socketOf(here);
  const [body, tag = ''] = socket.split('.');
  const other = (await socketOf(there)).split('.')[0];
  for (const forged of [`${other}.${tag}`, `${body}.${'A'.repeat(22)}`])
    assert.equal((await knock('/guest', { socket: forged })).status, 404);
  const guest = await entered(await knock('/guest', { socket }), '');
  const me = (await guest.call<{ role: string; socket: { evseUid: string } }>('GET', '/me')).json;
  assert.equal(me.role, 'guest');
  assert.equal(me.socket.evseUid, here.evseUid.toLowerCase());
  const away = await guest.call('POST', '/me/charging', { locationId: 'LOC1', evseUid: there.evseUid });
  assert.equal(away.status, 404);
  const sessionId = await charging(guest, here);
  const wished = await guest.call('PUT', `/me/sessions/${sessionId}/preferences`, { profileType: 'CHEAP' });
  assert.equal(wished.status, 200, JSON.stringify(wished.json));
  for (const path of ['/me/vehicles', '/me/consents', '/me/export', '/me/cards'])
    assert.equal((await guest.call('GET', path)).status, 403, path);
  const second = await entered(await knock('/guest', { socket }), '');
  assert.equal(
    (await second.call('GET', `/me/sessions/${sessionId}`)).status,
    404,
    'the next guest sees nothing',
  );
  await here.stop(10);
  assert.equal(await server.driverAccounts.removeOldGuests(), 0);
  await server.driverAccounts.notices.tell(guest.id, 'told', 'ended', { detail: {} });
  const { publicKey } = (await guest.call<{ publicKey: string }>('GET', '/me/push')).json;
  const told = { endpoint: 'https://push.invalid/guest', p256dh: publicKey, auth: 'A'.repeat(22) };
  assert.equal((await guest.call('PUT', '/me/push', { ...told, language: 'en' })).status, 200);
  await server.store.db
    .updateTable('account')
    .set({ created_ms: Date.now() - 49 * 3_600_000 })
    .where('id', '=', guest.id)
    .execute();
  assert.equal(await server.driverAccounts.removeOldGuests(), 1);
  assert.equal((await guest.call('GET', '/me')).status, 401);
  for (const table of ['driver_card', 'driver_booking', 'driver_notice', 'driver_push'] as const) {
    const left = await server.store.db
      .selectFrom(table)
      .select('account_id')
      .where('account_id', '=', guest.id)
      .execute();
    assert.deepEqual(left, [], table);
  }
  // What those with an account were told goes with its age.
  const { id } = await driver();
  for (const subject of ['old', 'new'])
    await server.driverAccounts.notices.tell(id, subject, 'ended', { detail: {} });
  await server.store.db
    .updateTable('driver_notice')
    .set({ at_ms: Date.now() - 91 * 24 * 3_600_000 })
    .where('account_id', '=', id)
    .where('subject', '=', 'old')
    .execute();
  assert.equal(await server.driverAccounts.removeOldNotices(), 1);
  assert.equal((await server.driverAccounts.notices.list(id, 10)).length, 1);
});

test('a guest sees what is owed and where it is paid; the operator notes that it was, once, with a trail, and takes back what was noted by mistake; who has a contract owes nothing here', async () => {
  const { tariffs } = server.backOffice.billing;
  const at = await server.play('2.0.1', 'paying-1');
  await at.boot();
  const drafted = await tariffs.draft(
    {
      id: 'PAY',
      currency: 'EUR',
      tax_included: 'YES',
      elements: [{ price_components: [{ type: 'ENERGY', price: 0.75, step_size: 1 }] }],
    },
    [{ locationId: 'LOC1', evseUid: at.evseUid }],
    'a',
  );
  assert.ok(drafted.ok);
  assert.ok((await tariffs.approve('PAY', drafted.data.revision, undefined, 'b')).ok);
  const guest = await entered(await knock('/guest', { socket: await socketOf(at) }), '');
  const sessionId = await charging(guest, at);
  const owed = async (person: Driver, id: string) =>
    (await person.call('GET', `/me/sessions/${id}/payment`)).json;
  assert.equal((await owed(guest, sessionId)).state, 'pending');
  // No more than a register is believed to move within a moment.
  await at.stop(200);
  const due = await until(async () => {
    const found = await owed(guest, sessionId);
    return found.state === 'unpaid' && found;
  });
  const reference = String(due.reference);
  assert.deepEqual([due.amount, due.currency, due.paid], [0.15, 'EUR', null]);
  assert.equal(due.link, `https://pay.example.org/${reference}?sum=0.15&cur=EUR`);

  const anna = await signedIn(server, 'admin', Date.now(), 'anna@example.org');
  const path = `/api/cdrs/${reference}/payment`;
  const listed = async () =>
    (await anna.call<Fields[]>('GET', '/api/payments')).json.find(({ cdrId }) => cdrId === reference)?.state;
  assert.equal(await listed(), 'unpaid');
  const noted = await anna.call('PUT', path, { method: 'card', reference: 'psp-1' });
  assert.deepEqual([noted.status, noted.json.state, noted.json.reference], [200, 'paid', 'psp-1']);
  assert.notEqual((await anna.call('PUT', path, {})).status, 200, 'once');
  const seen = await owed(guest, sessionId);
  assert.deepEqual([seen.state, seen.link, seen.paid], ['paid', null, noted.json.paid]);
  assert.equal(await listed(), 'paid');
  assert.equal((await anna.call('DELETE', path)).json.state, 'unpaid');
  assert.equal((await anna.call('DELETE', path)).status, 404);
  assert.equal((await owed(guest, sessionId)).state, 'unpaid');
  const trail = await server.store.db
    .selectFrom('audit')
    .select(['action', 'actor'])
    .where('subject', '=', `cdr:${reference}`)
    .orderBy('id')
    .execute();
  assert.deepEqual(
    trail.map(({ action }) => action),
    ['cdr.paid', 'cdr.unpaid'],
  );
  assert.ok(trail.every(({ actor }) => actor.includes(anna.accountId)));

  const pedro = await driver();
  assert.equal((await pedro.call('GET', `/me/sessions/${sessionId}/payment`)).status, 404);
  const contract = await charging(pedro, at);
  await at.stop(200);
  const settled = await until(async () => {
    const found = await owed(pedro, contract);
    return found.state !== 'pending' && found;
  });
  assert.deepEqual([settled.state, settled.link], ['none', null]);
  assert.notEqual((await anna.call('PUT', `/api/cdrs/${settled.reference}/payment`, {})).status, 200);
});

test('UC-003 UC-004-c a charge without a form begins with the driver’s car and usual wishes', async () => {
  const station = await server.play('2.0.1', 'usual-1');
  await station.boot();
  const aino = await driver();
  const car = await aino.call<{ id: string }>('POST', '/me/vehicles', {
    name: 'Zoe',
    batteryWh: 52_000,
    acPhases: 3,
    acPowerW: 22_000,
  });
  const set = await aino.call('PUT', '/me/preferences', {
    profileType: 'GREEN',
    readyBy: '07:30',
    targetSoc: 0.8,
    vehicleId: car.json.id,
    dischargeAllowed: true,
  });
  assert.equal(set.status, 200, JSON.stringify(set.json));
  const sessionId = await charging(aino, station);
  const session = await until(async () => {
    const known = await server.sites.session({ peerId: 'own', sessionId });
    return known?.preferences.profileType === 'GREEN' && known;
  });
  assert.equal(session.vehicle.batteryWh, 52_000);
  assert.equal(session.preferences.targetSoc, 0.8);
  assert.equal(session.preferences.dischargeAllowed, false, 'without the consent nothing is given back');
  const shown = new Date(session.preferences.departureMs ?? 0).toLocaleTimeString('en-GB', {
    timeZone: 'Europe/Madrid',
  });
  assert.equal(shown, '07:30:00');
  await station.stop(10);
});

test('D1.5-APP-V2G F15 giving energy back needs a consent with a floor; revoking it stops that in the plan made at once', async () => {
  const station = await server.play('2.0.1', 'v2g-1', { dischargeW: 7_000 });
  await station.boot();
  const pedro = await driver();
  const off = (await pedro.call<Fields[]>('GET', '/me/consents')).json;
  assert.ok(
    off.every(({ isGiven }) => isGiven === false),
    'off until given',
  );
  const sessionId = await charging(pedro, station);
  const wish = () =>
    pedro.call<Fields>('PUT', `/me/sessions/${sessionId}/preferences`, {
      dischargeAllowed: true,
      reserveSoc: 0.2,
    });
  assert.equal((await wish()).status, 422);
  const given = await pedro.call<Fields[]>('PUT', '/me/consents/v2g', { floorSoc: 0.6 });
  assert.equal(given.json.find(({ purpose }) => purpose === 'v2g')?.floorSoc, 0.6);
  const wished = await wish();
  assert.equal(wished.json.dischargeAllowed, true);
  assert.equal(wished.json.reserveSoc, 0.6, 'never below the floor');
  const { contextId } = (await server.sites.session({ peerId: 'own', sessionId }))!;
  // By what the plan holds, not by its number: one that was under way at the revocation still gets a number.
  const planWith = (isAllowed: boolean) =>
    until(async () => {
      const latest = await server.planning.latest(contextId);
      const planned = latest?.sessions.find(({ ref }) => ref.sessionId === sessionId);
      return planned?.dischargeAllowed === isAllowed && latest;
    });
  const before = await planWith(true);
  const revoked = await pedro.call<Fields[]>('DELETE', '/me/consents/v2g');
  assert.ok(revoked.json.every(({ isGiven }) => isGiven === false));
  const { preferences } = (await server.sites.session({ peerId: 'own', sessionId }))!;
  assert.equal(preferences.dischargeAllowed, false, 'before the answer');
  const plan = await planWith(false);
  assert.ok(plan.number > before.number);
  const trail = (await server.audit.list({ limit: 20 })).map(({ action }) => action);
  assert.ok(trail.includes('consent.given') && trail.includes('consent.revoked'));
  await station.stop(10);
});

test('T-LEAK a card is claimed with both of its numbers, by one driver, and nobody hears which numbers exist', async () => {
  const added = await server.backOffice.tokens.add({ uid: 'CLAIM-0001', contractId: 'NL-SMC-C0042' }, 'test');
  assert.ok(added.ok);
  const [pedro, emma] = [await driver(), await driver()];
  const right = { uid: 'claim-0001', contractId: 'nl-smc-c0042' };
  const wrong = await pedro.call('POST', '/me/cards', { ...right, contractId: 'NL-SMC-C9999' });
  const unknown = await pedro.call('POST', '/me/cards', { ...right, uid: 'CLAIM-9999' });
  assert.equal(wrong.status, 404);
  assert.equal(wrong.json.detail, unknown.json.detail);
  const cards = await pedro.call<Fields[]>('POST', '/me/cards', right);
  assert.equal(cards.status, 200, JSON.stringify(cards.json));
  assert.ok(!JSON.stringify(cards.json).includes('CLAIM-0001'));
  assert.equal((await emma.call('POST', '/me/cards', right)).json.detail, unknown.json.detail);
});

test('RT18 a driver exports everything that is kept, and after erasing nothing names them while the receipts stay', {
  timeout: 300_000,
}, async () => {
  const station = await server.play('2.0.1', 'erase-1');
  await station.boot();
  const marked = await entered(
    await knock('/sign-up', { email: 'zz-marker@example.org', password: PASSWORD, name: 'Zz-Marker Person' }),
    'zz-marker@example.org',
  );
  await marked.call('POST', '/me/vehicles', { name: 'zz-marker car' });
  await marked.call('PUT', '/me/consents/v2g', {});
  const added = await server.backOffice.tokens.add(
    { uid: 'ZZMARKER01', contractId: 'NL-SMC-ZZMARKER', visualNumber: 'ZZMARKER-V' },
    'test',
  );
  assert.ok(added.ok);
  await marked.call('POST', '/me/cards', { uid: 'ZZMARKER01', contractId: 'NL-SMC-ZZMARKER' });
  await station.start('ZZMARKER01');
  const live = await until(async () => (await marked.call<Session[]>('GET', '/me/sessions')).json[0]);
  assert.equal(
    (await marked.call('DELETE', '/me', { password: PASSWORD })).status,
    422,
    'a charge still runs',
  );
  await station.meter(100);
  await station.stop(150);
  await until(
    async () => (await marked.call<{ cdrId: string | null }[]>('GET', '/me/sessions')).json[0]?.cdrId,
  );
  const { publicKey } = (await marked.call<{ publicKey: string }>('GET', '/me/push')).json;
  const browser = { endpoint: 'https://push.invalid/zz-marker', p256dh: publicKey, auth: 'A'.repeat(22) };
  assert.equal((await marked.call('PUT', '/me/push', { ...browser, language: 'en' })).status, 200);
  const usual = { weekdays: { monday: { readyBy: '07:00', atOnceSoc: 0.3 } } };
  assert.equal((await marked.call('PUT', '/me/preferences', usual)).status, 200);
  await server.driverAccounts.notices.tell(marked.id, 'told', 'booking_lost', { detail: {} });
  const file = (await marked.call<Record<string, Fields[]>>('GET', '/me/export')).json;
  assert.deepEqual(file.defaults, usual);
  for (const part of ['vehicles', 'cards', 'sessions', 'cdrs', 'cardUses', 'notices', 'toldBrowsers'])
    assert.ok((file[part]?.length ?? 0) > 0, part);
  assert.match(JSON.stringify(file), /zz-marker car/);
  assert.equal((await marked.call('DELETE', '/me', { password: 'not my password' })).status, 401);
  const gone = await marked.call('DELETE', '/me', { password: PASSWORD });
  assert.equal(gone.status, 200, JSON.stringify(gone.json));
  assert.equal((await marked.call('GET', '/me')).status, 401);
  assert.equal((await knock('/sign-in', { email: marked.email, password: PASSWORD })).status, 401);
  assert.deepEqual(await placesNaming('zz-?marker'), []);
  const cdr = await server.store.db
    .selectFrom('cdr')
    .selectAll()
    .where('session_id', '=', live.sessionId)
    .executeTakeFirstOrThrow();
  const { cdr_token, total_energy } = cdr.object as { cdr_token: { uid: string }; total_energy: number };
  assert.match(cdr_token.uid, /^ERASED-[0-9A-F]{12}$/);
  assert.equal(total_energy, 0.15);
  await assert.rejects(
    server.store.db
      .updateTable('cdr')
      .set({ object: '{"total_energy": 0}' })
      .where('id', '=', cdr.id)
      .execute(),
    /never changes/,
  );
  const refused = await server.backOffice.tokens.authorise(
    { uid: 'ZZMARKER01', type: 'ISO14443' },
    { stationId: 'erase-1' },
  );
  assert.notEqual(refused.status, 'Accepted');
  assert.ok((await server.audit.verify()).ok);
});

/** Every column of the database, read as text. */
async function placesNaming(marker: string): Promise<string[]> {
  const { rows } = await sql<{ table: string; column: string }>`
    select table_name as "table", column_name as "column" from information_schema.columns
    where table_schema = current_schema()`.execute(server.store.db);
  const places: string[] = [];
  for (const { table, column } of rows) {
    const found = await sql<{ count: number }>`
      select count(*)::int as count from ${sql.table(table)} where ${sql.ref(column)}::text ~* ${marker}`.execute(
      server.store.db,
    );
    if (found.rows[0]?.count !== 0) places.push(`${table}.${column}`);
  }
  return places;
}
