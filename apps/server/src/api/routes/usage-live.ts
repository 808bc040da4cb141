import type { FastifyInstance, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { createChanges } from '../../insight/index.ts';
import { openEventStream } from '../event-stream.ts';
import { HttpProblem } from '../problem.ts';
import type { ApiSurroundings } from '../surroundings.ts';
import { describes } from './schemas.ts';
import { LiveCharge } from './usage-schemas.ts';
import { liveShown } from './usage-shown.ts';

const MOST_LISTENERS = 20;
/** One reader that opens many leaves room for the others. */
const MOST_OF_ONE = 5;

/** Charges while they run, for third parties that are allowed to read them (BI7). */
export function usageLiveRoutes(app: FastifyInstance, around: ApiSurroundings): void {
  const { usage, sites, planning, clock, log } = around;
  const changes = createChanges(sites, planning, clock);
  const open = new Set<() => void>();
  const ofActor = new Map<string, number>();
  const config = { permission: 'sessions:read' } as const;
  const tag = 'reports';
  const only = ({ person }: FastifyRequest) => {
    const peerId = person?.session.account.peerId;
    return peerId == null ? {} : { peerId };
  };

  app.get(
    '/api/reports/live',
    {
      config,
      schema: describes({
        tag,
        summary: 'Every charge that runs, or ended less than two minutes ago',
        answer: Type.Array(LiveCharge),
      }),
    },
    async (request) => (await usage.live(undefined, only(request))).map(liveShown),
  );

  app.get(
    '/api/reports/live/stream',
    {
      config,
      schema: describes({
        tag,
        summary: 'The same as server-sent events: what changed, at most once a second',
        description:
          'text/event-stream; event `charge` with one charge, all that run at first. GET /api/asyncapi.json describes it for machines.',
        answer: Type.String(),
      }),
    },
    async (request, reply) => {
      const { actor } = request;
      const already = ofActor.get(actor) ?? 0;
      if (open.size >= MOST_LISTENERS || already >= MOST_OF_ONE)
        throw new HttpProblem(503, 'Too many listen to live charges: close one.');
      const mine = only(request);
      ofActor.set(actor, already + 1);
      openEventStream(request, reply, open, ({ word }) => {
        const tell = (contextIds?: readonly string[]) =>
          usage.live(contextIds, mine).then(
            (charges) => {
              const events = charges.map(
                (charge) => `event: charge\ndata: ${JSON.stringify(liveShown(charge))}\n\n`,
              );
              if (events.length > 0) word(events.join(''));
            },
            // The next change tells it again.
            (error: unknown) => log.warn({ detail: String(error) }, 'Live charges could not be read'),
          );
        void tell();
        const stop = changes.watch((contextIds) => {
          if (contextIds.length > 0) void tell(contextIds);
        });
        return () => {
          stop();
          const left = (ofActor.get(actor) ?? 1) - 1;
          if (left > 0) ofActor.set(actor, left);
          else ofActor.delete(actor);
        };
      });
    },
  );

  app.get(
    '/api/asyncapi.json',
    {
      config: { permission: 'public' },
      schema: describes({ tag, summary: 'The live stream described in AsyncAPI 3.0' }),
    },
    async () => describedStream(around.version),
  );

  app.addHook('preClose', async () => {
    for (const close of [...open]) close();
  });
}

function describedStream(version: string) {
  return {
    asyncapi: '3.0.0',
    info: { title: 'SMAC live charges', version },
    defaultContentType: 'application/json',
    channels: {
      live: {
        address: '/api/reports/live/stream',
        description:
          'Server-sent events over HTTP; sign in as for every route (an API key of role viewer is enough).',
        messages: {
          charge: { name: 'charge', summary: 'One charge as it stands now', payload: LiveCharge },
        },
      },
    },
    operations: {
      hear: {
        action: 'send',
        channel: { $ref: '#/channels/live' },
        messages: [{ $ref: '#/channels/live/messages/charge' }],
      },
    },
  };
}
