import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { acceptStations, type Handshake } from '../csms/index.ts';
import { HandClock } from '../testing/hand-clock.ts';
import { seeded } from '../testing/pair.ts';
import { testPki } from '../testing/pki.ts';
import { dialStation } from './index.ts';

test('RT2 D1.5-§2.2.1.2-SP3: a station that comes back resumes its TLS session, and is still known by its certificate; with another certificate it begins anew', async (t) => {
  const pki = testPki(t);
  const shown: Handshake[] = [];
  const listener = acceptStations<null>({
    authorise: (handshake) => {
      shown.push(handshake);
      return { accept: true, binding: null };
    },
    onConnection: (connection) => connection.onAnyCall(() => ({ currentTime: '2026-01-01T00:00:00Z' })),
    clock: new HandClock(),
    random: seeded(),
  });
  const server = createServer({
    key: pki.serverKey,
    cert: pki.serverCert,
    ca: pki.ca,
    requestCert: true,
    rejectUnauthorized: false,
    minVersion: 'TLSv1.3',
  });
  const resumed: boolean[] = [];
  server.on('secureConnection', (socket) => resumed.push(socket.isSessionReused()));
  t.after(() => new Promise((resolve) => server.close(resolve)));
  listener.attach(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const clock = new HandClock();
  const tls = { ca: pki.ca, cert: pki.stationCert, key: pki.stationKey };
  let heard = Promise.withResolvers<void>();
  let lost = Promise.withResolvers<void>();
  const line = dialStation({
    url: `wss://localhost:${(server.address() as AddressInfo).port}/ocpp`,
    identity: 'CS-1',
    tls,
    clock,
    random: seeded(),
    // What the server sent before its first answer has been read then, the session among it.
    onConnected: (connection) => void connection.callAny('Heartbeat', {}).then(() => heard.resolve()),
    onDisconnected: () => lost.resolve(),
  });
  const again = async () => {
    await heard.promise;
    heard = Promise.withResolvers<void>();
    lost = Promise.withResolvers<void>();
    line.redial();
    await lost.promise;
    clock.pass(0);
  };
  await again();
  await again();
  await heard.promise;
  line.reconfigure({ tls });
  await again();
  await heard.promise;
  assert.deepEqual(resumed, [false, true, true, false]);
  assert.deepEqual(
    shown.map((handshake) => [handshake.tls?.authorised, handshake.tls?.certificate?.subject.CN]),
    shown.map(() => [true, 'CS-1']),
  );
  await line.close();
  await listener.close();
});
