import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Permission } from '../operators/index.ts';
import { HttpProblem } from './problem.ts';
import type { ApiSurroundings } from './surroundings.ts';

/** Says whether what a request names belongs to the peer. */
type Owns = (request: FastifyRequest, peerId: string, around: ApiSurroundings) => Promise<boolean>;

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;

const ofContext: Owns = async ({ params }, peerId, { sites }) =>
  (await sites.context(String(field(params, 'contextId'))))?.peerId === peerId;

const ofPlan: Owns = async ({ params }, peerId, { planning, sites }) => {
  const plan = await planning.plan(Number(field(params, 'number')));
  return plan !== undefined && (await sites.context(plan.contextId))?.peerId === peerId;
};

const ofAlarm: Owns = async ({ params }, peerId, { alarms }) =>
  (await alarms.find(Number(field(params, 'alarmId'))))?.peerId === peerId;

const named: Owns = async ({ params, body }, peerId) =>
  (field(params, 'peerId') ?? field(body, 'peerId')) === peerId;

/** Lists from which everything of others is taken out. */
const filtered: Owns = async () => true;
const LISTS: ReadonlySet<string> = new Set([
  'GET /api/contexts',
  'GET /api/sessions',
  'GET /api/evses',
  'GET /api/alarms',
]);

/**
 * What people of another platform may use of what their role allows, and how it is known to be theirs. What is not here is closed to
 * them: a new route shows nothing of others until somebody wrote down whose its objects are (ASVS 8.4.1, D4.2-§3.3.2-1).
 */
export const OF_PEERS: ReadonlyMap<string, Owns> = new Map<string, Owns>([
  ...[...LISTS].map((route): [string, Owns] => [route, filtered]),
  ['GET /api/overview', filtered],
  ['GET /api/changes/stream', filtered],
  ['POST /api/contexts', named],
  ['GET /api/contexts/:contextId', ofContext],
  ['PATCH /api/contexts/:contextId', ofContext],
  ['PUT /api/contexts/:contextId', ofContext],
  ['GET /api/contexts/:contextId/versions', ofContext],
  ['GET /api/contexts/:contextId/policies', ofContext],
  ['GET /api/contexts/:contextId/inputs', ofContext],
  ['PUT /api/contexts/:contextId/inputs/:kind', ofContext],
  ['DELETE /api/contexts/:contextId/inputs/:kind/override', ofContext],
  ['PUT /api/contexts/:contextId/meter', ofContext],
  ['GET /api/contexts/:contextId/sessions', ofContext],
  ['GET /api/contexts/:contextId/plans', ofContext],
  ['POST /api/contexts/:contextId/plans', ofContext],
  ['GET /api/contexts/:contextId/plans/latest', ofContext],
  ['GET /api/contexts/:contextId/picture', ofContext],
  ['GET /api/sessions/:peerId/:sessionId', named],
  ['PUT /api/sessions/:peerId/:sessionId/preferences', named],
  ['PUT /api/sessions/:peerId/:sessionId/soc', named],
  ['PUT /api/alarms/:alarmId/acknowledgement', ofAlarm],
  ['GET /api/plans/:number', ofPlan],
  ['GET /api/plans/:number/picture', ofPlan],
  // Reports are asked for the sockets of their peer only.
  ['GET /api/reports/usage', filtered],
  ['GET /api/reports/live', filtered],
  ['GET /api/reports/live/stream', filtered],
]);
/** Their own account, and calculating with what they type in. */
const FOR_ALL: ReadonlySet<Permission> = new Set(['public', 'account:own', 'plans:preview']);

/** Closes what belongs to others to members of staff of one peer. Comes after the rights: nobody gets more by it. */
export function guardTenancy(app: FastifyInstance, around: ApiSurroundings): void {
  const peerOf = ({ person }: FastifyRequest) => person?.session.account.peerId ?? null;
  const routeOf = (request: FastifyRequest) => `${request.method} ${request.routeOptions.url}`;

  app.addHook('preHandler', async (request) => {
    const peerId = peerOf(request);
    const { permission } = request.routeOptions.config;
    if (peerId === null || (permission !== undefined && FOR_ALL.has(permission))) return;
    const owns = OF_PEERS.get(routeOf(request));
    if (owns === undefined)
      throw new HttpProblem(403, 'This belongs to the operator of this platform, not to yours.');
    if (!(await owns(request, peerId, around))) throw new HttpProblem(404, 'There is nothing of yours here.');
  });

  app.addHook('preSerialization', async (request, _reply, payload) => {
    const peerId = peerOf(request);
    if (peerId !== null && routeOf(request) === 'GET /api/overview') {
      const { now, sites } = payload as { readonly now: unknown; readonly sites: readonly unknown[] };
      return { now, sites: sites.filter((site) => field(site, 'peerId') === peerId) };
    }
    if (peerId === null || !LISTS.has(routeOf(request)) || !Array.isArray(payload)) return payload;
    return payload.filter((entry) => field(entry, 'peerId') === peerId);
  });
}
