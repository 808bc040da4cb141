import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { after, before, test } from 'node:test';
import { ManualClock } from '../../dispatch/testing/manual-clock.ts';
import { HandshakeQueue } from './handshake-queue.ts';

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

/** The server's end of a real connection from an address of the loopback, and the other end. */
async function knock(localAddress = '127.0.0.1'): Promise<{ here: Socket; there: Socket }> {
  const { port } = server.address() as AddressInfo;
  const arrived = once(server, 'connection');
  const there = connect({ port, host: '127.0.0.1', localAddress });
  there.on('error', () => {});
  const [here] = (await arrived) as [Socket];
  open.push(here, there);
  return { here, there };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));
async function until(is: () => boolean): Promise<void> {
  while (!is()) await turn();
}

function queueOf(atOnce: number) {
  const clock = new ManualClock(0);
  const givenUp: string[] = [];
  const begun: string[] = [];
  const queue = new HandshakeQueue({
    clock,
    atOnce,
    turnMs: 1_000,
    waitMs: 30_000,
    onGivenUp: (address) => givenUp.push(address),
  });
  const enter = async (name: string, localAddress?: string) => {
    const ends = await knock(localAddress);
    queue.enter(ends.here, () => begun.push(name));
    return ends;
  };
  return { clock, queue, givenUp, begun, enter };
}

/** Says its first byte and waits until this end has it. */
async function speak({ here, there }: { here: Socket; there: Socket }): Promise<void> {
  there.write('x');
  await until(() => here.bytesRead > 0);
  await turn();
}

test('security.md 4.1: so many handshakes begin at once, the next when one is over, and addresses take turns', async () => {
  const { queue, begun, enter } = queueOf(2);
  const sockets = [];
  for (const name of ['a1', 'a2', 'a3', 'a4']) {
    const ends = await enter(name);
    await speak(ends);
    sockets.push(ends);
  }
  const other = await enter('b1', '127.0.0.2');
  await speak(other);
  assert.deepEqual(begun, ['a1', 'a2']);
  queue.done(sockets[0]!.here);
  queue.done(sockets[0]!.here);
  assert.deepEqual(begun, ['a1', 'a2', 'a3'], 'who is done twice gives one place');
  queue.done(sockets[1]!.here);
  assert.deepEqual(begun, ['a1', 'a2', 'a3', 'b1'], 'before the fourth of the first address');
  sockets[2]!.here.destroy();
  await until(() => begun.length === 5);
  assert.equal(queue.waiting, 0);
  queue.close();
});

test('T-SLOW who says nothing has no place in the line, and is cut off; a handshake that stalls gives its turn away after a second', async () => {
  const { clock, queue, begun, givenUp, enter } = queueOf(1);
  const mute = await enter('mute');
  const stalling = await enter('stalling');
  await speak(stalling);
  const next = await enter('next');
  await speak(next);
  assert.deepEqual(begun, ['stalling']);
  clock.advance(1_000);
  assert.deepEqual(begun, ['stalling', 'next']);
  assert.equal(stalling.here.destroyed, false, 'it may go on');
  const gone = await enter('gone');
  await speak(gone);
  gone.there.destroy();
  await until(() => queue.waiting === 1);
  clock.advance(29_000);
  assert.ok(mute.here.destroyed);
  assert.deepEqual([begun.length, givenUp.length, queue.waiting], [2, 1, 0], 'who left has no turn');
  queue.close();
});

test('security.md 4.1: a door that closes begins no handshake of those who wait', async () => {
  const { queue, begun, enter } = queueOf(1);
  for (const name of ['begun', 'waiting', 'next']) await speak(await enter(name));
  queue.close();
  assert.deepEqual(begun, ['begun']);
  await until(() => queue.waiting === 0);
});
