import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryStore } from '../store/testing/index.ts';
import { Activity } from '../time/activity.ts';
import type { TransactionState } from '../transactions/index.ts';
import { billTransactions } from './bill-transactions.ts';

const NOW_MS = Date.parse('2026-06-01T12:00:00Z');

test('D1.5-§2.3.1-CDR after a restart everything that ended is looked at, however much it was, and one that cannot be billed stops nothing', async () => {
  const store = await memoryStore();
  try {
    const ended = Array.from(
      { length: 2_100 },
      (_, n): TransactionState => ({
        id: `tx-${n}`,
        stationId: 'S1',
        stationRef: String(n),
        version: '1.6',
        evseId: 1,
        connectorId: 1,
        state: 'ended',
        startMs: NOW_MS - 3_600_000,
        endMs: NOW_MS,
        lastSeq: 0,
        missingSeq: [],
        flags: [],
        updatedMs: NOW_MS,
      }),
    );
    const looked: unknown[] = [];
    const failed: unknown[] = [];
    let isFirst = true;
    const bills = billTransactions({
      store,
      clock: { now: () => NOW_MS, after: () => () => {} },
      activity: new Activity(),
      log: {
        info() {},
        warn: (fields) => void looked.push(fields.transactionId),
        error: (fields) => void failed.push(fields.transactionId),
      },
      transactions: {
        onChange: () => () => {},
        list: async ({ limit = 100, offset = 0 } = {}) => ended.slice(offset, offset + limit),
        readings: async () => [],
      },
      network: {
        owner: { peerId: 'own', party: { countryCode: 'NL', partyId: 'SMC' } },
        placeOf() {
          if (isFirst) {
            isFirst = false;
            throw new Error('a defect');
          }
          return undefined;
        },
      },
      sites: {
        session: async () => undefined,
        getLocation: async () => ({ ok: false, code: 'unknownLocation', detail: '' }) as never,
      },
      tokens: { lastAccepted: async () => undefined },
      cdrs: { closeSession: async () => assert.fail('nothing here can be billed') },
    });
    await bills.start();
    bills.close();
    assert.deepEqual(failed, ['tx-0']);
    assert.deepEqual(
      looked,
      ended.slice(1).map(({ id }) => id),
    );
  } finally {
    await store.close();
  }
});
