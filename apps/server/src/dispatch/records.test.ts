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
});
