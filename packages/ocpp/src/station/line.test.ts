import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { WebSocketServer } from 'ws';
import type { Handshake } from '../csms/index.ts';
import { HandClock } from '../testing/hand-clock.ts';
import { csmsOnFreePort, seeded } from '../testing/pair.ts';
import { type DialOptions, type Disconnection, dialStation, waitMs } from './index.ts';

/** A line whose connections and ends can be awaited one by one. */
function watchedLine(options: Partial<DialOptions> & Pick<DialOptions, 'url'>) {
  const clock = new HandClock();
  const events: string[] = [];
  const waiting: (() => void)[] = [];
  const happened = (event: string): void => {
    events.push(event);
    waiting.shift()?.();
  };
  const ends: Disconnection[] = [];
  const line = dialStation({
    identity: 'CS-1',
    clock,
    random: () => 0.5,
    ...options,
    onConnected: (connection) => {
      options.onConnected?.(connection);
      happened(`connected ${connection.version}`);
    },
    onDisconnected: (why) => {
      ends.push(why);
      happened(`lost, again in ${why.retryInMs} ms`);
    },
  });
  const next = async (): Promise<string> => {
    if (events.length === 0) await new Promise<void>((resolve) => waiting.push(resolve));
    return events.shift() ?? '';
  };
  return { line, clock, next, ends };
}

test('B08 back-off: minimum, doubled so many times and no more, plus a random part', () => {
  const backOff = { minimumMs: 1_000, doublings: 3, randomMs: 500 };
  const waits = [0, 1, 2, 3, 4, 50].map((failed) => waitMs(backOff, failed, 0));
  assert.deepEqual(waits, [1_000, 2_000, 4_000, 8_000, 8_000, 8_000]);
  assert.equal(waitMs(backOff, 0, 0.999), 1_499);
});

test('a line is dialled again after the back-off, with a connection the count begins anew', async (t) => {
  const csms = await csmsOnFreePort(t);
  const { line, clock, next, ends } = watchedLine({
    url: csms.url,
    backOff: { minimumMs: 1_000, doublings: 2, randomMs: 100 },
  });
  assert.equal(await next(), 'connected 2.1');
  assert.equal(line.connection?.open, true);
  line.cut();
  assert.equal(await next(), 'lost, again in 1050 ms');
  assert.equal(line.connection, null);
  assert.equal(ends[0]?.closure?.code, 1006);
  clock.pass(1_049);
  clock.pass(1);
  assert.equal(await next(), 'connected 2.1');
  await csms.listener.close();
  assert.equal(await next(), 'lost, again in 1050 ms');
  assert.deepEqual([ends[1]?.closure?.code, ends[1]?.closure?.by], [1001, 'peer']);
  await line.close();
  assert.equal(clock.timers, 0);
});

test('refusals are attempts: the waits grow, the HTTP status is told, and a change counts from the next one', async (t) => {
  const shown: Handshake[] = [];
  const csms = await csmsOnFreePort(t, {
    authorise: (handshake) => {
      shown.push(handshake);
      return Buffer.from(handshake.basic?.password ?? []).toString() === 'new'
        ? { accept: true, binding: null }
        : { accept: false, status: 401, reason: 'wrong' };
    },
  });
  const { line, clock, next, ends } = watchedLine({
    url: `${csms.url}/`,
    identity: 'CS 1/ä',
    password: 'old',
    backOff: { minimumMs: 1_000, doublings: 2, randomMs: 0 },
  });
  assert.equal(await next(), 'lost, again in 1000 ms');
  assert.equal(shown.length, 0, 'an identity with a slash is not even asked about');
  assert.deepEqual([ends[0]?.status, ends[0]?.reason, ends[0]?.closure], [400, 'HTTP 400', null]);
  await line.close();

  const second = watchedLine({
    url: csms.url,
    identity: 'CS 1 ä',
    password: 'old',
    backOff: { minimumMs: 1_000, doublings: 2, randomMs: 0 },
  });
  for (const wait of [1_000, 2_000, 4_000, 4_000]) {
    assert.equal(await second.next(), `lost, again in ${wait} ms`);
    assert.equal(second.ends.at(-1)?.status, 401);
    if (second.ends.length === 4) second.line.reconfigure({ password: Buffer.from('new') });
    second.clock.pass(wait);
  }
  assert.equal(await second.next(), 'connected 2.1');
  assert.deepEqual(shown.at(-1)?.basic, { user: 'CS 1 ä', password: Uint8Array.from(Buffer.from('new')) });
  await second.line.close();
  assert.equal(clock.timers, 0);
  assert.equal(second.clock.timers, 0);
});

