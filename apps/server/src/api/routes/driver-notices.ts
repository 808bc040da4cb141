import type { FastifyInstance } from 'fastify';
import Type, { type Static } from 'typebox';
import { accountIdOf } from '../driver-answers.ts';
import { socketAt } from '../driver-sockets.ts';
import { openEventStream } from '../event-stream.ts';
import { outside } from '../outside.ts';
import { HttpProblem } from '../problem.ts';
import type { ApiSurroundings } from '../surroundings.ts';
import { describes } from './schemas.ts';

const MOST_LISTENERS = 5_000;
const MOST_OF_ONE = 10;
const Maybe = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);
const Time = Type.String({ format: 'date-time' });
const NoticeRow = Type.Object({
  id: Type.Integer(),
  kind: Type.String({
    description: 'started, late, limited, full, idle, unplug, ended, out_of_order or booking_lost',
  }),
  sessionId: Maybe(Type.String()),
  detail: Type.Object({
    locationId: Type.Optional(Type.String()),
    evseUid: Type.Optional(Type.String()),
    energyWh: Type.Optional(Type.Number()),
  }),
  at: Time,
  isRead: Type.Boolean(),
  socket: Maybe(
    Type.Object({
      label: Type.String({ description: 'What stands on the socket' }),
      place: Type.String(),
      timeZone: Type.String(),
    }),
  ),
});
const Page = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, description: 'Default 50' })),
});

/** What a driver is told of: the list, and a stream for an open page (BI22, BI23). */
export function driverNoticeRoutes(app: FastifyInstance, around: ApiSurroundings): void {
  const { notices } = around.driverAccounts;
  const tag = 'drivers';
  const config = { permission: 'charge:own' } as const;
  const open = new Set<() => void>();
  const ofAccount = new Map<string, number>();

  app.get<{ Querystring: Static<typeof Page> }>(
    '/api/drivers/me/notices',
    {
      config,
      schema: describes({
        tag,
        summary: 'What one was told of, newest first',
        querystring: Page,
        answer: Type.Object({ unread: Type.Integer(), notices: Type.Array(NoticeRow) }),
      }),
    },
    async (request) => {
      const id = accountIdOf(request);
      const [unread, list] = await Promise.all([
        notices.unread(id),
        notices.list(id, request.query.limit ?? 50),
      ]);
      const wheres = new Map(list.map(({ detail }) => [whereOf(detail), detail]));
      const sockets = new Map(
        await Promise.all(
          [...wheres].map(async ([where, detail]) => [where, await socketOf(around, detail)] as const),
        ),
      );
      const told = list.map((notice) => ({ ...notice, socket: sockets.get(whereOf(notice.detail)) ?? null }));
      return outside({ unread, notices: told });
    },
  );

  app.post(
    '/api/drivers/me/notices/read',
    {
      config,
      schema: describes({
        tag,
        summary: 'All notices so far are read',
        answer: Type.Object({ unread: Type.Integer() }),
      }),
    },
    async (request) => {
      await notices.markRead(accountIdOf(request));
      return { unread: await notices.unread(accountIdOf(request)) };
    },
  );

  app.get(
    '/api/drivers/me/changes/stream',
    {
      config,
      schema: describes({
        tag,
        summary: 'Server-sent events: one’s charge or booking changed, a notice came',
        description:
          'text/event-stream; event `changed` with {}, at most once a second; event `notice` with a notice.',
        answer: Type.String(),
      }),
    },
    async (request, reply) => {
      const id = accountIdOf(request);
      const mine = ofAccount.get(id) ?? 0;
      if (open.size >= MOST_LISTENERS || mine >= MOST_OF_ONE)
        throw new HttpProblem(503, 'Too many open pages listen for changes: close one.');
      ofAccount.set(id, mine + 1);
      openEventStream(request, reply, open, ({ word }) => {
        const stop = notices.listen(id, (heard) =>
          word(
            heard.kind === 'changed'
              ? 'event: changed\ndata: {}\n\n'
              : `event: notice\ndata: ${JSON.stringify(outside(heard.notice))}\n\n`,
          ),
        );
        return () => {
          stop();
          const left = (ofAccount.get(id) ?? 1) - 1;
          if (left <= 0) ofAccount.delete(id);
          else ofAccount.set(id, left);
        };
      });
    },
  );

  app.addHook('preClose', async () => {
    for (const close of [...open]) close();
  });
}

type Where = { readonly locationId?: string; readonly evseUid?: string };
const whereOf = ({ locationId, evseUid }: Where) => `${locationId} ${evseUid}`;

async function socketOf(around: ApiSurroundings, { locationId, evseUid }: Where) {
  if (locationId === undefined || evseUid === undefined) return null;
  const { label, place, timeZone } = await socketAt(around, { locationId, evseUid });
  return { label, place, timeZone };
}
