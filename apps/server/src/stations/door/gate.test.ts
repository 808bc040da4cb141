import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { after, before, test } from 'node:test';
import { ManualClock } from '../../dispatch/testing/manual-clock.ts';
import { createGate } from './gate.ts';

const HANDSHAKE_MS = 10_000;
const WAIT_MS = 30_000;

let server: Server;
const open: Socket[] = [];
before(async () => {
  server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
});
after(() => {
  for (const socket of open) socket.destroy();
  server.close();
});

async function knock(): Promise<Socket> {
  const { port } = server.address() as AddressInfo;
  const arrived = once(server, 'connection');
  const there = connect({ port, host: '127.0.0.1' });
  there.on('error', () => {});
  const [here] = (await arrived) as [Socket];
  open.push(here, there);
  return here;
}

test('security.md 4.1: who had its turn counts as a stranger for a handshake and no longer, so that a fleet that returns is not kept out by those who are in', async () => {
  const clock = new ManualClock(0);
  const gate = createGate({
    policy: { handshakesPerAddress: 100, handshakesPerSecond: 100, handshakeMs: HANDSHAKE_MS },
    clock,
    events: { mention: () => {} },
    mostStrangers: 2,
  });
  const isIn = async () => {
    const socket = await knock();
    gate.enter(socket, WAIT_MS);
    return !socket.destroyed;
  };
  const first = await knock();
  gate.enter(first, WAIT_MS);
  gate.begun(first);
  assert.ok(await isIn(), 'the second waits for its turn');
  assert.equal(await isIn(), false, 'two are enough');
  clock.advance(HANDSHAKE_MS);
  assert.ok(await isIn(), 'the first is no stranger any more');
  assert.equal(await isIn(), false);
  clock.advance(WAIT_MS);
  assert.ok(await isIn(), 'nor is the second, whatever became of it');
});
