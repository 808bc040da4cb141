import assert from 'node:assert/strict';
import test from 'node:test';
import type { Store } from '../store/index.ts';
import { eachDatabase } from '../store/testing/index.ts';
import { newEntry } from './ledger/entry.ts';
import { Records } from './records.ts';

eachDatabase('the record of dispatch', (database) => {
  test('F11 what the database did not take is not told as committed, and is written with the next try', async () => {
    const { store } = database;
    let isAway = true;
    const fragile: Store = Object.create(store, {
      transaction: {
        value: (work: Parameters<Store['transaction']>[0]) =>
          isAway ? Promise.reject(new Error('away')) : store.transaction(work),
      },
    });
    const records = new Records(fragile, { info() {}, warn() {}, error() {} }, () => 0);
    const entry = newEntry({ peerId: 'p', sessionId: 'fragile' }, 'c', 11_000, 0);
    void records.write({ entries: [entry] });
    await assert.rejects(records.committed(), /away/);
    isAway = false;
    await records.committed();
    const [kept] = await records.load();
    assert.deepEqual(kept, entry);
  });

  test('F11 what is kept while the database is away is bounded: the last state of each attempt, the last event of each kind about a session', async () => {
    const { store } = database;
    let isAway = true;
    const fragile: Store = Object.create(store, {
      transaction: {
        value: (work: Parameters<Store['transaction']>[0]) =>
          isAway ? Promise.reject(new Error('away')) : store.transaction(work),
      },
    });
    const records = new Records(fragile, { info() {}, warn() {}, error() {} }, () => 0);
    const key = { peerId: 'bounded', sessionId: 's' };
    const event = (atMs: number, text: string) => ({
      atMs,
      level: 'alarm' as const,
      code: 'refused',
      key,
      text,
    });
    for (let n = 0; n < 50; n += 1) {
      void records.write({
        outcomes: [{ reference: 'a', state: 'REJECTED', detail: `${n}` }],
        events: [event(n, `the ${n}th`)],
      });
      await assert.rejects(records.committed(), /away/);
    }
    const other = { ...event(99, 'another kind'), code: 'unknown' };
    for (let n = 0; n < 3; n += 1) {
      const events = Array.from({ length: 6_000 }, (_, m) => ({
        ...event(100, 'many'),
        key: { ...key, sessionId: `${n}-${m}` },
      }));
      void records.write({ events: n === 2 ? [...events, other] : events });
      await assert.rejects(records.committed(), /away/);
    }
    isAway = false;
    await records.committed();
    const rows = await store.db
      .selectFrom('dispatch_event')
      .select(['code', 'session_id', 'text'])
      .where('peer_id', '=', 'bounded')
      .execute();
    assert.equal(rows.length, 10_000);
    assert.ok(
      rows.some(({ code }) => code === 'unknown'),
      'the newest are there',
    );
    assert.deepEqual(
      rows.filter(({ session_id }) => session_id === 's').map(({ text }) => text),
      ['another kind'],
      'the oldest are forgotten first',
    );
  });
});
