/** Stations that say things late, twice, out of order, or wrong, over real sockets: what is billed is what their meters gained. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { formatDateTime } from '@smac/ocpi';
import type { OcppVersion } from '@smac/ocpp';
import { exportedWh, importedWh, type TransactionState } from '../transactions/index.ts';
import { LOCATION, type OwnServer, ownServer, type Played, until } from './testing/played-stations.ts';
import { rawStation } from './testing/raw-station.ts';
import { tellStart } from './testing/told-transactions.ts';

let server: OwnServer;
before(async () => {
  server = await ownServer();
});
after(() => server.close());

const VERSIONS: readonly OcppVersion[] = ['1.6', '2.0.1', '2.1'];
const MINUTE_MS = 60_000;
let cards = 0;

async function newCard(): Promise<string> {
  cards += 1;
  const uid = `ODD${String(cards).padStart(5, '0')}`;
  assert.ok((await server.backOffice.tokens.add({ uid }, 'local')).ok);
  return uid;
}

async function booted(version: OcppVersion, stationId: string): Promise<Played> {
  const station = await server.play(version, stationId);
  await station.boot();
  return station;
}

async function byRef(station: Played, ref: string): Promise<TransactionState> {
  const all = await server.backOffice.transactions.list({ stationId: station.stationId });
  const found = all.find(({ stationRef }) => stationRef === ref);
  assert.ok(found);
  return found;
}

const cdrsOf = async ({ id }: TransactionState) =>
  (await server.backOffice.billing.cdrs.list({ sessionId: id, offset: 0, limit: 10 })).cdrs;

/** An hour ago, so that what is told lies in the past of the server. */
const hourAgo = () => Math.floor(Date.now() / 1000) * 1000 - 60 * MINUTE_MS;

