import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { createMeterStore } from '../metering/index.ts';
import { createAudit } from '../operators/index.ts';
import { ensureMeterPartitions } from '../store/meter-partitions.ts';
import { memoryStore } from '../store/testing/index.ts';
import { removeExpired } from './retention.ts';
import { testConfig } from './testing/test-server.ts';

const NOW_MS = Date.UTC(2026, 10, 21, 12);
const DAY_MS = 24 * 3_600_000;

test('GDPR retention: what own stations and cards left behind goes after its period; what runs, what is billed and what is younger stays', async () => {
  const store = await memoryStore();
  try {
    const { db } = store;
    const audit = createAudit({ store, clock: { now: () => NOW_MS, after: () => () => {} } });
    const meters = createMeterStore(store);
    const [oldMs, youngMs] = [NOW_MS - 800 * DAY_MS, NOW_MS - 30 * DAY_MS];
    for (const [id, state, endMs] of [
      ['old', 'ended', oldMs],
      ['running', 'active', null],
      ['young', 'ended', youngMs],
    ] as const) {
      await sql`insert into ocpp_transaction (id, station_id, station_ref, version, evse_id, connector_id, state, start_ms, end_ms,
        last_seq, missing_seq, flags, updated_ms) values (${id}, 'S1', ${id}, '2.0.1', 1, 1, ${state}, ${oldMs}, ${endMs}, 0, '[]', '[]', ${oldMs})`.execute(
        db,
      );
      await sql`insert into transaction_event (transaction_id, seq, kind, trigger, at_ms, received_ms, offline, payload)
        values (${id}, 0, 'Started', 'Authorized', ${oldMs}, ${oldMs}, false, '{}')`.execute(db);
      await sql`insert into station_profile (station_id, profile_id, evse_id, purpose, transaction_id, state, profile, set_ms)
        values ('S1', ${id.length}, 1, 'TxProfile', ${id}, 'accepted', '{}', ${oldMs})`.execute(db);
    }
    // A fallback profile that a station has held for years is still what it falls back to.
    await sql`insert into station_profile (station_id, profile_id, evse_id, purpose, state, profile, set_ms)
      values ('S1', 99, 1, 'TxDefaultProfile', 'accepted', '{}', ${oldMs})`.execute(db);
    // The newest signal of a grid operator holds, however old it is.
    await sql`insert into grid_partner (id, name, role, dialect, state, token_hashes, awaits_register, measurements, updated_ms)
      values ('P', 'DSO', 'cp', 'standard', 'online', '[]', false, '[]', ${oldMs})`.execute(db);
    for (const requestId of ['first', 'newest']) {
      await sql`insert into grid_signal (partner_id, group_id, type, request_id, received_ms, envelope)
        values ('P', 'G', 'CONSUMPTION', ${requestId}, ${oldMs}, '{}')`.execute(db);
    }
    for (const atMs of [oldMs, youngMs]) {
      await ensureMeterPartitions(db, [atMs]);
      await sql`insert into meter_value (station_id, evse_id, at_ms, context, received_ms, import_wh)
        values ('S1', 1, ${atMs}, 'Sample.Periodic', ${atMs}, 1)`.execute(db);
      await sql`insert into token_decision (uid_key, station_id, status, method, at_ms)
        values ('card', 'S1', 'Accepted', 'WHITELIST', ${atMs})`.execute(db);
      await sql`insert into station_drift (station_id, evse_id, read_ms, largest_w, expected, reported)
        values ('S1', ${atMs === oldMs ? 1 : 2}, ${atMs}, 0, '[]', '[]')`.execute(db);
      await sql`insert into cdr (id, session_id, revision, party, object, facts, created_ms)
        values (${`cdr-${atMs}`}, ${`s-${atMs}`}, 0, 'FI-EMS', '{}', '{}', ${atMs})`.execute(db);
    }
    const kept = { store, audit, meters };
    const removed = await removeExpired(kept, testConfig({}), NOW_MS);
    assert.deepEqual(
      [removed.transactions, removed.meterMonths, removed.tokenDecisions, removed.dispatch, removed.inputs],
      [1, 1, 1, 1, 1],
    );
    const ids = async (table: string, column: string) =>
      (
        await sql<{
          id: string;
        }>`select ${sql.ref(column)} as id from ${sql.table(table)} order by 1`.execute(db)
      ).rows.map(({ id }) => id);
    assert.deepEqual(await ids('grid_signal', 'request_id'), ['newest']);
    assert.deepEqual(await ids('ocpp_transaction', 'id'), ['running', 'young']);
    assert.deepEqual(await ids('transaction_event', 'transaction_id'), ['running', 'young']);
    assert.deepEqual(await ids('station_profile', 'purpose'), ['TxDefaultProfile', 'TxProfile', 'TxProfile']);
    assert.equal((await ids('meter_value', 'at_ms')).length, 1);
    assert.equal((await ids('cdr', 'id')).length, 2);
    // 0 keeps for ever, and nothing is left to remove at the second time.
    const again = await removeExpired(kept, testConfig({ SMAC_RETAIN_METERS_DAYS: '0' }), NOW_MS);
    assert.equal(
      Object.values(again).reduce((sum, count) => sum + count, 0),
      0,
    );
    const forEver = await removeExpired(
      kept,
      testConfig({ SMAC_RETAIN_METERS_DAYS: '0', SMAC_RETAIN_TRANSACTIONS_DAYS: '0' }),
      NOW_MS + 9000 * DAY_MS,
    );
    assert.deepEqual([forEver.meterMonths, forEver.transactions], [0, 0]);
  } finally {
    await store.close();
  }
});
