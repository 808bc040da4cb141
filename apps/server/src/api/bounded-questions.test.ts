import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { plainCall, type SignedIn, signedIn } from '../main/testing/signed-in.ts';
import { type TestServer, testServer } from '../main/testing/test-server.ts';
import { aLocation, anEvse, aSession } from '../sites/testing/fixtures.ts';

const TNM = { peerId: 'tnm', party: { countryCode: 'NL', partyId: 'TNM' } };
const party = { country_code: 'NL', party_id: 'TNM' };
const now = () => new Date().toISOString();

let server: TestServer;
let viewer: SignedIn;
let operator: SignedIn;

before(async () => {
  server = await testServer({ SMAC_TRUSTED_PROXIES: '127.0.0.1' });
  viewer = await signedIn(server, 'viewer', Date.now());
  operator = await signedIn(server, 'operator', Date.now());
  const place = aLocation('L1', [anEvse('E1')], { last_updated: now() });
  assert.ok((await server.sites.putLocation(TNM, place)).ok);
  const card = { ...party, uid: 'DEADBEEF04', type: 'RFID', contract_id: 'C' } as const;
  const session = aSession('T1', {
    ...party,
    location_id: 'L1',
    evse_uid: 'E1',
    start_date_time: now(),
    last_updated: now(),
    cdr_token: card,
  });
  assert.ok((await server.sites.putSession(TNM, session)).ok);
});
after(() => server.close());

test('T-LEAK whoever looks at sessions, or changes one, sees no UID of a card', async () => {
  const { contextId } = (await server.sites.session({ peerId: 'tnm', sessionId: 'T1' }))!;
  const answers = [
    await viewer.call('GET', '/api/sessions'),
    await viewer.call('GET', '/api/sessions/tnm/T1'),
    await viewer.call('GET', `/api/contexts/${encodeURIComponent(contextId)}/sessions`),
    await viewer.call('GET', `/api/contexts/${encodeURIComponent(contextId)}/picture`),
    await viewer.call('GET', '/api/session-list'),
    await viewer.call('GET', '/api/reports/live'),
    await operator.call('PUT', '/api/sessions/tnm/T1/soc', { soc: 0.5 }),
    await operator.call('PUT', '/api/sessions/tnm/T1/preferences', { dischargeAllowed: false }),
  ];
  for (const { status, json } of answers) {
    assert.equal(status, 200);
    assert.match(JSON.stringify(json), /T1/);
    assert.doesNotMatch(JSON.stringify(json), /DEADBEEF/i);
  }
});

test('a tariff that would take long to price is refused before it is priced', async () => {
  const element = { price_components: [{ type: 'ENERGY', price: 0.4, step_size: 1 }] };
  const charge = { start: now(), timeZone: 'Europe/Rome', energyWh: 20_000, chargingMinutes: 60 };
  const tariff = (elements: number) => ({
    id: 'T',
    currency: 'EUR',
    tax_included: 'YES',
    elements: Array.from({ length: elements }, () => element),
  });
  const asked = (body: object) => viewer.call<{ detail: string }>('POST', '/api/tariff-preview', body);
  assert.equal((await asked({ ...charge, tariff: tariff(200) })).status, 200);
  const many = await asked({ ...charge, tariff: tariff(201) });
  assert.deepEqual([many.status, /elements/.test(many.json.detail)], [400, true], many.json.detail);
  const long = await asked({ ...charge, tariff: tariff(1), chargingMinutes: 10_081 });
  assert.deepEqual([long.status, /chargingMinutes/.test(long.json.detail)], [400, true], long.json.detail);
});

