import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { after, before, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { sql } from 'kysely';
import { createCity } from '../insight/city/index.ts';
import { createUsage } from '../insight/usage/index.ts';
import { plainCall, type SignedIn, signedIn } from '../main/testing/signed-in.ts';
import { type TestServer, testServer } from '../main/testing/test-server.ts';
import { writeUsageReports } from '../main/usage-reports.ts';
import { createApiKeys } from '../operators/index.ts';
import { aLocation, anEvse, aSession } from '../sites/testing/fixtures.ts';
import { restore, type Store, usageExport } from '../store/index.ts';
import { memoryStore } from '../store/testing/index.ts';
import { systemClock } from '../time/clock.ts';

const aheadMs = Date.parse('2026-07-03T10:00:00Z') - systemClock.now();
const clock = { ...systemClock, now: () => systemClock.now() + aheadMs };
const utc = (text: string) => Date.parse(`2026-${text}:00Z`);
const at = (text: string) => new Date(utc(text)).toISOString();
const TNM = { peerId: 'tnm', party: { countryCode: 'NL', partyId: 'TNM' } };

let server: TestServer;
let operator: SignedIn;

before(async () => {
  server = await testServer({ SMAC_TRUSTED_PROXIES: '127.0.0.1' }, {}, clock);
  operator = await signedIn(server, 'operator', clock.now());
  const place = aLocation('L1', [anEvse('E1'), anEvse('E2')], { last_updated: at('05-01T00:00') });
  assert.ok((await server.sites.putLocation(TNM, place)).ok);
  await heldBackThenHalf();
  await charge(TNM, 'T2', { evse: 'E1', card: 'CARDB' }, '06-02T08:00', [['06-02T09:00', 22]]);
  await charge(TNM, 'T3', { evse: 'E2', card: 'CARDA' }, '06-03T08:00', [['06-03T10:00', 4]]);
  // 22:30 UTC on the last of June is July in Rotterdam.
  await charge(TNM, 'T4', { evse: 'E2', card: 'CARDA' }, '06-30T22:30', [['06-30T23:30', 7]]);
  await givenBackAtAnOwnStation();
});
after(() => server.close());

/** Each reading is what the meter showed at that time, kWh; the last one ends it. */
async function charge(
  owner: typeof TNM,
  id: string,
  { evse, card, location = 'L1' }: { evse: string; card: string; location?: string },
  start: string,
  readings: readonly (readonly [string, number])[],
): Promise<void> {
  const { countryCode: country_code, partyId: party_id } = owner.party;
  const session = (overrides: object) =>
    aSession(id, {
      country_code,
      party_id,
      location_id: location,
      evse_uid: evse,
      start_date_time: at(start),
      cdr_token: { country_code, party_id, uid: card, type: 'RFID', contract_id: card },
      ...overrides,
    });
  const put = async (overrides: object) => {
    const answer = await server.sites.putSession(owner, session(overrides));
    assert.ok(answer.ok, JSON.stringify(answer));
  };
  await put({ kwh: 0, last_updated: at(start) });
  for (const [n, [when, kwh]] of readings.entries()) {
    const end = n === readings.length - 1 ? { status: 'COMPLETED', end_date_time: at(when) } : {};
    await put({ kwh, last_updated: at(when), ...end });
  }
}

/** Midnight of the first in Rotterdam; nothing for an hour, then half of what the socket can. */
async function heldBackThenHalf(): Promise<void> {
  await charge(TNM, 'T1', { evse: 'E1', card: 'CARDA' }, '05-31T22:00', [
    ['05-31T23:00', 0],
    ['06-01T00:00', 11],
    ['06-01T01:00', 22],
    ['06-01T02:00', 22],
  ]);
  const { contextId } = (await server.sites.session({ peerId: 'tnm', sessionId: 'T1' }))!;
  const attempt = { context_id: contextId, peer_id: 'tnm', session_id: 'T1', applied_ms: null, detail: null };
  const [startMs, halfMs, endMs] = [utc('05-31T22:00'), utc('05-31T23:00'), utc('06-01T22:00')];
  const periods = [
    { startMs, powerW: 0 },
    { startMs: halfMs, powerW: 11_000 },
  ];
  await server.store.db
    .insertInto('dispatch_profile')
    .values([
      {
        ...attempt,
        id: '11111111-1111-4111-8111-111111111111',
        plan_id: '7',
        reason: 'lower',
        state: 'ACCEPTED',
        profile: JSON.stringify({ startMs, endMs, periods }),
        sent_ms: startMs,
        answered_ms: utc('05-31T22:01'),
      },
      {
        ...attempt,
        id: '22222222-2222-4222-8222-222222222222',
        plan_id: '8',
        reason: 'raise',
        state: 'REJECTED',
        profile: JSON.stringify({ startMs, endMs, periods: [{ startMs, powerW: 22_000 }] }),
        sent_ms: utc('05-31T22:30'),
        answered_ms: utc('05-31T22:31'),
      },
    ])
    .execute();
}

/** Plugged in ten minutes before the card was shown; 6 kWh taken, 2 kWh given back; a day without connection. */
async function givenBackAtAnOwnStation(): Promise<void> {
  const { network } = server.backOffice;
  const where = { latitude: '52.09', longitude: '5.12', timeZone: 'Europe/Amsterdam' };
  const place = { id: 'OWN', name: 'Own square', address: 'Square 1', city: 'Utrecht', country: 'NLD' };
  await network.addLocation({ ...place, ...where, supply: { maxImportW: 50_000, currency: 'EUR' } });
  await server.stations.admin.add({ stationId: 'S1', securityProfile: 1 }, 'local');
  const socket = { standard: 'IEC_62196_T2', format: 'SOCKET', powerType: 'AC_3_PHASE' } as const;
  const power = { maxVoltageV: 230, maxCurrentA: 16, dischargeW: 11_000, tariffIds: [] };
  await network.placeEvse({
    stationId: 'S1',
    evseId: 1,
    locationId: 'OWN',
    evseUid: 'S1-1',
    connectors: [{ id: '1', connectorId: 1, ...socket, ...power }],
  });
  const { db } = server.store;
  const { party } = await db
    .selectFrom('location')
    .select('party')
    .where('peer_id', '=', 'own')
    .executeTakeFirstOrThrow();
  const own = { peerId: 'own', party: { countryCode: party.slice(0, 2), partyId: party.slice(3) } };
  const stay = { evse: 'S1-1', card: 'CARDA', location: 'OWN' };
  await charge(own, 'OWN-TX', stay, '06-05T10:10', [['06-05T12:10', 6]]);
  await db
    .insertInto('ocpp_transaction')
    .values({
      id: 'OWN-TX',
      station_id: 'S1',
      station_ref: 'tx-1',
      version: '2.1',
      evse_id: 1,
      connector_id: 1,
      state: 'ended',
      start_ms: utc('06-05T10:10'),
      end_ms: utc('06-05T12:10'),
      import_start_wh: 1_000,
      import_wh: 7_000,
      export_start_wh: 500,
      export_wh: 2_500,
      last_seq: 2,
      missing_seq: '[]',
      flags: '[]',
      updated_ms: utc('06-05T12:15'),
    })
    .execute();
  const told = { transaction_id: 'OWN-TX', offline: false, payload: '{}', content: '' };
  await db
    .insertInto('transaction_event')
    .values(
      (
        [
          ['Started', 'CablePluggedIn', '06-05T10:00'],
          ['Updated', 'Authorized', '06-05T10:10'],
          ['Ended', 'EVDeparted', '06-05T12:15'],
        ] as const
      ).map(([kind, trigger, when], seq) => ({
        ...told,
        seq,
        kind,
        trigger,
        at_ms: utc(when),
        received_ms: utc(when),
      })),
    )
    .execute();
  await db
    .insertInto('station_uptime')
    .values([
      { station_id: 'S1', generation: 1, from_ms: utc('05-31T22:00'), until_ms: utc('06-10T22:00') },
      { station_id: 'S1', generation: 2, from_ms: utc('06-11T22:00'), until_ms: null },
    ])
    .execute();
}

interface Report {
  readonly complete: boolean;
  readonly transactions: readonly Readonly<Record<string, unknown>>[];
  readonly sockets: readonly Readonly<Record<string, unknown>>[];
}
const june = async (query = '') =>
  (await operator.call<Report>('GET', `/api/reports/usage?month=2026-06${query}`)).json;

test('BI13-1 BI13-4 BI13-5 BI13-6 BI13-7 every transaction of June stands as in the sheet made by hand', async () => {
  const { transactions, complete } = await june();
  assert.equal(complete, true);
  const rotterdam = { operator: 'NL-TNM', site: 'Straat 1', station: null, exportWh: null };
  assert.deepEqual(transactions.slice(0, 3), [
    {
      ...rotterdam,
      code: 'T1',
      socket: 'E1',
      card: 1,
      connected: at('05-31T22:00'),
      start: at('05-31T22:00'),
      chargingFrom: at('05-31T23:00'),
      chargingUntil: at('06-01T01:00'),
      end: at('06-01T02:00'),
      disconnected: at('06-01T02:00'),
      energyWh: 22_000,
      mostW: 11_000,
      particularities: ['smart', 'deferred', 'lowered'],
      profiles: [
        {
          id: '11111111-1111-4111-8111-111111111111',
          plan: 7,
          reason: 'lower',
          from: at('05-31T22:01'),
          until: at('06-01T02:00'),
          leastW: 0,
          mostW: 11_000,
        },
      ],
    },
    {
      ...rotterdam,
      code: 'T2',
      socket: 'E1',
      card: 2,
      connected: at('06-02T08:00'),
      start: at('06-02T08:00'),
      chargingFrom: at('06-02T08:00'),
      chargingUntil: at('06-02T09:00'),
      end: at('06-02T09:00'),
      disconnected: at('06-02T09:00'),
      energyWh: 22_000,
      mostW: 22_000,
      particularities: [],
      profiles: [],
    },
    {
      ...rotterdam,
      code: 'T3',
      socket: 'E2',
      card: 1,
      connected: at('06-03T08:00'),
      start: at('06-03T08:00'),
      chargingFrom: at('06-03T08:00'),
      chargingUntil: at('06-03T10:00'),
      end: at('06-03T10:00'),
      disconnected: at('06-03T10:00'),
      energyWh: 4_000,
      mostW: 2_000,
      particularities: [],
      profiles: [],
    },
  ]);
  const { operator: _, ...own } = transactions[3]!;
  assert.deepEqual(own, {
    site: 'Own square',
    station: 'S1',
    code: 'OWN-TX',
    socket: 'S1-1',
    // The same number given out by another party is another card.
    card: 3,
    connected: at('06-05T10:00'),
    start: at('06-05T10:10'),
    chargingFrom: at('06-05T10:10'),
    chargingUntil: at('06-05T12:10'),
    end: at('06-05T12:10'),
    disconnected: at('06-05T12:15'),
    energyWh: 6_000,
    exportWh: 2_000,
    mostW: 3_000,
    particularities: ['given-back'],
    profiles: [],
  });
  assert.equal(transactions.length, 4, 'a charge of July is not in June');
});

test('BI13-2 BI13-3 BI13-8 BI13-9 every socket has its transactions, cards, energy, uptime and malfunctions', async () => {
  const { sockets } = await june();
  const lines = sockets.map(({ socket, transactions, cards, energyWh, uptimeShare, malfunctions }) => ({
    line: [socket, transactions, cards, energyWh],
    seen: [uptimeShare, malfunctions],
  }));
  const [e1, e2] = lines.filter(({ line }) => line[0] === 'E1' || line[0] === 'E2');
  assert.deepEqual(e1, { line: ['E1', 2, 2, 44_000], seen: [null, null] });
  assert.deepEqual(e2, { line: ['E2', 1, 1, 4_000], seen: [null, null] });
  const own = lines.find(({ line }) => line[0] === 'S1-1')!;
  assert.deepEqual(own.line, ['S1-1', 1, 1, 6_000]);
  // One of thirty days.
  assert.ok(Math.abs(Number(own.seen[0]) - 29 / 30) < 1e-9, String(own.seen[0]));
  assert.deepEqual(own.seen[1], [{ from: at('06-10T22:00'), until: at('06-11T22:00') }]);
});

test('BI13 a tool reads the report with a reading key, as JSON and as CSV; it finds no card in it, and nobody without a key reads it', async () => {
  const { store, audit } = server;
  const apiKeys = createApiKeys({ store, clock, random: randomBytes, audit });
  const { key } = await apiKeys.create({ name: 'monitor', role: 'viewer' }, 'test');
  const headers = { authorization: `Bearer ${key}` };
  const url = `${server.url}/api/reports/usage?month=2026-06`;
  const json = await plainCall(url, 'GET', undefined, headers);
  assert.equal(json.status, 200, JSON.stringify(json.json));
  const csv = await plainCall<{ text: string }>(`${url}&format=csv`, 'GET', undefined, headers);
  assert.doesNotMatch(JSON.stringify([json.json, csv.json]), /CARDA|CARDB/i);
  const [header, first] = csv.json.text.split('\r\n');
  assert.match(
    header ?? '',
    /^transaction,operator,site,station,socket,card,connected,disconnected,start,end,/,
  );
  assert.match(first ?? '', /^T1,NL-TNM,Straat 1,,E1,1,.*,22000,,11000,smart deferred lowered,plan 7 /);
  const sockets = await plainCall<{ text: string }>(
    `${url}&format=csv&part=sockets`,
    'GET',
    undefined,
    headers,
  );
  assert.match(sockets.json.text, /^NL-TNM,Straat 1,,E2,1,1,4000,,,\r$/m);
  assert.equal((await plainCall(url, 'GET')).status, 401);
  const folder = join(server.dataDir, 'reports');
  const usage = createUsage({ store, clock });
  const nowMs = clock.now();
  const written = await writeUsageReports(usage, folder, nowMs);
  assert.deepEqual(
    written.map((file) => basename(file)),
    ['usage-2026-06-transactions.csv', 'usage-2026-06-sockets.csv'],
  );
  assert.equal(readFileSync(written[0]!, 'utf8'), csv.json.text, 'the file of the month says the same');
  assert.deepEqual(await writeUsageReports(usage, folder, nowMs), [], 'once');
  const wrong = await plainCall<{ detail: string }>(
    url.replace('2026-06', '2026-13'),
    'GET',
    undefined,
    headers,
  );
  assert.equal(wrong.status, 400);
  assert.match(wrong.json.detail, /month/);
});

test('US-MA-m-power energy and power of every transaction equal those that SQL recomputes from the readings', async () => {
  const { transactions } = await june();
  const { rows } = await sql<{ code: string; wh: number; most_w: number }>`
    with steps as (
      select session_key, energy_wh, at_ms,
        energy_wh - lag(energy_wh) over (partition by session_key order by at_ms) as wh,
        at_ms - lag(at_ms) over (partition by session_key order by at_ms) as ms
      from (select session_key, at_ms, energy_wh from session_reading union select session_key, start_ms, 0 from charging_session) r
    )
    select s.session_id as code, max(p.energy_wh) as wh, max(p.wh * 3600000 / p.ms) filter (where p.ms > 0) as most_w
    from charging_session s join steps p on p.session_key = s.session_key group by s.session_id`.execute(
    server.store.db,
  );
  for (const { code, energyWh, mostW } of transactions) {
    const again = rows.find((row) => row.code === code)!;
    assert.deepEqual([energyWh, mostW], [Number(again.wh), Number(again.most_w)], String(code));
  }
});

test('BI12 usage data leaves as JSON lines, and gives the same report and figures where it is read in again; no account, key or secret leaves', async () => {
  const parts: Uint8Array[] = [];
  for await (const part of usageExport(server.store)) parts.push(part);
  const file = Buffer.concat(parts);
  const text = gunzipSync(file).toString('utf8');
  const [header, ...batches] = text.trim().split('\n');
  assert.match(header ?? '', /"smac_backup":1/);
  const names = batches.map((line) => (JSON.parse(line) as { table: string }).table);
  for (const name of [
    'charging_session',
    'session_reading',
    'dispatch_profile',
    'ocpp_transaction',
    'station_uptime',
  ])
    assert.ok(names.includes(name), name);
  assert.ok(
    names.every((name) => !/account|key|secret|recovery|passkey|audit|consent|vehicle|^token/.test(name)),
    names.join(),
  );
  assert.ok(!text.includes(operator.email));
  const copy = await memoryStore();
  await restore(copy, Readable.from([file]));
  const there = createUsage({ store: copy, clock });
  const here = createUsage({ store: server.store, clock });
  assert.deepEqual(await there.month('2026-06'), await here.month('2026-06'));
  const { planning } = server;
  const period = { from: '2026-06-01', to: '2026-06-30' };
  const figures = async (store: Store) =>
    (await createCity({ store, planning, clock }).summary(period)).figures;
  assert.deepEqual(await figures(copy), await figures(server.store));
  await copy.close();
});
