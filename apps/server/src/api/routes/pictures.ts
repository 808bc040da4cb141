import type { FastifyInstance } from 'fastify';
import Type, { type Static } from 'typebox';
import {
  createChanges,
  createOverview,
  createPlanPictures,
  createSitePictures,
  lastMessageMs,
} from '../../insight/index.ts';
import { openEventStream } from '../event-stream.ts';
import { outside } from '../outside.ts';
import { found, HttpProblem } from '../problem.ts';
import type { ApiSurroundings } from '../surroundings.ts';
import { OverviewAnswer, PlanPictureAnswer, SitePictureAnswer } from './picture-schemas.ts';
import { ContextParams, describes, PlanParams } from './schemas.ts';

const MOST_LISTENERS = 500;

/** What the operator site draws: all sites in a list, one site as plan against reality, and word of what changed. */
export function pictureRoutes(app: FastifyInstance, around: ApiSurroundings): void {
  const { sites, planning, clock } = around;
  const tag = 'pictures';
  const overview = createOverview({
    sites,
    planning,
    clock,
    lastMessageMs: (context) => lastMessageMs(around, context),
  });
  const pictureOf = createSitePictures({ sites, planning, clock });
  const planPictureOf = createPlanPictures({ sites, planning });
  const changes = createChanges(sites, planning, clock);
  const open = new Set<() => void>();

  app.get(
    '/api/overview',
    {
      config: { permission: 'status:read' },
      schema: describes({
        tag,
        summary: 'All sites with state, power, limit, cost and alerts',
        answer: OverviewAnswer,
      }),
    },
    async () => outside(await overview()),
  );

  app.get<{ Params: Static<typeof ContextParams> }>(
    '/api/contexts/:contextId/picture',
    {
      config: { permission: 'status:read' },
      schema: describes({
        tag,
        summary: 'Plan against reality: 24 h back and 24 h ahead, by EVSE',
        params: ContextParams,
        answer: SitePictureAnswer,
      }),
    },
    async ({ params: { contextId } }) => outside(found(await pictureOf(contextId), `context ${contextId}`)),
  );

  app.get<{ Params: Static<typeof PlanParams> }>(
    '/api/plans/:number/picture',
    {
      config: { permission: 'plans:read' },
      schema: describes({
        tag,
        summary: 'One plan as it was when it was made: inputs as known then, and what every car was to get',
        params: PlanParams,
        answer: PlanPictureAnswer,
      }),
    },
    async ({ params: { number } }) => outside(found(await planPictureOf(number), `plan ${number}`)),
  );

  app.get(
    '/api/changes/stream',
    {
      config: { permission: 'status:read' },
      schema: describes({
        tag,
        summary: 'Server-sent events: which contexts changed',
        description:
          'text/event-stream; event `changed` with {"contexts": [ids]}, at most once a second; an empty list every 10 s.',
        answer: Type.String(),
      }),
    },
    async (request, reply) => {
      if (open.size >= MOST_LISTENERS)
        throw new HttpProblem(503, 'Too many open pages listen for changes: close one.');
      const peerId = request.person?.session.account.peerId ?? null;
      openEventStream(request, reply, open, ({ word }) =>
        changes.watch((changed) => {
          // Staff of another platform hear of its contexts only; the id of a context begins with whose it is.
          const contexts = changed.filter((id) => peerId === null || id.startsWith(`${peerId}/`));
          if (contexts.length > 0 || changed.length === 0)
            word(`event: changed\ndata: ${JSON.stringify({ contexts })}\n\n`);
        }),
      );
    },
  );

  app.addHook('preClose', async () => {
    for (const close of [...open]) close();
  });
}
