import type { FastifyInstance } from 'fastify';
import Type, { type Static } from 'typebox';
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

export function sessionRoutes(app: FastifyInstance, around: ApiSurroundings): void {
  const { sites, planning, audit } = around;
  const tag = 'sessions';

  app.get(
    '/api/sessions',
    {
      config: { permission: 'sessions:read' },
      schema: describes({ tag, summary: 'Live sessions of all contexts', answer: Type.Array(AnyObject) }),
    },
    async () => outside(await sites.liveSessions()),
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
      outside(
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
      return outside(found(await sites.session({ peerId, sessionId }), `session ${sessionId} of ${peerId}`));
    },
  );
}
