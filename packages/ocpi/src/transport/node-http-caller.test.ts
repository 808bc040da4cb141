import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { createHttpCaller } from './node-http-caller.ts';

async function serve(t: { after(fn: () => void): void }, listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

const get = { method: 'GET', headers: {}, allowPrivateAddresses: true };

test('X40 a call that fails is made once and reported, never repeated', async (t) => {
  let requests = 0;
  const url = await serve(t, (request) => {
    requests += 1;
    request.socket.destroy();
  });
  const answer = await createHttpCaller()({ ...get, url });
  assert.equal(answer.ok === false && answer.error, 'unreachable');
  assert.equal(requests, 1);
});

test('OCPI 2.12-15 a redirect is handed back as it is and not followed', async (t) => {
  const paths: (string | undefined)[] = [];
  const url = await serve(t, (request, response) => {
    paths.push(request.url);
    response.writeHead(301, { Location: '/elsewhere/' }).end();
  });
  const answer = await createHttpCaller()({ ...get, url });
  assert.equal(answer.ok && answer.status, 301);
  assert.deepEqual(paths, ['/']);
});

test('security: OCPI an answer over the cap is cut off, one that never comes times out', async (t) => {
  const endless = await serve(t, (_request, response) => {
    response.write('x'.repeat(5000));
  });
  const long = await createHttpCaller({ maxAnswerBytes: 1000 })({ ...get, url: endless });
  assert.equal(long.ok === false && long.error, 'too-large');
  const silent = await serve(t, () => {});
  const late = await createHttpCaller({ timeoutMs: 30 })({ ...get, url: silent });
  assert.equal(late.ok === false && late.error, 'timeout');
  const slow = await createHttpCaller({ timeoutMs: 30 })({ ...get, url: endless });
  assert.equal(slow.ok === false && slow.error, 'timeout');
});

/** Timers that are due when the test says so. */
function timersByHand() {
  const timers: (() => void)[] = [];
  const after = (_ms: number, run: () => void) => {
    timers.push(run);
    return () => timers.splice(0);
  };
  return { after, pass: () => timers.shift()?.() };
}

test('an answer that came while this process stood still is read, not given up', async (t) => {
  const { after, pass } = timersByHand();
  const url = await serve(t, (_request, response) => {
    // The process stood still beyond the whole time-out: every timer that ran is due before the answer below is read.
    pass();
    response.end('late, and there');
  });
  const answer = await createHttpCaller({ after })({ ...get, url });
  assert.equal(answer.ok && answer.body, 'late, and there');
  const silent = await serve(t, () => {
    for (let step = 0; step < 10; step += 1) pass();
  });
  const never = await createHttpCaller({ after })({ ...get, url: silent });
  assert.equal(never.ok === false && never.error, 'timeout');
});
