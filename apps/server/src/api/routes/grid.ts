import type { GroupCapacityForecast } from '@smac/grid';
import type { FastifyInstance } from 'fastify';
import Type, { type Static } from 'typebox';
import type { GridOutcome } from '../../grid/index.ts';
import { outside } from '../outside.ts';
import { HttpProblem } from '../problem.ts';
import type { ApiSurroundings } from '../surroundings.ts';
import { AnyObject, describes, Moment, PrintableText } from './schemas.ts';

const Url = Type.String({ maxLength: 500, pattern: '^https?://[^\\s]+$', description: 'With the version' });
const NewPartner = Type.Object(
  {
    name: PrintableText(100),
    role: Type.Optional(Type.Union([Type.Literal('cp'), Type.Literal('co')])),
    dialect: Type.Optional(Type.Union([Type.Literal('standard'), Type.Literal('vector')])),
    baseUrl: Type.Optional(Url),
    token: Type.Optional(PrintableText(500, 'A token of the partner: this side begins the registration')),
  },
  { additionalProperties: false },
);
const Invited = Type.Object({
  partnerId: Type.String(),
  token: Type.String({ description: 'For the grid operator, shown once' }),
  versionUrl: Type.String({ description: 'Where it registers' }),
});
const PartnerParams = Type.Object({ partnerId: PrintableText(100) });
const GroupParams = Type.Object({ partnerId: PrintableText(100), groupId: PrintableText(200) });
const Group = Type.Object(
  {
    contextId: PrintableText(200, 'Optimisation context of the supply point'),
    fallbackW: Type.Optional(
      Type.Number({ minimum: 0, description: 'Holds where no forecast and no fallback covers the time, W' }),
    ),
  },
  { additionalProperties: false },
);
const TYPES = [
  'CONSUMPTION',
  'GENERATION',
  'FALLBACK_CONSUMPTION',
  'FALLBACK_GENERATION',
  'OPTIMUM',
] as const;
const Wanted = Type.Object(
  {
    groupId: PrintableText(200),
    type: Type.Union(TYPES.map((type) => Type.Literal(type))),
    blocks: Type.Array(
      Type.Object({ start: Moment('Start'), end: Moment('End'), powerW: Type.Number({ minimum: 0 }) }),
      { minItems: 1, maxItems: 1000 },
    ),
  },
  { additionalProperties: false },
);
const Of = Type.Object({ contextId: Type.Optional(PrintableText(200)) });