for (const version of VERSIONS) {
  test(`D1.5-§2.3.1-CDR ${version}: the end of a displaced transaction that is told late is billed anew, and the session says so`, async () => {
    const station = await booted(version, `late-${version}`);
    const t0 = hourAgo();
    const first = await tellStart(station, await newCard(), { atMs: t0, importWh: 1000 });
    await first.meter({ atMs: t0 + 10 * MINUTE_MS, importWh: 3000 });
    const second = await tellStart(station, await newCard(), { atMs: t0 + 30 * MINUTE_MS, importWh: 5000 });
    const displaced = await byRef(station, first.ref);
    assert.deepEqual([displaced.state, displaced.flags], ['ended', ['superseded']]);
    const [bill] = await until(async () => {
      const cdrs = await cdrsOf(displaced);
      return cdrs.length > 0 && cdrs;
    });
    assert.equal(bill?.total_energy, 2);
    await first.stop({ atMs: t0 + 20 * MINUTE_MS, importWh: 4500 });
    const all = await until(async () => {
      const cdrs = await cdrsOf(displaced);
      return cdrs.length === 3 && cdrs;
    });
    assert.deepEqual(
      all.map(({ credit, total_energy, credit_reference_id }) => [
        credit === true,
        total_energy,
        credit_reference_id,
      ]),
      [
        [false, 2, undefined],
        [true, 2, bill?.id],
        [false, 3.5, undefined],
      ],
    );
    assert.equal(all[2]?.end_date_time, formatDateTime(t0 + 20 * MINUTE_MS));
    await first.stop({ atMs: t0 + 20 * MINUTE_MS, importWh: 4500, seqNo: 2 });
    await until(async () => {
      const session = await server.sites.session({ peerId: 'own', sessionId: displaced.id });
      return session?.energyWh === 3500;
    });
    await second.stop({ atMs: t0 + 40 * MINUTE_MS, importWh: 5000 });
    assert.equal((await cdrsOf(displaced)).length, 3);
  });

  test(`${version}: a final register with a clock before the last reading counts; a replaced meter counts in both its parts`, async () => {
    const station = await booted(version, `meter-${version}`);
    const t0 = hourAgo();
    const back = await tellStart(station, await newCard(), { atMs: t0, importWh: 1000 });
    await back.meter({ atMs: t0 + 20 * MINUTE_MS, importWh: 5000 });
    await back.stop({ atMs: t0 + 15 * MINUTE_MS, importWh: 6000 });
    const ended = await byRef(station, back.ref);
    assert.deepEqual([importedWh(ended), ended.flags], [5000, []]);
    const swapped = await tellStart(station, await newCard(), { atMs: t0 + 21 * MINUTE_MS, importWh: 6000 });
    for (const [minute, importWh] of [
      [25, 8000],
      [30, 12],
      [35, 1012],
    ] as const) {
      await swapped.meter({ atMs: t0 + minute * MINUTE_MS, importWh });
    }
    await swapped.stop({ atMs: t0 + 40 * MINUTE_MS, importWh: 1512 });
    const transaction = await byRef(station, swapped.ref);
    assert.equal(importedWh(transaction), 3500);
    assert.deepEqual(transaction.flags, ['meter-replaced', 'register-fell']);
    const [cdr] = await until(async () => {
      const cdrs = await cdrsOf(transaction);
      return cdrs.length > 0 && cdrs;
    });
    assert.equal(cdr?.total_energy, 3.5);
  });

  test(`F13 T-POISON ${version}: a clock in 1970 or 2100 and registers of nonsense neither stop nor sell anything`, async () => {
    const station = await booted(version, `nonsense-${version}`);
    const t0 = hourAgo();
    const card = await newCard();
    const ancient = await tellStart(station, card, {
      atMs: t0,
      timestamp: '1970-01-01T00:00:05Z',
      importWh: 4_000_000_000,
    });
    assert.equal(ancient.status, 'Accepted');
    for (const importWh of [4_000_001_000, 0, -5, 9e15, 4_000_002_000]) {
      await ancient.meter({ atMs: t0, timestamp: '2100-01-01T00:00:00Z', importWh });
    }
    await ancient.stop({ atMs: t0, timestamp: '1970-01-01T00:10:00Z', importWh: 4_000_002_100 });
    const transaction = await byRef(station, ancient.ref);
    assert.equal(transaction.state, 'ended');
    assert.ok(transaction.flags.includes('clock'));
    assert.ok(Math.abs(transaction.startMs - Date.now()) < MINUTE_MS, 'when it was heard');
    assert.ok(importedWh(transaction) <= 2100, String(importedWh(transaction)));
    assert.equal(exportedWh(transaction), 0);
  });

  test(`T-POISON ${version}: an EVSE of no whole number, or below 0, is refused with the code of the protocol; the line stays`, async () => {
    const station = await rawStation(server, version, `nowhere-${version}`);
    const name = version === '1.6' ? 'connectorId' : 'evseId';
    const value = version === '1.6' ? '1' : 1;
    const meterValue = [{ timestamp: new Date().toISOString(), sampledValue: [{ value }] }];
    const codes = [];
    for (const place of [1.5, -1, 2 ** 31]) {
      codes.push(await station.codeOf('MeterValues', { [name]: place, meterValue }));
    }
    const property = 'PropertyConstraintViolation';
    assert.deepEqual(codes, ['TypeConstraintViolation', property, property]);
    assert.equal(await station.codeOf('MeterValues', { [name]: 1, meterValue }), 'taken');
    station.close();
  });
}

