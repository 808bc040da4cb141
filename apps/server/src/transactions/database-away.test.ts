import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { ManualClock } from '../dispatch/testing/manual-clock.ts';
import type { RequestHandlers, StationListener, Stations } from '../stations/index.ts';
import { UNKNOWN_STATION } from '../stations/index.ts';
import type { Store } from '../store/index.ts';
import { memoryStore } from '../store/testing/index.ts';
import { Activity } from '../time/activity.ts';
import { createTransactions } from './create-transactions.ts';

test('F11 while the database is away a transaction message waits for its answer, and is stored once when it is back', async () => {
  const real = await memoryStore();
  let isAway = true;
  const store: Store = {
    ...real,
    transaction: (work) =>
      isAway
        ? Promise.reject(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }))
        : real.transaction(work),
  };
  const clock = new ManualClock(Date.parse('2026-06-01T12:00:00Z'));
  let requests: RequestHandlers = {};
  const stations: Stations = {
    listen(listener: StationListener) {
      requests = listener.requests ?? {};
      return () => {};
    },
    connected: () => undefined,
    call: async () => ({ kind: 'offline' }),
    capability: () => UNKNOWN_STATION,
    provision: async () => {},
  };
  const transactions = createTransactions({
    store,
    stations,
    authoriser: { authorise: async () => ({ status: 'Accepted' }) },
    clock,
    random: randomBytes,
    activity: new Activity(),
    isRetired: () => false,
    log: { error: () => {} },
  });
  const start = requests['1.6']?.StartTransaction;
  assert.ok(start);
  const context = {
    stationId: 's',
    version: '1.6' as const,
    generation: 1,
    receivedMs: clock.now(),
    messageId: 'm',
    isCurrent: () => true,
    afterAnswer: () => {},
  };
  const payload = {
    connectorId: 1,
    idTag: 'CARD',
    meterStart: 0,
    timestamp: new Date(clock.now()).toISOString(),
  };
  let answer: unknown;
  const waiting = start(payload, context as never).then((given) => {
    answer = given;
  });
  const turns = async (count: number) => {
    for (let n = 0; n < count; n += 1) await new Promise((resolve) => setImmediate(resolve));
  };
  await turns(20);
  clock.advance(5_000);
  await turns(20);
  assert.equal(answer, undefined);
  isAway = false;
  clock.advance(1_000);
  await waiting;
  assert.ok(answer);
  assert.equal((await transactions.list()).length, 1);
  isAway = true;
  const refused = start({ ...payload, connectorId: 2 }, context as never);
  refused.catch(() => {});
  for (let s = 0; s < 25; s += 1) {
    await turns(5);
    clock.advance(1_000);
  }
  await assert.rejects(refused, /ECONNREFUSED/);
  await transactions.close();
  await real.close();
});
