import type { FastifyInstance } from 'fastify';
import { openEventStream } from '../event-stream.ts';
import { outside } from '../outside.ts';
import type { ApiSurroundings } from '../surroundings.ts';
import { describes } from './schemas.ts';

const MOST_LISTENERS = 50;

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
    async (request, reply) => {
      if (open.size >= MOST_LISTENERS)
        return reply.code(503).send({ detail: 'Too many open status pages: close one.' });
      return openEventStream(request, reply, open, ({ picture }) => {
        const stop = around.status.watch((status) =>
          picture(`event: status\ndata: ${JSON.stringify(outside(status))}\n\n`),
        );
        const stopStations = around.stations.events.watch((event) =>
          picture(`event: station\ndata: ${JSON.stringify(outside(event))}\n\n`),
        );
        return () => {
          stop();
          stopStations();
        };
      });
    },
  );

  app.addHook('preClose', async () => {
    for (const close of [...open]) close();
  });
}