for (const version of VERSIONS) {
  test(`BI19 ${version}: the bill of a reserved session begins with its reservation, and says its time`, async () => {
    const station = await booted(version, `reserved-${version}`);
    const uid = await newCard();
    const t0 = hourAgo();
    await server.store.db
      .insertInto('cpo_reservation')
      .values({
        peer_id: 'emsp',
        party: 'NL-TNM',
        reservation_key: `odd-${version}`,
        location_id: LOCATION,
        evse_uid: station.evseUid,
        token: JSON.stringify({ uid }),
        reference: null,
        response_url: 'http://localhost/r',
        reserved_ms: t0 - 30 * MINUTE_MS,
        expires_ms: Date.now() + 60 * MINUTE_MS,
        ended_ms: null,
      })
      .execute();
    const told = await tellStart(station, uid, { atMs: t0, importWh: 0 });
    const transaction = await byRef(station, told.ref);
    await until(async () => {
      const use = await server.store.db
        .selectFrom('cpo_reservation_use')
        .select('reserved_ms')
        .where('session_id', '=', transaction.id)
        .executeTakeFirst();
      return use !== undefined;
    });
    await told.stop({ atMs: t0 + 30 * MINUTE_MS, importWh: 4000 });
    const [cdr] = await until(async () => {
      const cdrs = await cdrsOf(transaction);
      return cdrs.length > 0 && cdrs;
    });
    assert.equal(cdr?.start_date_time, formatDateTime(t0 - 30 * MINUTE_MS));
    assert.deepEqual(cdr?.charging_periods[0]?.dimensions, [{ type: 'RESERVATION_TIME', volume: 0.5 }]);
    assert.deepEqual([cdr?.total_time, cdr?.total_energy], [0.5, 4]);
  });
}

for (const [one, other] of [
  ['1.6', '1.6'],
  ['1.6', '2.0.1'],
  ['2.0.1', '2.1'],
] as const) {
  test(`one card at a ${one} and a ${other} station in the same second: one is accepted, the other hears ConcurrentTx`, async () => {
    const stations = [
      await booted(one, `twin-a-${one}-${other}`),
      await booted(other, `twin-b-${one}-${other}`),
    ];
    const card = await newCard();
    const atMs = Date.now();
    const told = await Promise.all(
      stations.map((station) => tellStart(station, card, { atMs, importWh: 0 })),
    );
    assert.deepEqual(told.map(({ status }) => status).sort(), ['Accepted', 'ConcurrentTx']);
    const winner = told.findIndex(({ status }) => status === 'Accepted');
    const loser = told[1 - winner];
    await loser?.stop({ atMs: atMs + 1000, importWh: 0 });
    await told[winner]?.stop({ atMs: atMs + 1000, importWh: 0 });
    const again = await tellStart(stations[1 - winner] as Played, card, { atMs: atMs + 2000, importWh: 0 });
    assert.equal(again.status, 'Accepted');
    await again.stop({ atMs: atMs + 3000, importWh: 0 });
  });
}

for (const version of ['2.0.1', '2.1'] as const) {
  test(`${version}: a station that loses its count in a transaction is heard to the end, whatever it repeats`, async () => {
    const station = await booted(version, `count-${version}`);
    const t0 = hourAgo();
    const told = await tellStart(station, await newCard(), { atMs: t0, importWh: 1000, exportWh: 10 });
    const say = async (minute: number, seqNo: number, importWh: number, exportWh: number) =>
      told.meter({ atMs: t0 + minute * MINUTE_MS, seqNo, importWh, exportWh, chargingState: 'Charging' });
    await say(1, 1, 1100, 10);
    await say(2, 2, 1200, 10);
    await say(3, 2 ** 31 - 1, 1300, 10);
    await say(4, 0, 1400, 10);
    await say(5, 1, 1500, 40);
    await say(2, 2, 1200, 10);
    await say(5, 1, 1500, 40);
    const transaction = await byRef(station, told.ref);
    assert.deepEqual([importedWh(transaction), exportedWh(transaction)], [500, 30]);
    assert.deepEqual(transaction.flags, ['seq-reused']);
    await told.stop({ atMs: t0 + 6 * MINUTE_MS, seqNo: 2, importWh: 1600, exportWh: 60 });
    const ended = await byRef(station, told.ref);
    assert.deepEqual([ended.state, importedWh(ended), exportedWh(ended)], ['ended', 600, 50]);
    const [cdr] = await until(async () => {
      const cdrs = await cdrsOf(ended);
      return cdrs.length > 0 && cdrs;
    });
    assert.deepEqual([cdr?.total_energy, cdr?.total_exported_energy], [0.6, 0.05]);
  });
}
