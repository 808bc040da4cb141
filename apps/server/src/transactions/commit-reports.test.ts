import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Request } from '@smac/ocpp';
import { createMeterStore } from '../metering/index.ts';
import { groupCommit } from '../store/group-commit.ts';
import { eachDatabase } from '../store/testing/index.ts';
import { commitReports, type Pending } from './commit-reports.ts';
import { meterOf16, startOf16, stopOf16 } from './from-1-6.ts';
import type { TransactionReport } from './report.ts';
import { stateOf } from './row.ts';
import { importedWh } from './state.ts';

const T0 = Date.parse('2026-06-01T08:00:00Z');
const at = (minutes: number) => new Date(T0 + minutes * 60_000).toISOString();
let number = 0;

eachDatabase('reports', (database) => {
  const rooms = () => {
    const { store } = database;
    const meters = createMeterStore(store);
    const reports = groupCommit<Pending>((group) => commitReports(store, meters, group));
    const take = async (report: TransactionReport) => {
      number += 1;
      const pending: Pending = { report, newId: `id-${number}`, newRef: String(1000 + number) };
      await reports.add(pending);
      assert.ok(pending.outcome);
      return pending.outcome;
    };
    const row = async (id: string) =>
      stateOf(
        await store.db
          .selectFrom('ocpp_transaction')
          .selectAll()
          .where('id', '=', id)
          .executeTakeFirstOrThrow(),
      );
    return { store, meters, take, row };
  };
  const heard = (stationId: string, minutes = 0) => ({ stationId, receivedMs: T0 + minutes * 60_000 });
  const start = (
    stationId: string,
    more: Partial<Request<'1.6', 'StartTransaction'>> = {},
    minutes = 0,
  ): TransactionReport =>
    startOf16(
      { connectorId: 1, idTag: 'CARD', meterStart: 1000, timestamp: at(minutes), ...more },
      heard(stationId, minutes),
    );
  const meter = (stationId: string, minutes: number, wh: number, transactionId?: number): TransactionReport =>
    meterOf16(
      {
        connectorId: 1,
        ...(transactionId === undefined ? {} : { transactionId }),
        meterValue: [{ timestamp: at(minutes), sampledValue: [{ value: String(wh) }] }],
      },
      heard(stationId, minutes),
    );

  test('a 1.6 transaction from start to stop, with every reading stored once', async () => {
    const { take, row, meters } = rooms();
    const { state } = await take(start('s1'));
    assert.ok(state);
    await take(meter('s1', 5, 1500, Number(state.stationRef)));
    await take(meter('s1', 5, 1500, Number(state.stationRef)));
    // Many stations forget the transaction id.
    await take(meter('s1', 6, 1600));
    const stop = {
      transactionId: Number(state.stationRef),
      meterStop: 2500,
      timestamp: at(10),
      reason: 'EVDisconnected' as const,
    };
    await take(stopOf16(stop, heard('s1', 10)));
    const again = await take(stopOf16(stop, heard('s1', 10)));
    assert.equal(again.duplicate, true);
    const stored = await row(state.id);
    assert.equal(stored.state, 'ended');
    assert.equal(stored.stopReason, 'EVDisconnected');
    assert.equal(importedWh(stored), 1500);
    const readings = await meters.readings({ fromMs: T0, toMs: T0 + 3_600_000, transactionId: state.id });
    assert.deepEqual(
      readings.map(({ importWh }) => importWh),
      [1000, 1500, 1600, 2500],
    );
  });

  test('a start whose answer was lost is the same transaction; another card at the same connector is a new one', async () => {
    const { take, row } = rooms();
    const first = await take(start('s2'));
    const again = await take(start('s2'));
    assert.equal(again.duplicate, true);
    assert.equal(again.state?.stationRef, first.state?.stationRef);
    const other = await take(start('s2', { idTag: 'OTHER', meterStart: 3000 }, 30));
    assert.notEqual(other.state?.id, first.state?.id);
    assert.equal(other.ended?.id, first.state?.id);
    assert.ok(first.state);
    const ended = await row(first.state.id);
    assert.deepEqual([ended.state, ended.flags], ['ended', ['superseded']]);
  });

  test('the start of an earlier transaction that comes late does not end the one that runs at its EVSE now', async () => {
    const { take, row } = rooms();
    const now = await take(start('late', { idTag: 'NOW', meterStart: 5000 }, 30));
    const told = { connectorId: 1, idTag: 'CARD', meterStart: 1000, timestamp: at(0) };
    const before = await take(startOf16(told, heard('late', 31)));
    assert.ok(now.state && before.state);
    assert.equal(before.ended, undefined);
    assert.equal((await row(now.state.id)).state, 'active');
    const { stationRef } = before.state;
    const end = { transactionId: Number(stationRef), meterStop: 5000, timestamp: at(20) };
    await take(stopOf16(end, heard('late', 32)));
    assert.deepEqual(
      [(await row(before.state.id)).state, (await row(now.state.id)).state],
      ['ended', 'active'],
    );
  });

  test('T-OWN the number of another station is a transaction of its own and touches nobody (CVE-2026-28230)', async () => {
    const { take, row } = rooms();
    const victim = await take(start('s3'));
    assert.ok(victim.state);
    const foreign = Number(victim.state.stationRef);
    const stop = { transactionId: foreign, meterStop: 99_999_999, timestamp: at(1) };
    const attack = await take(stopOf16(stop, heard('attacker', 1)));
    assert.notEqual(attack.state?.id, victim.state.id);
    await take(meter('attacker', 2, 5, foreign));
    assert.deepEqual(await row(victim.state.id), victim.state);
  });

  test('meter values that name no transaction where none runs are kept all the same', async () => {
    const { take, meters } = rooms();
    const { state } = await take(meter('s4', 3, 777));
    assert.equal(state, undefined);
    const readings = await meters.readings({ fromMs: T0, toMs: T0 + 3_600_000, stationId: 's4' });
    assert.deepEqual(
      readings.map(({ importWh, transactionId }) => [importWh, transactionId]),
      [[777, undefined]],
    );
  });

  test('a hundred stations at once share few commits, and each hears of its own', async () => {
    const { take, row } = rooms();
    const names = Array.from({ length: 100 }, (_, n) => `many-${n}`);
    const started = await Promise.all(names.map((name) => take(start(name))));
    const metered = await Promise.all(
      names.flatMap((name, n) =>
        [1, 2, 3].map((minute) => take(meter(name, minute, 1000 + minute * (n + 1)))),
      ),
    );
    assert.ok(metered.every(({ state }) => state !== undefined));
    for (const [n, { state }] of started.entries()) {
      assert.ok(state);
      assert.equal(importedWh(await row(state.id)), 3 * (n + 1));
    }
  });

  test('a fleet that returns with more readings than one statement takes is stored in one commit', async () => {
    const { store, meters } = rooms();
    const readings = Array.from({ length: 5_000 }, (_, n) => ({
      stationId: 'bulk',
      evseId: 1,
      receivedMs: T0,
      reading: {
        atMs: T0 + n * 1000,
        context: 'Sample.Periodic',
        importWh: n,
        other: [],
        signed: [],
        flags: [],
      },
    }));
    await meters.prepare(readings);
    await store.transaction((trx) => meters.insert(trx, readings));
    const kept = await meters.readings({ fromMs: T0, toMs: T0 + 6_000_000, stationId: 'bulk' });
    assert.equal(kept.length, 5_000);
  });

  test('months are partitions: a replay from long ago finds room, and old months go as one', async () => {
    const { take, meters } = rooms();
    const old = T0 - 200 * 24 * 3_600_000;
    const report = meterOf16(
      {
        connectorId: 1,
        meterValue: [{ timestamp: new Date(old).toISOString(), sampledValue: [{ value: '5' }] }],
      },
      heard('s5'),
    );
    await take(report);
    const found = () => meters.readings({ fromMs: old, toMs: old + 1, stationId: 's5' });
    assert.equal((await found()).length, 1);
    assert.deepEqual(await meters.removeBefore(Date.UTC(2026, 0, 1)), ['meter_value_2025_11']);
    assert.equal((await found()).length, 0);
    await take({ ...report, receivedMs: T0 });
    assert.equal((await found()).length, 1);
  });
});

test('one item that cannot be committed does not take the others of its group with it', async () => {
  const groups: number[][] = [];
  const commits = groupCommit<number>(async (items) => {
    groups.push([...items]);
    if (items.includes(3)) throw new Error('three');
  });
  const results = await Promise.allSettled([1, 2, 3, 4].map((n) => commits.add(n)));
  assert.deepEqual(
    results.map(({ status }) => status),
    ['fulfilled', 'fulfilled', 'rejected', 'fulfilled'],
  );
  assert.deepEqual(groups[0], [1, 2, 3, 4]);
});