test('redial connects at once, and elsewhere when told so (SetNetworkProfile)', async (t) => {
  const [first, second] = [await csmsOnFreePort(t), await csmsOnFreePort(t)];
  const { line, clock, next, ends } = watchedLine({ url: first.url, versions: ['1.6'] });
  assert.equal(await next(), 'connected 1.6');
  line.reconfigure({ url: second.url, versions: ['2.0.1', '1.6'] });
  line.redial();
  assert.equal(await next(), 'lost, again in 0 ms');
  assert.equal(ends[0]?.closure?.by, 'us');
  clock.pass(0);
  assert.equal(await next(), 'connected 2.0.1');
  assert.equal((await second.next()).identity, 'CS-1');
  await line.close();
});

test('a URL that cannot be dialled, a port where nobody listens and a foreign server are failed attempts', async (t) => {
  const foreign = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => false });
  t.after(() => foreign.close());
  await once(foreign, 'listening');
  const silent = createServer();
  silent.on('upgrade', () => {});
  t.after(() => {
    silent.closeAllConnections();
    silent.close();
  });
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const port = (server: { address(): unknown }) => (server.address() as AddressInfo).port;
  const cases: [string, RegExp][] = [
    ['nonsense', /Invalid URL/],
    ['ftp://127.0.0.1/ocpp', /protocol/],
    ['ws://127.0.0.1:1/ocpp', /ECONNREFUSED/],
    [`ws://127.0.0.1:${port(foreign)}/ocpp`, /no subprotocol/],
  ];
  for (const [url, reason] of cases) {
    const { line, next, ends } = watchedLine({ url });
    assert.equal(await next(), 'lost, again in 15000 ms', url);
    assert.match(ends[0]?.reason ?? '', reason);
    assert.equal(ends[0]?.attempts, 1);
    await line.close();
  }
  const { line, clock, next, ends } = watchedLine({ url: `ws://127.0.0.1:${port(silent)}/ocpp` });
  await once(silent, 'upgrade');
  clock.pass(10_000);
  assert.equal(await next(), 'lost, again in 15000 ms');
  assert.equal(ends[0]?.closure, null);
  await line.close();
});

test('T-MASS a reconnect storm: 200 stations lose their line at once and all come back, calls included', async (t) => {
  const stations = 200;
  const csms = await csmsOnFreePort(t, {
    onConnection: (connection) => {
      connection.onAnyCall(() => ({ currentTime: '2026-01-01T00:00:00Z' }));
    },
  });
  const clock = new HandClock();
  const random = seeded(3);
  let answered = 0;
  let all = Promise.withResolvers<void>();
  const lines = Array.from({ length: stations }, (_, index) =>
    dialStation({
      url: csms.url,
      identity: `CS-${index}`,
      clock,
      random,
      backOff: { minimumMs: 1_000, doublings: 3, randomMs: 9_000 },
      onConnected: (connection) => {
        void connection.callAny('Heartbeat', {}).then(({ kind }) => {
          if (kind === 'result') answered += 1;
          if (answered === stations) all.resolve();
        });
      },
    }),
  );
  await all.promise;
  assert.equal(csms.listener.connections.size, stations);
  const before = [...csms.listener.connections];
  answered = 0;
  all = Promise.withResolvers<void>();
  for (const line of lines) line.cut();
  await Promise.all(before.map(({ closed }) => closed));
  while (clock.timers < stations) await new Promise((resolve) => setImmediate(resolve));
  clock.pass(10_000);
  await all.promise;
  assert.equal(csms.listener.connections.size, stations);
  assert.ok([...csms.listener.connections].every((connection) => !before.includes(connection)));
  await Promise.all(lines.map((line) => line.close()));
});
