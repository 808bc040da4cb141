import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { test } from 'node:test';
import { WebSocket } from 'ws';
import type { AnyConnection } from '../rpc/index.ts';
import { dialStation } from '../station/index.ts';
import { HandClock } from '../testing/hand-clock.ts';
import { csmsOnFreePort, seeded } from '../testing/pair.ts';
import { testPki } from '../testing/pki.ts';
import { RawPeer } from '../testing/raw-peer.ts';
import { type Admission, acceptStations, type Handshake } from './index.ts';

/** The HTTP status of an upgrade request, 101 when it was accepted. */
async function statusOf(url: string, headers: Record<string, string> = {}): Promise<number> {
  const request = httpRequest(url.replace('ws:', 'http:'), {
    headers: {
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
      'Sec-WebSocket-Protocol': 'ocpp1.6',
      ...headers,
    },
  });
  request.end();
  return new Promise((resolve, reject) => {
    request.on('upgrade', (response, socket) => {
      socket.destroy();
      resolve(response.statusCode ?? 0);
    });
    request.on('response', (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.on('error', reject);
  });
}

const basic = (user: string, password: string | Buffer) => ({
  Authorization: `Basic ${Buffer.concat([Buffer.from(`${user}:`), Buffer.from(password)]).toString('base64')}`,
});

/** Accepts a user name equal to the identity with the password `pass:word`. */
function checked({ identity, basic: shown }: Handshake): Admission<string> {
  const right = shown?.user === identity && Buffer.from(shown.password).equals(Buffer.from('pass:word'));
  return right
    ? { accept: true, binding: identity }
    : { accept: false, status: 401, reason: 'identity or password is wrong' };
}

test('D1.5-Q5-5: the newest common version is chosen, also within what the station is allowed', async (t) => {
  const csms = await csmsOnFreePort(t, {
    authorise: ({ identity }) => ({
      accept: true,
      binding: null,
      settings: identity === 'OLD' ? { versions: ['1.6'] } : {},
    }),
  });
  const chosen = async (identity: string, offered: string[]) => {
    const socket = new WebSocket(`${csms.url}/${identity}`, offered);
    await once(socket, 'open');
    const { version } = await csms.next();
    assert.equal(socket.protocol, `ocpp${version}`);
    socket.terminate();
    return version;
  };
  assert.equal(await chosen('CS', ['ocpp1.6', 'ocpp2.0.1', 'ocpp2.1']), '2.1');
  assert.equal(await chosen('CS', ['ocpp1.6', 'ocpp2.0', 'ocpp2.0.1']), '2.0.1');
  assert.equal(await chosen('OLD', ['ocpp2.1', 'ocpp2.0.1', 'ocpp1.6']), '1.6');
});

test('D1.5-§2.2.1.2-COMPAT: ocpp2.0, unknown and missing subprotocols are refused before the upgrade', async (t) => {
  const refused: string[] = [];
  const csms = await csmsOnFreePort(t, { onRefused: ({ reason }) => refused.push(reason) });
  assert.equal(await statusOf(`${csms.url}/CS`, { 'Sec-WebSocket-Protocol': 'ocpp2.0' }), 400);
  assert.equal(await statusOf(`${csms.url}/CS`, { 'Sec-WebSocket-Protocol': 'mqtt, ocpp1.5' }), 400);
  assert.equal(await statusOf(`${csms.url}/CS`, { 'Sec-WebSocket-Protocol': '' }), 400);
  assert.equal(refused.length, 3);
  assert.equal(csms.listener.connections.size, 0);
});

test('T-ID1 no, wrong and malformed credentials get 401 with a challenge and never become a connection', async (t) => {
  const csms = await csmsOnFreePort(t, { authorise: checked });
  const url = `${csms.url}/CS-1`;
  assert.equal(await statusOf(url), 401);
  assert.equal(await statusOf(url, basic('CS-1', 'wrong')), 401);
  assert.equal(await statusOf(url, basic('CS-1', 'pass:word ')), 401);
  assert.equal(await statusOf(url, { Authorization: 'Basic !!!' }), 401);
  assert.equal(await statusOf(url, { Authorization: 'Basic Q1MtMQ==' }), 401);
  assert.equal(await statusOf(url, { Authorization: 'Bearer abc' }), 401);
  assert.equal(await statusOf(url, basic('CS-1', 'pass:word')), 101);
  assert.equal(
    await statusOf(url, { Authorization: `bASIC ${basic('CS-1', 'pass:word').Authorization.slice(6)}` }),
    101,
  );
});

test('T-ID4 path and user name must agree: case, %2F, unicode and colons are compared as they are', async (t) => {
  const seen: string[] = [];
  const csms = await csmsOnFreePort(t, {
    authorise: (handshake) => {
      seen.push(handshake.identity);
      return checked(handshake);
    },
  });
  const status = (segment: string, user: string) =>
    statusOf(`${csms.url}/${segment}`, basic(user, 'pass:word'));
  assert.equal(await status('cs-1', 'CS-1'), 401);
  assert.equal(await status('CS-1', 'CS-2'), 401);
  assert.equal(await status('CS%2D1', 'CS-1'), 101);
  assert.equal(await status('Ladesäule', 'Ladesäule'.normalize('NFD')), 401);
  assert.equal(await status(encodeURIComponent('Ladesäule'), 'Ladesäule'), 101);
  assert.equal(await status('A:B', 'A:B'), 101);
  assert.equal(await status('A', 'A:B'), 401);
  const asked = seen.length;
  for (const segment of ['CS%2F1', 'CS%5C1', 'CS%00', 'CS%0A', '%E2%80%AE1', '%', '%C3', 'x'.repeat(256)]) {
    assert.equal(await status(segment, 'CS-1'), 400, segment);
  }
  for (const path of ['', '/', '/CS-1/', '/CS-1/more', '/../CS-1/x']) {
    assert.equal(await statusOf(`${csms.url}${path}`), 404, path);
  }
  assert.equal(await statusOf(csms.url.replace('/ocpp', '/other/CS-1')), 404);
  assert.equal(seen.length, asked, 'nobody was asked about these');
});

test('the password may be any bytes, and what else a handshake shows', async (t) => {
  let shown: Handshake | null = null;
  const clock = new HandClock();
  const csms = await csmsOnFreePort(t, {
    clock,
    authorise: (handshake) => {
      shown = handshake;
      return { accept: false, status: 429, reason: 'slow\r\ndown', retryAfterS: 4.2 };
    },
  });
  const secret = Buffer.from([0, 58, 255, 10, 58, 128]);
  const socket = connect(Number(new URL(csms.url).port), '127.0.0.1');
  socket.write(
    [
      'GET /ocpp/CS-1?x=1 HTTP/1.1',
      'Host: here',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'User-Agent: station/1',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      'Sec-WebSocket-Protocol: ocpp2.0, ocpp1.6',
      `Authorization: ${basic('CS-1', secret).Authorization}`,
      '\r\n',
    ].join('\r\n'),
  );
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  assert.match(answer, /^HTTP\/1\.1 429 Too Many Requests\r\n/);
  assert.match(answer, /\r\nRetry-After: 5\r\n/);
  assert.match(answer, /\r\n\r\nslow {2}down\n$/);
  assert.deepEqual(shown, {
    identity: 'CS-1',
    basic: { user: 'CS-1', password: Uint8Array.from(secret) },
    tls: null,
    remoteAddress: '127.0.0.1',
    offered: ['ocpp2.0', 'ocpp1.6'],
    version: '1.6',
    userAgent: 'station/1',
    receivedMs: clock.now(),
  });
});

test('a decision that fails or takes too long is answered with 503, and nobody gets in by it', async (t) => {
  const clock = new HandClock();
  const asked = Promise.withResolvers<void>();
  const late = Promise.withResolvers<Admission<null>>();
  const csms = await csmsOnFreePort(t, {
    clock,
    authorise: ({ identity }) => {
      if (identity === 'BROKEN') throw new Error('database gone');
      asked.resolve();
      return late.promise;
    },
  });
  assert.equal(await statusOf(`${csms.url}/BROKEN`), 503);
  const slow = statusOf(`${csms.url}/SLOW`);
  await asked.promise;
  clock.pass(10_000);
  assert.equal(await slow, 503);
  late.resolve({ accept: true, binding: null });
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(csms.listener.connections.size, 0);
});

test('a station that leaves while its handshake is decided leaves nothing behind', async (t) => {
  const asked = Promise.withResolvers<void>();
  const decision = Promise.withResolvers<Admission<null>>();
  let connected = 0;
  const csms = await csmsOnFreePort(t, {
    authorise: () => {
      asked.resolve();
      return decision.promise;
    },
    onConnection: () => {
      connected += 1;
    },
  });
  const socket = new WebSocket(`${csms.url}/CS`, ['ocpp1.6']);
  socket.on('error', () => {});
  await asked.promise;
  const gone = new Promise((resolve) => socket.on('close', resolve));
  socket.terminate();
  await gone;
  decision.resolve({ accept: true, binding: null });
  await csms.listener.close();
  assert.equal(csms.listener.connections.size, 0);
  assert.ok(connected <= 1);
});

test('an exception in onConnection closes that connection and nothing else', async (t) => {
  const csms = await csmsOnFreePort(t, {
    onConnection: ({ identity }) => {
      if (identity === 'BAD') throw new Error('no handlers for you');
    },
  });
  const bad = await RawPeer.connect(`${csms.url}/BAD`, 'ocpp1.6');
  assert.equal(await bad.closed, 1011);
  const good = await RawPeer.connect(`${csms.url}/GOOD`, 'ocpp1.6');
  good.socket.terminate();
});

test('T-ID3 the connection of a duplicate can be asked whether it lives before the new one is let in', async (t) => {
  const clock = new HandClock();
  const live = new Map<string, AnyConnection<'csms'>>();
  const csms = await csmsOnFreePort(t, {
    clock,
    authorise: async ({ identity }) => {
      const existing = live.get(identity);
      if (existing === undefined) return { accept: true, binding: null };
      if (await existing.alive(5_000)) return { accept: false, status: 409, reason: 'connected already' };
      void existing.close(1008, 'replaced');
      return { accept: true, binding: null };
    },
    onConnection: (connection) => live.set(connection.identity, connection),
  });
  const first = await RawPeer.connect(`${csms.url}/CS`, 'ocpp1.6');
  const old = await csms.next();
  assert.equal(await statusOf(`${csms.url}/CS`), 409);
  // Half-open: the old line reads nothing any more.
  first.socket.pause();
  const second = RawPeer.connect(`${csms.url}/CS`, 'ocpp1.6');
  while (clock.timers < 3) await new Promise((resolve) => setImmediate(resolve));
  clock.pass(5_000);
  const peer = await second;
  const fresh = await csms.next();
  assert.ok(fresh.generation > old.generation);
  clock.pass(5_000);
  assert.equal((await old.closed).code, 1008);
  assert.ok(fresh.open);
  peer.socket.terminate();
});

test('T-SLOW a handshake that arrives byte by byte is cut by the server; others are served meanwhile', async (t) => {
  const listener = acceptStations<null>({
    authorise: () => ({ accept: true, binding: null }),
    onConnection: () => {},
    clock: new HandClock(),
    random: seeded(),
  });
  const server = createServer({ headersTimeout: 100, connectionsCheckingInterval: 20 });
  t.after(() => new Promise((resolve) => server.close(resolve)));
  listener.attach(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const slow = connect(port, '127.0.0.1');
  slow.on('error', () => {});
  slow.resume();
  slow.write('GET /ocpp/CS HTTP/1.1\r\nHost: h');
  const other = await RawPeer.connect(`ws://127.0.0.1:${port}/ocpp/OTHER`, 'ocpp1.6');
  await once(slow, 'close');
  assert.equal(other.socket.readyState, WebSocket.OPEN);
  await listener.close();
  assert.equal(await other.closed, 1001);
});

test('T-BOMB an offer of compression is not taken up', async (t) => {
  const csms = await csmsOnFreePort(t);
  const socket = new WebSocket(`${csms.url}/CS`, ['ocpp1.6'], { perMessageDeflate: true });
  await once(socket, 'open');
  assert.equal(socket.extensions, '');
  socket.terminate();
});

test('close refuses newcomers and says goodbye to the others with 1001', async (t) => {
  const csms = await csmsOnFreePort(t);
  const peers = await Promise.all(
    ['A', 'B', 'C'].map((identity) => RawPeer.connect(`${csms.url}/${identity}`, 'ocpp2.1')),
  );
  for (const _peer of peers) await csms.next();
  assert.equal(csms.listener.connections.size, 3);
  await csms.listener.close();
  assert.deepEqual(await Promise.all(peers.map(({ closed }) => closed)), [1001, 1001, 1001]);
  assert.equal(csms.listener.connections.size, 0);
});

test('D1.5-§2.2.1.2-SP3: over https the handshake shows protocol, cipher and the client certificate', async (t) => {
  const pki = testPki(t);
  const shown: Handshake[] = [];
  const listener = acceptStations<null>({
    authorise: (handshake) => {
      shown.push(handshake);
      return handshake.tls?.authorised === true &&
        handshake.tls.certificate?.subject.CN === handshake.identity
        ? { accept: true, binding: null }
        : { accept: false, status: 401, reason: 'certificate' };
    },
    onConnection: (connection) => {
      connection.onAnyCall(() => ({ currentTime: '2026-01-01T00:00:00Z' }));
    },
    clock: new HandClock(),
    random: seeded(),
  });
  const server = createTlsServer({
    key: pki.serverKey,
    cert: pki.serverCert,
    ca: pki.ca,
    requestCert: true,
    rejectUnauthorized: false,
    minVersion: 'TLSv1.3',
  });
  t.after(() => new Promise((resolve) => server.close(resolve)));
  listener.attach(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `wss://localhost:${(server.address() as AddressInfo).port}/ocpp`;
  const outcome = async (identity: string, tls: { cert?: string; key?: string }) => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const line = dialStation({
      url,
      identity,
      tls: { ca: pki.ca, ...tls },
      clock: new HandClock(),
      random: seeded(),
      onConnected: (connection) => {
        void connection.callAny('Heartbeat', {}).then(({ kind }) => resolve(kind));
      },
      onDisconnected: ({ status }) => resolve(String(status)),
    });
    const result = await promise;
    await line.close();
    return result;
  };
  assert.equal(await outcome('CS-1', { cert: pki.stationCert, key: pki.stationKey }), 'result');
  assert.equal(await outcome('CS-2', { cert: pki.stationCert, key: pki.stationKey }), '401');
  assert.equal(await outcome('CS-1', {}), '401');
  assert.equal(shown[0]?.tls?.protocol, 'TLSv1.3');
  assert.match(shown[0]?.tls?.cipher ?? '', /^TLS_/);
  assert.deepEqual([shown[2]?.tls?.authorised, shown[2]?.tls?.certificate], [false, null]);
  await listener.close();
});
