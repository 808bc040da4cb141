import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, get, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Listener, openEventStream } from './event-stream.ts';

const server = createServer();
before(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
after(() => server.close());

const ask = () => get({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' });
const answering = async () => (await once(server, 'request'))[1] as ServerResponse;

/** What a route sees of its stream. */
function opened(raw: ServerResponse) {
  const open = new Set<() => void>();
  const heard: { to?: Listener; stops: number } = { stops: 0 };
  const request = { mayStill: async () => true } as unknown as FastifyRequest;
  const reply = { raw, hijack: () => reply } as unknown as FastifyReply;
  openEventStream(request, reply, open, (to) => {
    heard.to = to;
    return () => {
      heard.stops += 1;
    };
  });
  return { open, heard };
}

test('a reader that went before its stream began takes no place for ever', async () => {
  const asked = ask().on('error', () => {});
  const raw = await answering();
  asked.destroy();
  await once(raw, 'close');
  const { open, heard } = opened(raw);
  assert.deepEqual([open.size, heard.stops], [0, 1]);
});

test('a stream that is closed counts as one that ended, and what is said late is written nowhere', async () => {
  const asked = ask();
  const raw = await answering();
  const { open, heard } = opened(raw);
  const [answer] = await once(asked, 'response');
  const failures: unknown[] = [];
  raw.on('error', (error) => failures.push(error));
  for (const close of open) close();
  heard.to?.word('event: late\ndata: {}\n\n');
  heard.to?.picture('late');
  let text = '';
  for await (const chunk of answer) text += chunk;
  if (!raw.closed) await once(raw, 'close');
  assert.deepEqual([text, open.size, heard.stops, failures], [': open\n\n', 0, 1, []]);
});