/** Grid operators (OSCP capacity providers): who they are, what they said, what of it is in force. */
export function gridRoutes(app: FastifyInstance, { grid, audit }: ApiSurroundings): void {
  const tag = 'grid';
  const record = (
    actor: string,
    action: string,
    partnerId: string,
    detail: Readonly<Record<string, unknown>> = {},
  ) => audit.record({ actor, action, subject: `grid:${partnerId}`, detail });

  app.get(
    '/api/grid/partners',
    {
      config: { permission: 'parties:read' },
      schema: describes({
        tag,
        summary: 'Grid operators with the state of their line',
        answer: Type.Array(AnyObject),
      }),
    },
    async () => outside(grid.partners()),
  );

  app.post<{ Body: Static<typeof NewPartner> }>(
    '/api/grid/partners',
    {
      config: { permission: 'parties:manage' },
      schema: describes({
        tag,
        summary: 'Register a grid operator (OSCP 2.0 capacity provider)',
        description:
          'The answer holds a token, shown once, and the address for the grid operator. With `baseUrl` and `token` of the grid operator this side begins.',
        body: NewPartner,
        answer: Invited,
        status: 201,
      }),
    },
    async (request, reply) => {
      const invited = taken(await grid.invite(request.body));
      await record(request.actor, 'grid.invited', invited.partnerId, { name: request.body.name });
      return reply.code(201).send(invited);
    },
  );

  app.post<{ Params: Static<typeof PartnerParams> }>(
    '/api/grid/partners/:partnerId/rotate',
    {
      config: { permission: 'parties:manage' },
      schema: describes({ tag, summary: 'New token for the grid operator', params: PartnerParams }),
    },
    async (request) => {
      const { partnerId } = request.params;
      taken(await grid.rotate(partnerId));
      await record(request.actor, 'grid.rotated', partnerId);
      return { partnerId, done: 'rotate' };
    },
  );

  app.delete<{ Params: Static<typeof PartnerParams> }>(
    '/api/grid/partners/:partnerId',
    {
      config: { permission: 'parties:manage' },
      schema: describes({
        tag,
        summary: 'End the registration',
        description: 'Nothing it says is taken any more. Its fallbacks hold on until its groups are removed.',
        params: PartnerParams,
      }),
    },
    async (request) => {
      const { partnerId } = request.params;
      taken(await grid.unregister(partnerId));
      await record(request.actor, 'grid.ended', partnerId);
      return { partnerId, done: 'end' };
    },
  );

  app.put<{ Params: Static<typeof GroupParams>; Body: Static<typeof Group> }>(
    '/api/grid/partners/:partnerId/groups/:groupId',
    {
      config: { permission: 'parties:manage' },
      schema: describes({
        tag,
        summary: 'Which supply point a group of the grid operator is',
        params: GroupParams,
        body: Group,
      }),
    },
    async (request) => {
      const group = { ...request.params, ...request.body };
      taken(await grid.setGroup(group));
      await record(request.actor, 'grid.group-set', group.partnerId, group);
      return group;
    },
  );

  app.delete<{ Params: Static<typeof GroupParams> }>(
    '/api/grid/partners/:partnerId/groups/:groupId',
    {
      config: { permission: 'parties:manage' },
      schema: describes({
        tag,
        summary: 'Remove a group: every limit that came by it is lifted',
        params: GroupParams,
      }),
    },
    async (request) => {
      const { partnerId, groupId } = request.params;
      taken(await grid.removeGroup(partnerId, groupId));
      await record(request.actor, 'grid.group-removed', partnerId, { groupId });
      return { partnerId, groupId, done: 'remove' };
    },
  );

  app.get<{ Querystring: Static<typeof Of> }>(
    '/api/grid/signals',
    {
      config: { permission: 'contexts:read' },
      schema: describes({
        tag,
        summary:
          'What grid operators said last, and what of it is in force (forecast, fallback, agreed, lowest)',
        querystring: Of,
        answer: Type.Array(AnyObject),
      }),
    },
    async (request) => outside(grid.groups(request.query.contextId)),
  );

  app.post<{ Params: Static<typeof PartnerParams>; Body: Static<typeof Wanted> }>(
    '/api/grid/partners/:partnerId/adjustments',
    {
      config: { permission: 'contexts:write' },
      schema: describes({
        tag,
        summary: 'Ask the grid operator for another capacity (AdjustGroupCapacityForecast)',
        params: PartnerParams,
        body: Wanted,
      }),
    },
    async (request) => {
      const { partnerId } = request.params;
      const { groupId, type, blocks } = request.body;
      const wanted: GroupCapacityForecast = {
        group_id: groupId,
        type,
        forecasted_blocks: blocks.map(({ start, end, powerW }) => ({
          capacity: powerW,
          phase: 'ALL',
          unit: 'W',
          start_time: start,
          end_time: end,
        })),
      };
      const sent = taken(await grid.adjust(partnerId, wanted));
      await record(request.actor, 'grid.adjustment', partnerId, { groupId, type, blocks: blocks.length });
      return { partnerId, groupId, sent: sent.ok };
    },
  );
}

const STATUS = { 'not-found': 404, invalid: 422, failed: 502 } as const;

function taken<T>(outcome: GridOutcome<T>): T {
  if (outcome.ok) return outcome.data;
  throw new HttpProblem(STATUS[outcome.code], outcome.detail);
}
