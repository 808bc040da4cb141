import type { FastifyInstance } from 'fastify';
import Type, { type Static } from 'typebox';
import { OWN_PEER } from '../../network/index.ts';
import { evseKey, folded, notShared, ownerParty, type StaticInputs } from '../../sites/index.ts';
import { outside } from '../outside.ts';
import { found, HttpProblem, unwrap } from '../problem.ts';
import type { ApiSurroundings } from '../surroundings.ts';
import {
  ContextAnswer,
  ContextChange,
  NewContext,
  Policies,
  SharedEvsesAnswer,
  type Statics,
  VersionsAnswer,
} from './context-schemas.ts';
import { ContextParams, describes } from './schemas.ts';

const Change = Type.Object(
  { shadow: Type.Boolean({ description: 'true = plan and show, send nothing' }) },
  { additionalProperties: false },
);

export function contextRoutes(app: FastifyInstance, around: ApiSurroundings): void {
  const { sites, audit } = around;
  const tag = 'contexts';

  app.get(
    '/api/contexts',
    {
      config: { permission: 'contexts:read' },
      schema: describes({
        tag,
        summary: 'Optimisation contexts with their static inputs',
        answer: Type.Array(ContextAnswer),
      }),
    },
    async () => outside(await sites.contexts()),
  );

  app.post<{ Body: Static<typeof NewContext> }>(
    '/api/contexts',
    {
      config: { permission: 'contexts:write' },
      schema: describes({ tag, summary: 'Make a context by hand', body: NewContext, status: 201 }),
    },
    async (request, reply) => {
      const { country, party, peerId, objectId, shadow = false, statics, policies } = request.body;
      if (peerId !== OWN_PEER)
        found(await around.parties.peer(peerId), `platform ${peerId} (see GET /api/parties)`);
      const owner = { peerId, party: { countryCode: country.toUpperCase(), partyId: party.toUpperCase() } };
      const name = ownerParty(owner);
      const known = (await sites.contexts()).find(
        (context) =>
          context.peerId === peerId &&
          context.party === name &&
          folded(context.objectId) === folded(objectId),
      );
      if (known !== undefined)
        throw new HttpProblem(409, `There is a context ${objectId} already: change it, or take another id.`, [
          { field: 'body.objectId', problem: 'is taken' },
        ]);
      await demandShared(around, peerId, name, statics.evses);
      const made = unwrap(
        await sites.createContext(owner, objectId, {
          statics,
          shadow,
          ...(policies === undefined ? {} : { policies }),
          source: request.actor,
        }),
      );
      await audit.record({
        actor: request.actor,
        action: 'context.created',
        subject: `context:${made.id}`,
        detail: { objectId, shadow },
      });
      return reply
        .code(201)
        .header('location', `/api/contexts/${encodeURIComponent(made.id)}`)
        .send(made);
    },
  );

  app.get<{ Params: Static<typeof ContextParams> }>(
    '/api/contexts/:contextId',
    {
      config: { permission: 'contexts:read' },
      schema: describes({ tag, summary: 'One context', params: ContextParams, answer: ContextAnswer }),
    },
    async (request) =>
      outside(found(await sites.context(request.params.contextId), `context ${request.params.contextId}`)),
  );

  app.patch<{ Params: Static<typeof ContextParams>; Body: Static<typeof Change> }>(
    '/api/contexts/:contextId',
    {
      config: { permission: 'contexts:write' },
      schema: describes({ tag, summary: 'Switch shadow mode', params: ContextParams, body: Change }),
    },
    async (request) => {
      const { contextId } = request.params;
      const { shadow } = request.body;
      unwrap(await sites.setShadow(contextId, shadow));
      await audit.record({
        actor: request.actor,
        action: 'context.shadow_set',
        subject: `context:${contextId}`,
        detail: { shadow },
      });
      return outside(found(await sites.context(contextId), `context ${contextId}`));
    },
  );

  app.put<{ Params: Static<typeof ContextParams>; Body: Static<typeof ContextChange> }>(
    '/api/contexts/:contextId',
    {
      config: { permission: 'contexts:write' },
      schema: describes({
        tag,
        summary: 'Change a context that was made by hand: a new version',
        description:
          'Refused with 409 when `basedOn` is not the version in force. What an owner keeps over OCPI is changed there.',
        params: ContextParams,
        body: ContextChange,
        answer: Type.Object({ version: Type.Integer() }),
      }),
    },
    async ({ params: { contextId }, body, actor }) => {
      const before = found(await sites.context(contextId), `context ${contextId}`);
      if (before.version !== body.basedOn)
        throw new HttpProblem(
          409,
          `Version ${before.version} is in force, not ${body.basedOn}: look at what changed and try again.`,
          [{ field: 'body.basedOn', problem: `must be ${before.version}` }],
        );
      const { statics, policies } = body;
      await demandShared(around, before.peerId, before.party, newMembers(statics, before.statics));
      const changed = unwrap(
        await sites.changeContext(contextId, {
          basedOn: body.basedOn,
          statics,
          ...(policies === undefined ? {} : { policies }),
          source: actor,
        }),
      );
      await audit.record({
        actor,
        action: 'context.changed',
        subject: `context:${contextId}`,
        detail: { from: body.basedOn, to: changed.version },
      });
      return changed;
    },
  );

  app.get<{ Params: Static<typeof ContextParams> }>(
    '/api/contexts/:contextId/versions',
    {
      config: { permission: 'contexts:read' },
      schema: describes({
        tag,
        summary: 'Versions of the static inputs and the calendar, newest first, at most 200',
        params: ContextParams,
        answer: VersionsAnswer,
      }),
    },
    async ({ params: { contextId } }) => {
      found(await sites.context(contextId), `context ${contextId}`);
      return outside(await sites.versions(contextId));
    },
  );

  app.get<{ Params: Static<typeof ContextParams> }>(
    '/api/contexts/:contextId/policies',
    {
      config: { permission: 'contexts:read' },
      schema: describes({
        tag,
        summary: 'Calendar of services: bands of power and longest stays by hours',
        params: ContextParams,
        answer: Policies,
      }),
    },
    async ({ params: { contextId } }) => {
      found(await sites.context(contextId), `context ${contextId}`);
      return sites.policies(contextId);
    },
  );

  app.get(
    '/api/evses',
    {
      config: { permission: 'contexts:read' },
      schema: describes({
        tag,
        summary: 'EVSEs that operators shared by OCPI Locations, own ones included, and the context of each',
        answer: SharedEvsesAnswer,
      }),
    },
    async () => sites.sharedEvses(),
  );
}

type StaticsBody = Static<typeof Statics>;

function newMembers({ evses }: StaticsBody, before: StaticInputs): StaticsBody['evses'] {
  const known = new Set(before.evses.map(evseKey));
  return evses.filter((evse) => !known.has(evseKey(evse)));
}

/** A context made by hand holds EVSEs that its owner shared, and no others (UC-001-pre). */
async function demandShared(
  { sites }: Pick<ApiSurroundings, 'sites'>,
  peerId: string,
  party: string,
  evses: StaticsBody['evses'],
): Promise<void> {
  if (evses.length === 0) return;
  const [first, ...more] = notShared(evses, await sites.sharedEvses(peerId), party);
  if (first === undefined) return;
  const others = more.length === 0 ? '' : ` and ${more.length} more`;
  throw new HttpProblem(
    422,
    `${party} does not share EVSE ${first}${others} by OCPI Locations: choose from GET /api/evses.`,
    [{ field: 'body.statics.evses', problem: `${first} is not shared by ${party}` }],
  );
}
