import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { VirtualClock } from '../clock/virtual-clock.ts';
import { FaultyNetwork } from './faulty-network.ts';

const turns = async () => {
  for (let n = 0; n < 10; n += 1) await new Promise((resolve) => setImmediate(resolve));
};

async function line(t: TestContext, latencyMs: number) {
  const clock = new VirtualClock(0);
  const heard: { readonly text: string; readonly atMs: number }[] = [];
  const sockets: Socket[] = [];
  const office = createServer((socket) => {
    sockets.push(socket);
    socket.on('data', (chunk) => heard.push({ text: chunk.toString(), atMs: clock.now() }));
  });
  office.listen(0, '127.0.0.1');
  await once(office, 'listening');
  const target = `ws://127.0.0.1:${(office.address() as AddressInfo).port}/ocpp`;
  const network = new FaultyNetwork({ clock, target, latencyMs });
  const url = new URL(await network.open());
  assert.equal(url.pathname, '/ocpp');
  const station = connect(Number(url.port), url.hostname);
  await once(station, 'connect');
  t.after(async () => {
    station.destroy();
    for (const socket of sockets) socket.destroy();
    await network.close();
    office.close();
  });
  return { clock, network, station, heard };
}

const HELLO = 'GET /ocpp/CS-1 HTTP/1.1\r\n\r\n';

test('D1.5-Q2-9: latency is played on the clock, and the network says that it holds something', async (t) => {
  const { clock, network, station, heard } = await line(t, 400);
  station.write(HELLO);
  while (!network.isHolding) await turns();
  assert.equal(heard.length, 0);
  await clock.runUntil(399, turns);
  assert.equal(heard.length, 0);
  await clock.runUntil(1_000, turns);
  while (heard.length === 0) await turns();
  assert.equal(heard[0]?.text, HELLO);
  assert.equal(network.isHolding, false);
});

test('D1.5-Q2-9: a half-open line swallows everything and breaks when that ends', async (t) => {
  const { network, station, heard } = await line(t, 0);
  station.write(HELLO);
  while (heard.length === 0) await turns();
  network.setHalfOpen('CS-1', true);
  station.write('more');
  while (!network.isHolding) await turns();
  assert.equal(heard.length, 1);
  assert.equal(station.closed, false);
  const closed = once(station, 'close');
  network.setHalfOpen('CS-1', false);
  await closed;
  assert.equal(network.isHolding, false);
});

test('a line with TLS cannot be told apart by station and is refused', () => {
  const clock = new VirtualClock(0);
  assert.throws(
    () => new FaultyNetwork({ clock, target: 'wss://csms.example/ocpp', latencyMs: 5 }),
    /ws:\/\/ only/,
  );
});
