/** What speaks like a PostgreSQL server up to a point, and says nothing from there on. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import type pg from 'pg';
import { isDatabaseAway } from './away.ts';
import { HangWatch } from './hang-watch.ts';
import { ServerLock } from './server-lock.ts';

/** AuthenticationOk, then ReadyForQuery in no transaction. */
const WELCOME = Buffer.from([82, 0, 0, 0, 8, 0, 0, 0, 0, 90, 0, 0, 0, 5, 73]);

async function listening(t: TestContext, hear: (socket: Socket) => void): Promise<number> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    hear(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

test('F11 nobody waits for ever for the lock of a database that takes the connection and hangs then', async (t) => {
  const port = await listening(t, (socket) => socket.once('data', () => socket.write(WELCOME)));
  const lock = new ServerLock({ host: '127.0.0.1', port, user: 'u', database: 'd', query_timeout: 50 });
  await assert.rejects(lock.hold(), isDatabaseAway);
  await assert.rejects(lock.hold(), isDatabaseAway, 'it is tried again');
});

test('F11 a statement that was answered while this process stood still is not broken', async (t) => {
  const asked = Promise.withResolvers<void>();
  const port = await listening(t, () => asked.resolve());
  const there = Promise.withResolvers<Socket>();
  const here = connect(await listening(t, (socket) => there.resolve(socket)), '127.0.0.1');
  t.after(() => here.destroy());
  const answered = once(here, 'data');
  let isBroken = false;
  const client = {
    query: () => answered,
    release: () => {},
    async end() {
      isBroken = true;
    },
  };
  const settings = { host: '127.0.0.1', port, user: 'u', database: 'd' };
  const watch = new HangWatch(settings, { patienceMs: 1, answerMs: 1_000 });
  const running = watch.over(client as unknown as pg.PoolClient).query('select 1');
  const far = await there.promise;
  await asked.promise;
  far.write('x');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_200);
  await running;
  assert.equal(isBroken, false);
});
