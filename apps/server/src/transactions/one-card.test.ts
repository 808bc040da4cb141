import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMeterStore } from '../metering/index.ts';
import { groupCommit } from '../store/group-commit.ts';
import { eachDatabase } from '../store/testing/index.ts';
import { commitReports, type Pending } from './commit-reports.ts';
import { startOf16, stopOf16 } from './from-1-6.ts';
import { reportOf2x } from './from-2-x.ts';
import type { TransactionReport } from './report.ts';

const T0 = Date.parse('2026-06-01T08:00:00Z');
const at = (minutes: number) => new Date(T0 + minutes * 60_000).toISOString();

eachDatabase('one card', (database) => {
  let count = 0;
  const rooms = (isHeld = () => true) => {
    const { store } = database;
    const reports = groupCommit<Pending>((group) =>
      commitReports(store, createMeterStore(store), group, isHeld),
    );
    return async (report: TransactionReport) => {
      count += 1;
      const pending: Pending = { report, newId: `card-${count}`, newRef: String(9000 + count) };
      await reports.add(pending);
      assert.ok(pending.outcome);
      return pending.outcome;
    };
  };
  const start = (stationId: string, idTag: string, connectorId = 1): TransactionReport => ({
    ...startOf16({ connectorId, idTag, meterStart: 0, timestamp: at(0) }, { stationId, receivedMs: T0 }),
    tokenStatus: 'Accepted',
  });
  const event = (stationId: string, uid: string, eventType: 'Started' | 'Updated', seqNo = 0) => ({
    ...reportOf2x(
      {
        eventType,
        timestamp: at(seqNo),
        triggerReason: 'Authorized',
        seqNo,
        transactionInfo: { transactionId: `tx-${stationId}` },
        evse: { id: 1, connectorId: 1 },
        idToken: { idToken: uid, type: 'ISO14443' },
      },
      { stationId, receivedMs: T0, version: '2.1' },
    ),
    tokenStatus: 'Accepted',
  });

  test('one card at two stations in the same second: one is accepted, whatever the case and the version', async () => {
    const take = rooms();
    const both = await Promise.all([take(start('c1', 'TWICE')), take(event('c2', 'twice', 'Started'))]);
    assert.deepEqual(
      both.map(({ isConcurrent, state }) => [isConcurrent === true, state?.tokenStatus]),
      [
        [false, 'Accepted'],
        [true, 'ConcurrentTx'],
      ],
    );
    const again = await take(start('c1', 'TWICE'));
    assert.deepEqual([again.duplicate, again.isConcurrent], [true, undefined]);
    const secondEvse = await take(start('c1', 'TWICE', 2));
    assert.equal(secondEvse.isConcurrent, true);
    const stop = { transactionId: Number(both[0]?.state?.stationRef), meterStop: 5, timestamp: at(5) };
    await take(stopOf16(stop, { stationId: 'c1', receivedMs: T0 }));
    const free = await take(event('c2', 'TWICE', 'Updated', 1));
    assert.deepEqual([free.isConcurrent, free.state?.tokenStatus], [undefined, 'Accepted']);
  });

  test('a hundred stations with one card at once: exactly one is accepted', async () => {
    const take = rooms();
    const all = await Promise.all(Array.from({ length: 100 }, (_, n) => take(start(`crowd-${n}`, 'CROWD'))));
    assert.equal(all.filter(({ isConcurrent }) => isConcurrent !== true).length, 1);
  });

  test('a station that nobody has heard of for hours holds no card; the next transaction at the same EVSE takes it over', async () => {
    const take = rooms(() => false);
    await take(start('gone', 'FREE'));
    assert.equal((await take(start('here', 'FREE'))).isConcurrent, undefined);
    const strict = rooms();
    await strict(start('same', 'HELD'));
    const next = await strict({ ...start('same', 'HELD'), atMs: T0 + 60_000 });
    assert.deepEqual([next.isConcurrent, next.ended?.flags], [undefined, ['superseded']]);
  });

  test('F13 a station without a clock that starts again because its answer was lost has started once', async () => {
    const take = rooms();
    const late = (seconds: number): TransactionReport => ({
      ...startOf16(
        { connectorId: 1, idTag: 'CLOCKLESS', meterStart: 7, timestamp: '1970-01-01T00:00:00Z' },
        { stationId: 'clockless', receivedMs: T0 + seconds * 1000 },
      ),
      tokenStatus: 'Accepted',
    });
    const first = await take(late(0));
    const again = await take(late(60));
    assert.deepEqual([again.duplicate, again.state?.id], [true, first.state?.id]);
  });

  test('a stop that names no transaction is kept as one, each once', async () => {
    const take = rooms();
    const stop = (minutes: number) =>
      stopOf16(
        {
          transactionId: -1,
          meterStop: 900,
          timestamp: at(minutes),
          transactionData: [
            {
              timestamp: at(minutes - 30),
              sampledValue: [{ value: '100', context: 'Transaction.Begin' as const }],
            },
          ],
        },
        { stationId: 'numberless', receivedMs: T0 + 7_200_000 },
      );
    const one = await take(stop(40));
    const other = await take(stop(80));
    const again = await take(stop(40));
    assert.notEqual(one.state?.id, other.state?.id);
    assert.deepEqual([again.duplicate, again.state?.id], [true, one.state?.id]);
    assert.deepEqual(
      [one.state?.startMs, one.state?.endMs, one.state?.importStartWh, one.state?.importWh],
      [T0 + 600_000, T0 + 2_400_000, 100, 900],
    );
  });

  test('a station that lost its count is heard: its events are kept beside those of the same number', async () => {
    const take = rooms();
    const reset = { ...event('reset', 'RESET', 'Updated', 1), content: 'another', atMs: T0 + 300_000 };
    const events = [
      event('reset', 'RESET', 'Started'),
      event('reset', 'RESET', 'Updated', 1),
      event('reset', 'RESET', 'Updated', 2),
      reset,
    ];
    const outcomes = [];
    for (const report of [...events, ...events]) outcomes.push(await take(report));
    assert.deepEqual(
      outcomes.map(({ duplicate }) => duplicate),
      [false, false, false, false, true, true, true, true],
    );
    const id = outcomes[0]?.state?.id ?? '';
    const { flags } = outcomes[3]?.state ?? {};
    assert.deepEqual(flags, ['seq-reused']);
    const kept = await database.store.db
      .selectFrom('transaction_event')
      .select('seq')
      .where('transaction_id', '=', id)
      .orderBy('seq')
      .execute();
    assert.deepEqual(
      kept.map(({ seq }) => seq),
      [0, 1, 1, 2],
    );
    const atOnce = await Promise.all([1, 2].map(() => take({ ...reset, seq: 9, content: 'both' })));
    assert.deepEqual(
      atOnce.map(({ duplicate }) => duplicate),
      [false, true],
    );
  });

  test('a start of 1.6 that is sent again when its transaction is over is still that one', async () => {
    const take = rooms();
    const first = await take(start('replay', 'REPLAY'));
    const stop = { transactionId: Number(first.state?.stationRef), meterStop: 5, timestamp: at(5) };
    await take(stopOf16(stop, { stationId: 'replay', receivedMs: T0 }));
    const again = await take(start('replay', 'REPLAY'));
    assert.deepEqual(
      [again.duplicate, again.state?.id, again.state?.state],
      [true, first.state?.id, 'ended'],
    );
    const other = await take(start('replay', 'REPLAY', 2));
    assert.notEqual(other.state?.id, first.state?.id);
  });

  test('a station that names its transactions from 1 again begins another one, also under a name that is over', async () => {
    const take = rooms();
    const told = (eventType: 'Started' | 'Ended', minutes: number, seqNo: number) =>
      reportOf2x(
        {
          eventType,
          timestamp: at(minutes),
          triggerReason: 'CablePluggedIn',
          seqNo,
          transactionInfo: { transactionId: '1' },
          evse: { id: 1 },
        },
        { stationId: 'reborn', receivedMs: T0 + minutes * 60_000, version: '2.0.1' },
      );
    const story = [told('Started', 0, 0), told('Ended', 10, 1), told('Started', 60, 0), told('Ended', 70, 1)];
    const all = await Promise.all(story.map(take));
    const ids = all.map(({ state }) => state?.id);
    assert.deepEqual([ids[0] === ids[1], ids[1] === ids[2], ids[2] === ids[3]], [true, false, true]);
    assert.deepEqual(
      all.map(({ state }) => state?.state),
      ['active', 'ended', 'active', 'ended'],
    );
    for (const report of story.slice(2)) assert.equal((await take(report)).duplicate, true);
    const rows = await database.store.db
      .selectFrom('ocpp_transaction')
      .select(['station_ref', 'start_ms'])
      .where('station_id', '=', 'reborn')
      .orderBy('start_ms')
      .execute();
    assert.deepEqual(rows, [
      { station_ref: `1 ${ids[0]}`, start_ms: T0 },
      { station_ref: '1', start_ms: T0 + 3_600_000 },
    ]);
  });
});
