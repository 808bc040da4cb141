import type { FastifyInstance } from 'fastify';
import { outside } from '../outside.ts';
import type { ApiSurroundings } from '../surroundings.ts';
import { describes } from './schemas.ts';

const MOST_LISTENERS = 50;
/** A comment line keeps proxies from closing a quiet stream. */
const KEEP_ALIVE_MS = 15_000;

export function statusRoutes(app: FastifyInstance, around: ApiSurroundings): void {
  const open = new Set<() => void>();

  app.get(
    '/api/status',
    {
      config: { permission: 'status:read' },
      schema: describes({ tag: 'status', summary: 'What the status page shows' }),
    },
    async () => outside(await around.status.read()),
  );

  app.get(
    '/api/status/stream',
    {
      config: { permission: 'status:read' },
      schema: describes({
        tag: 'status',
        summary: 'The same as server-sent events, whenever something changed',
        description:
          'text/event-stream; event `status` with what the status page shows, event `station` with what happened to one station.',
      }),
    },
    async (_request, reply) => {
      if (open.size >= MOST_LISTENERS)
        return reply.code(503).send({ detail: 'Too many open status pages: close one.' });
      reply.hijack();
      const { raw } = reply;
      raw.writeHead(200, {
        'content-type': 'text/event-stream',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      });
      let blocked = false;
      raw.on('drain', () => {
        blocked = false;
      });
      const send = (text: string) => {
        // A reader that does not keep up misses pictures instead of filling the memory.
        if (!blocked) blocked = !raw.write(text);
      };
      const stop = around.status.watch((status) =>
        send(`event: status\ndata: ${JSON.stringify(outside(status))}\n\n`),
      );
      const stopStations = around.stations.events.watch((event) =>
        send(`event: station\ndata: ${JSON.stringify(outside(event))}\n\n`),
      );
      const alive = setInterval(() => send(': alive\n\n'), KEEP_ALIVE_MS).unref();
      const close = () => {
        clearInterval(alive);
        stop();
        stopStations();
        open.delete(close);
        raw.end();
      };
      open.add(close);
      raw.on('close', close);
    },
  );

  app.addHook('preClose', async () => {
    for (const close of [...open]) close();
  });
}
