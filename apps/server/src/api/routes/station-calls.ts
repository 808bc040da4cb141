import type { FastifyInstance } from 'fastify';
import Type, { type Static } from 'typebox';
import { demandFew } from '../blast-radius.ts';
import { outside } from '../outside.ts';
import { found, HttpProblem } from '../problem.ts';
import type { ApiSurroundings } from '../surroundings.ts';
import { AnyObject, describes, PrintableText } from './schemas.ts';
import { StationParams } from './station-requests.ts';
import { one } from './stations.ts';

const tag = 'stations';
const MOST_STATIONS = 10_000;
const OneCall = Type.Object(
  {
    action: PrintableText(64, 'Any message a CSMS may send in the version of the station'),
    payload: AnyObject,
    timeoutS: Type.Optional(Type.Number({ minimum: 1, maximum: 300, description: 'Default 30' })),
  },
  { additionalProperties: false },
);
const ManyCalls = Type.Object(
  {
    stationIds: Type.Array(PrintableText(48), { minItems: 1, maxItems: MOST_STATIONS }),
    action: PrintableText(64),
    payload: AnyObject,
  },
  { additionalProperties: false },
);
const WaitingCall = Type.Object({
  bulkId: Type.String(),
  action: Type.String(),
  payload: Type.Unknown(),
  stationIds: Type.Array(Type.String()),
  requestedBy: Type.String({ description: '`staff:<id>`, `key:<id>` or `local`' }),
  requestedByName: Type.Union([Type.String(), Type.Null()], { description: 'Address of a member of staff' }),
  isOwn: Type.Boolean({ description: 'Asked for by who reads this: somebody else has to confirm it' }),
  requested: Type.String(),
  expires: Type.String({ description: 'Afterwards it lapses' }),
});
const BulkParams = Type.Object({ bulkId: Type.String({ pattern: '^[0-9a-f]{24}$' }) });

/** Sending any OCPP message by hand, to one station or to many. The answer is the station's own, whatever it is. */
export function stationCallRoutes(app: FastifyInstance, around: ApiSurroundings): void {
  const { stations, accounts } = around;

  app.post<{ Params: Static<typeof StationParams>; Body: Static<typeof OneCall> }>(
    '/api/stations/:stationId/calls',
    {
      config: { permission: 'stations:operate' },
      schema: describes({
        tag,
        summary: 'Send one message and get the actual answer of the station',
        description:
          'kind `result` with payload, `error` with the CALLERROR, `timeout`, `closed`, `offline`, `busy`, `bad-answer`. A payload that breaks the schema of the version is 422 and never leaves.',
        params: StationParams,
        body: OneCall,
      }),
    },
    async ({ params: { stationId }, body: { action, payload, timeoutS }, actor }) => {
      one(around, stationId);
      demandFew(around, actor, action, stationId, payload);
      const outcome = await stations.call(stationId, action, payload, {
        actor,
        ...(timeoutS === undefined ? {} : { timeoutMs: timeoutS * 1000 }),
      });
      if (outcome.kind === 'refused') throw new HttpProblem(409, outcome.detail);
      if (outcome.kind === 'invalid') {
        const errors = outcome.problems.map(({ field, what }) => ({
          field: field === '' ? 'payload' : `payload.${field}`,
          problem: what,
        }));
        const first = errors[0];
        throw new HttpProblem(422, first ? `${first.field} ${first.problem}.` : 'It was not sent.', errors);
      }
      return outcome;
    },
  );

  app.post<{ Body: Static<typeof ManyCalls> }>(
    '/api/station-calls',
    {
      config: { permission: 'stations:operate' },
      schema: describes({
        tag,
        summary: 'Send one message to a selection of stations',
        description:
          'A small selection is carried out at once, with a result per station. A large one comes back `waiting` until a second person confirms it; then it runs in stages of 5, 25 and 100 % and halts on failures.',
        body: ManyCalls,
      }),
    },
    async ({ body: { stationIds, action, payload }, actor }) => {
      for (const stationId of stationIds) one(around, stationId);
      const request = await stations.bulk.request(actor, action, payload, stationIds);
      if (!request.ok) throw new HttpProblem(422, request.detail);
      return outside(request.bulk);
    },
  );

  app.get(
    '/api/station-calls',
    {
      config: { permission: 'stations:operate' },
      schema: describes({
        tag,
        summary: 'Calls to many stations that wait for a second person, newest first',
        answer: Type.Array(WaitingCall),
      }),
    },
    async ({ actor }) => {
      const [waiting, staff] = await Promise.all([stations.bulk.waiting(), accounts.listStaff()]);
      const names = new Map(staff.map(({ id, email }) => [`staff:${id}`, email]));
      return waiting.map(({ results: _, state: __, approvedBy: ___, ...bulk }) =>
        outside({
          ...bulk,
          requestedByName: names.get(bulk.requestedBy) ?? null,
          isOwn: bulk.requestedBy === actor,
        }),
      );
    },
  );

  app.get<{ Params: Static<typeof BulkParams> }>(
    '/api/station-calls/:bulkId',
    {
      config: { permission: 'stations:operate' },
      schema: describes({ tag, summary: 'A call to many stations and what came of it', params: BulkParams }),
    },
    async ({ params: { bulkId } }) =>
      outside(found(await stations.bulk.read(bulkId), `call to many stations ${bulkId}`)),
  );

  app.post<{ Params: Static<typeof BulkParams> }>(
    '/api/station-calls/:bulkId/approval',
    {
      config: { permission: 'stations:operate' },
      schema: describes({
        tag,
        summary: 'Confirm a call to many stations that somebody else asked for',
        params: BulkParams,
      }),
    },
    async ({ params: { bulkId }, actor }) => {
      const approval = await stations.bulk.approve(bulkId, actor);
      if (!approval.ok) throw new HttpProblem(approval.code === 'not-found' ? 404 : 409, approval.detail);
      return outside(approval.bulk);
    },
  );
}
