import type { FastifyInstance } from 'fastify';
import Type, { type Static, type TSchema } from 'typebox';
import { maskUid } from '../../drivers/index.ts';
import type { SessionState } from '../../sites/index.ts';
import { momentOf } from '../driver-answers.ts';
import { momentMs, outside } from '../outside.ts';
import { found, HttpProblem, unwrap } from '../problem.ts';
import type { ApiSurroundings } from '../surroundings.ts';
import { AnyObject, ContextParams, describes, Moment, PrintableText } from './schemas.ts';

const SessionParams = Type.Object({
  peerId: PrintableText(100),
  sessionId: PrintableText(36),
});

const Soc = (description: string) =>
  Type.Optional(Type.Number({ minimum: 0, maximum: 1, description: `${description}, 0..1` }));

const Wishes = Type.Object(
  {
    profileType: Type.Optional(
      Type.Union([
        Type.Literal('CHEAP'),
        Type.Literal('FAST'),
        Type.Literal('GREEN'),
        Type.Literal('REGULAR'),
      ]),
    ),
    departure: Type.Optional(Moment('When the car leaves')),
    departureFirm: Type.Optional(Type.Boolean({ description: 'true = it leaves then and not before' })),
    energyNeedWh: Type.Optional(
      Type.Number({ minimum: 0, description: 'Counted from the start of the session, Wh' }),
    ),
    dischargeAllowed: Type.Boolean(),
    targetSoc: Soc('State of charge wished at departure'),
    minSoc: Soc('State of charge needed at departure in any case'),
    maxSoc: Soc('State of charge never exceeded'),
    reserveSoc: Soc('State of charge never discharged below'),
    priority: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);

const SocReading = Type.Object(
  {
    soc: Type.Number({ minimum: 0, maximum: 1, description: 'State of charge, 0..1' }),
    at: Type.Optional(Moment('When it was so; default now')),
  },
  { additionalProperties: false },
);

const ListQuery = Type.Object({
  state: Type.Optional(Type.Union([Type.Literal('live'), Type.Literal('ended')])),
  from: Type.Optional(Moment('Began here or later')),
  to: Type.Optional(Moment('Began before')),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: 'Default 100' })),
  offset: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000_000 })),
});
const OrNull = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const ListAnswer = Type.Object({
  total: Type.Integer(),
  sessions: Type.Array(
    Type.Object({
      code: Type.String({ description: 'Unique code of the session' }),
      peerId: Type.String(),
      contextId: Type.String(),
      site: Type.String(),
      timeZone: Type.String(),
      party: Type.String(),
      evse: Type.String({ description: 'What stands on the socket' }),
      stationId: OrNull(Type.String()),
      isLive: Type.Boolean(),
      flow: Type.String({ description: 'charging, discharging, none or over' }),
      powerW: OrNull(Type.Number()),
      energyWh: Type.Number({ description: 'Taken, by the register' }),
      exportWh: OrNull(Type.Number({ description: 'Given back; null: no register of it' })),
      start: Type.String({ format: 'date-time' }),
      end: OrNull(Type.String({ format: 'date-time' })),
      profileType: OrNull(Type.String()),
      shortfallWh: Type.Number(),
      reason: OrNull(Type.Object({ code: Type.String(), sentence: Type.String() })),
      cost: OrNull(
        Type.Object({
          amount: Type.Number({ description: 'Before taxes; negative: to be paid out' }),
          currency: Type.String(),
          isBilled: Type.Boolean({ description: 'false: so far' }),
        }),
      ),
    }),
  ),
});

