import type { FastifyInstance } from 'fastify';
import Type, { type Static } from 'typebox';
import { socketKey } from '../../drivers/accounts/index.ts';
import type { RemoteAnswer } from '../../transactions/index.ts';
import { accountIdOf, driverOf, momentOf } from '../driver-answers.ts';
import { isSeen } from '../driver-sockets.ts';
import { outside } from '../outside.ts';
import { found, HttpProblem, unwrap } from '../problem.ts';
import type { ApiSurroundings } from '../surroundings.ts';
import { OwnSessionParams, SessionRow, WishesBody } from './driver-schemas.ts';
import { describes, Moment, PrintableText } from './schemas.ts';

const Start = Type.Object(
  { locationId: PrintableText(36), evseUid: PrintableText(36) },
  { additionalProperties: false },
);
const Page = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, description: 'Default 50' })),
  before: Type.Optional(Moment('Only charges that began before')),
});
const Accepted = Type.Object({ accepted: Type.Boolean(), detail: Type.Optional(Type.String()) });

/** A driver's own charging. What belongs to somebody else answers as if it were not there (T-AUTHZ). */
export function driverChargingRoutes(app: FastifyInstance, around: ApiSurroundings): void {
  const { driverAccounts: drivers, network, transactions, planning, random, audit } = around;
  const tag = 'drivers';
  const config = { permission: 'charge:own' } as const;

  app.get<{ Querystring: Static<typeof Page> }>(
    '/api/drivers/me/sessions',
    {
      config,
      schema: describes({
        tag,
        summary: 'One’s charges, newest first, with what they cost',
        querystring: Page,
        answer: Type.Array(SessionRow),
      }),
    },
    async (request) => {
      const { limit = 50, before } = request.query;
      const page = {
        limit,
        ...(before === undefined ? {} : { beforeMs: momentOf('query.before', before) }),
      };
      return outside(await drivers.sessions(accountIdOf(request), page));
    },
  );

  app.get<{ Params: Static<typeof OwnSessionParams> }>(
    '/api/drivers/me/sessions/:sessionId',
    {
      config,
      schema: describes({
        tag,
        summary: 'One charge: wishes, energy, and while it runs the planned power with its reason',
        params: OwnSessionParams,
      }),
    },
    async (request) => {
      const { sessionId } = request.params;
      const session = found(
        await drivers.session(accountIdOf(request), sessionId),
        `charge ${sessionId} of yours`,
      );
      const { tokenUid: _, ...shown } = session;
      const pictures = session.endMs === undefined ? await planning.sessionPictures(session.contextId) : [];
      const planned = pictures.find(
        ({ key }) => key.peerId === session.peerId && key.sessionId === session.sessionId,
      );
      return outside({ ...shown, planned: planned ?? null });
    },
  );

  app.post<{ Body: Static<typeof Start> }>(
    '/api/drivers/me/charging',
    {
      config: { ...config, rateLimit: { max: 20, timeWindow: 60_000 } },
      schema: describes({
        tag,
        summary: 'Ask the station to start; the answer is the station’s',
        description: 'A guest may start at the one socket whose code was scanned.',
        body: Start,
        answer: Accepted,
      }),
    },
    async (request) => {
      const { session } = driverOf(request);
      const place = network.find(request.body.locationId, request.body.evseUid);
      const isAllowed =
        place !== undefined &&
        (session.evseKey === null
          ? await isSeen(around, place, await drivers.placesSeenBy(session.account.id))
          : session.evseKey === socketKey(place));
      if (place === undefined || !isAllowed)
        throw new HttpProblem(404, 'There is no such socket you may use.', [], 'unknown-socket');
      const uid = unwrap(await drivers.appUid(session.account.id, session.account.role === 'guest'));
      const answer = await transactions.start(
        {
          stationId: place.stationId,
          evseId: place.evseId,
          token: { uid, type: 'Central' },
          remoteStartId: Buffer.from(random(4)).readUInt32BE() >>> 1,
        },
        request.actor,
      );
      await audit.record({
        actor: request.actor,
        action: 'transaction.start',
        subject: `station:${place.stationId}`,
        detail: { evseId: place.evseId, accepted: answer.accepted },
      });
      return answerOf(answer);
    },
  );

  app.put<{ Params: Static<typeof OwnSessionParams>; Body: Static<typeof WishesBody> }>(
    '/api/drivers/me/sessions/:sessionId/preferences',
    {
      config,
      schema: describes({
        tag,
        summary: 'Say what one wants of a charge that runs; a new plan is made at once',
        params: OwnSessionParams,
        body: WishesBody,
      }),
    },
    async (request) => {
      const { departure, dischargeAllowed = false, ...wishes } = request.body;
      const id = accountIdOf(request);
      const { sessionId } = request.params;
      const departureMs = departure === undefined ? undefined : momentOf('body.departure', departure);
      unwrap(
        await drivers.wish(id, sessionId, {
          ...(wishes as Omit<Parameters<typeof drivers.wish>[2], 'dischargeAllowed'>),
          dischargeAllowed,
          ...(departureMs === undefined ? {} : { departureMs }),
        }),
      );
      const session = found(await drivers.session(id, sessionId), `charge ${sessionId} of yours`);
      return outside(session.preferences);
    },
  );

  app.post<{ Params: Static<typeof OwnSessionParams> }>(
    '/api/drivers/me/sessions/:sessionId/stop',
    {
      config,
      schema: describes({
        tag,
        summary: 'Ask the station to end one’s charge; the answer is the station’s',
        params: OwnSessionParams,
        answer: Accepted,
      }),
    },
    async (request) => {
      const { sessionId } = request.params;
      found(await drivers.session(accountIdOf(request), sessionId), `charge ${sessionId} of yours`);
      found(await transactions.get(sessionId), `charge ${sessionId} of yours`);
      const answer = await transactions.stop(sessionId, request.actor);
      await audit.record({
        actor: request.actor,
        action: 'transaction.stop',
        subject: `transaction:${sessionId}`,
        detail: { accepted: answer.accepted },
      });
      return answerOf(answer);
    },
  );
}

const answerOf = (answer: RemoteAnswer) =>
  answer.accepted ? { accepted: true } : { accepted: false, detail: answer.detail };