test('what one person keeps is bounded: reports of the city, named views, opinions', async () => {
  const city = await signedIn(server, 'city', Date.now());
  const keep = (who: SignedIn, name: string) =>
    who.call('PUT', `/api/city/reports/${name}`, { query: 'a=1' });
  for (let n = 0; n < 20; n += 1) assert.equal((await keep(city, `r${n}`)).status, 200);
  assert.equal((await keep(city, 'r20')).status, 409);
  assert.equal((await keep(city, 'r19')).status, 200, 'one that is there is replaced');
  assert.equal((await keep(operator, 'mine')).status, 200, 'others find room');
  const admin = await signedIn(server, 'admin', Date.now());
  assert.equal((await operator.call('DELETE', '/api/city/reports/r0')).status, 404);
  assert.equal((await admin.call('DELETE', '/api/city/reports/r0')).status, 200);

  const rows = Array.from({ length: 500 }, (_, n) => ({
    account_id: viewer.accountId,
    register: `table-${'abcdefghijk'[n % 11]}`,
    name: `${n}`,
    query: '',
  }));
  await server.store.db.insertInto('saved_view').values(rows).execute();
  const view = (query: string) =>
    viewer.call<{ detail: string }>('PUT', '/api/me/views/cdrs', { name: 'v', query });
  assert.equal((await view('a=1')).status, 409);
  const odd = await view('a\u0000');
  assert.deepEqual([odd.status, /query/.test(odd.json.detail)], [400, true], odd.json.detail);

  const opinion = { utility: 5, ease: 5, satisfaction: 5, recommend: 10 };
  const said: number[] = [];
  while (said.length < 6) said.push((await city.call('POST', '/api/survey', opinion)).status);
  assert.deepEqual(said, [201, 201, 201, 201, 201, 429]);
  const made = await admin.call<{ key: string }>('POST', '/api/keys', { name: 'reader', role: 'viewer' });
  const headers = { authorization: `Bearer ${made.json.key}` };
  assert.equal((await plainCall(`${server.url}/api/survey`, 'POST', opinion, headers)).status, 404);
});

test('RT20 T-MASS profiles by hand, starts and stops reach no more stations within a minute than other calls without a second person', async () => {
  const ids = Array.from({ length: 51 }, (_, n) => `few-${n}`);
  for (const stationId of ids)
    assert.ok((await server.stations.admin.add({ stationId, securityProfile: 1 }, 'test')).ok);
  const clear = (stationId: string) => operator.call('DELETE', `/api/stations/${stationId}/profiles/7`);
  const heard = [];
  for (const stationId of ids) heard.push((await clear(stationId)).status);
  assert.deepEqual(heard, [...Array(50).fill(200), 409]);
  const period = { startPeriod: 0, limit: 6 };
  const profile = {
    id: 900,
    stackLevel: 1,
    chargingProfilePurpose: 'TxDefaultProfile',
    chargingProfileKind: 'Relative',
    chargingSchedule: [{ chargingRateUnit: 'A', chargingSchedulePeriod: [period] }],
  };
  const wish = { evseId: 1, profile };
  const refused = await operator.call<{ detail: string }>('POST', '/api/stations/few-50/profiles', wish);
  assert.deepEqual([refused.status, /second person/.test(refused.json.detail)], [409, true]);
  assert.equal((await operator.call('POST', '/api/stations/few-49/profiles', wish)).status, 200);
  const start = (stationId: string) =>
    operator.call<{ detail: string }>('POST', `/api/stations/${stationId}/start`, { tokenUid: 'CARD0001' });
  const started = await start('few-50');
  assert.deepEqual([started.status, /second person/.test(started.json.detail)], [409, true]);
  assert.equal((await start('few-49')).status, 200, 'it is reached within this minute anyhow');
  const transaction = (id: string, stationId: string) =>
    server.store.db
      .insertInto('ocpp_transaction')
      .values({
        id,
        station_id: stationId,
        station_ref: id,
        version: '2.1',
        evse_id: 1,
        connector_id: 1,
        state: 'active',
        start_ms: Date.now(),
        last_seq: 0,
        missing_seq: '[]',
        flags: '[]',
        updated_ms: Date.now(),
      })
      .execute();
  await transaction('tx-50', 'few-50');
  await transaction('tx-49', 'few-49');
  const stop = (id: string) => operator.call<{ detail: string }>('POST', `/api/transactions/${id}/stop`);
  const stopped = await stop('tx-50');
  assert.deepEqual([stopped.status, /second person/.test(stopped.json.detail)], [409, true]);
  assert.equal((await stop('tx-49')).status, 200);
});

test('a value for a time that cannot be written, and an override that is over before it begins, are refused with the field, and nothing is stored', async () => {
  const { contextId } = (await server.sites.session({ peerId: 'tnm', sessionId: 'T1' }))!;
  const path = `/api/contexts/${encodeURIComponent(contextId)}/inputs/cap`;
  const put = (body: object) => operator.call<{ detail: string }>('PUT', path, body);
  const beyond = await put({ slots: [{ start: '9999-12-31T23:59:59-23:59', value: 5_000 }] });
  assert.deepEqual([beyond.status, /body\.slots\.0\.start/.test(beyond.json.detail)], [400, true]);
  const slots = [{ start: now(), durationMinutes: 15, value: 5_000 }];
  const over = await put({ slots, validUntil: '2020-01-01T00:00:00Z' });
  assert.deepEqual([over.status, /body\.validUntil/.test(over.json.detail)], [400, true]);
  assert.deepEqual((await server.sites.series(contextId, 0, Date.now() + 3_600_000)).cap, []);
});