export function sessionRoutes(app: FastifyInstance, around: ApiSurroundings): void {
  const { sites, planning, audit, clock } = around;
  const tag = 'sessions';

  app.get(
    '/api/sessions',
    {
      config: { permission: 'sessions:read' },
      schema: describes({ tag, summary: 'Live sessions of all contexts', answer: Type.Array(AnyObject) }),
    },
    async () => (await sites.liveSessions()).map(shown),
  );

  app.get<{ Querystring: Static<typeof ListQuery> }>(
    '/api/session-list',
    {
      config: { permission: 'sessions:read' },
      schema: describes({
        tag,
        summary: 'Sessions of every site, running or over, the newest first, with cost and reason',
        querystring: ListQuery,
        answer: ListAnswer,
      }),
    },
    async ({ query: { from, to, state, limit = 100, offset = 0 } }) => {
      const listed = await around.sessionList({
        limit,
        offset,
        ...(state === undefined ? {} : { state }),
        ...(from === undefined ? {} : { fromMs: momentOf('query.from', from) }),
        ...(to === undefined ? {} : { toMs: momentOf('query.to', to) }),
      });
      return outside(listed);
    },
  );

  app.get<{ Params: Static<typeof ContextParams> }>(
    '/api/contexts/:contextId/sessions',
    {
      config: { permission: 'sessions:read' },
      schema: describes({
        tag,
        summary: 'Live sessions with planned and actual power and the reason',
        params: ContextParams,
        answer: Type.Array(AnyObject),
      }),
    },
    async (request) => {
      const { contextId } = request.params;
      found(await sites.context(contextId), `context ${contextId}`);
      return outside(await planning.sessionPictures(contextId));
    },
  );

  app.get<{ Params: Static<typeof SessionParams> }>(
    '/api/sessions/:peerId/:sessionId',
    {
      config: { permission: 'sessions:read' },
      schema: describes({ tag, summary: 'One session', params: SessionParams }),
    },
    async (request) =>
      shown(
        found(
          await sites.session(request.params),
          `session ${request.params.sessionId} of ${request.params.peerId}`,
        ),
      ),
  );

  app.put<{ Params: Static<typeof SessionParams>; Body: Static<typeof Wishes> }>(
    '/api/sessions/:peerId/:sessionId/preferences',
    {
      config: { permission: 'sessions:write' },
      schema: describes({ tag, summary: "Set the driver's wishes", params: SessionParams, body: Wishes }),
    },
    async (request) => {
      const { departure, ...wishes } = request.body;
      const departureMs = departure === undefined ? undefined : momentMs(departure);
      if (departure !== undefined && departureMs === undefined) {
        const problem = 'must be a time with zone, like 2026-11-21T17:00:00Z';
        throw new HttpProblem(400, `body.departure ${problem}.`, [{ field: 'body.departure', problem }]);
      }
      const { peerId, sessionId } = request.params;
      unwrap(
        await sites.setPreferences(
          { peerId, sessionId },
          { ...wishes, ...(departureMs === undefined ? {} : { departureMs }) },
        ),
      );
      await audit.record({
        actor: request.actor,
        action: 'preferences.set',
        subject: `session:${peerId}/${sessionId}`,
        detail: {},
      });
      return shown(found(await sites.session({ peerId, sessionId }), `session ${sessionId} of ${peerId}`));
    },
  );

  app.put<{ Params: Static<typeof SessionParams>; Body: Static<typeof SocReading> }>(
    '/api/sessions/:peerId/:sessionId/soc',
    {
      config: { permission: 'sessions:write' },
      schema: describes({
        tag,
        summary: 'State of charge of the car, as this operator knows it (source cpo)',
        params: SessionParams,
        body: SocReading,
      }),
    },
    async ({ params, body: { soc, at }, actor }) => {
      const nowMs = clock.now();
      const atMs = at === undefined ? nowMs : momentMs(at);
      const name = `session ${params.sessionId} of ${params.peerId}`;
      if (atMs === undefined || atMs > nowMs) {
        const problem = 'must be a time with zone that is not ahead, like 2026-11-21T17:00:00Z';
        throw new HttpProblem(400, `body.at ${problem}.`, [{ field: 'body.at', problem }]);
      }
      found(await sites.session(params), name);
      unwrap(await sites.reportSoc(params, { soc, source: 'cpo', atMs }));
      await audit.record({
        actor,
        action: 'soc.set',
        subject: `session:${params.peerId}/${params.sessionId}`,
        detail: { soc },
      });
      return shown(found(await sites.session(params), name));
    },
  );
}

/** A UID opens any station for whoever copies it on a card: nobody needs it to look at a session (T-LEAK). */
function shown({ tokenUid, ...session }: SessionState) {
  return outside({ ...session, tokenUid: maskUid(tokenUid) });
}
