import type { FastifyRequest } from 'fastify';
import type { Sites } from '../sites/index.ts';

/**
 * Dangerous actions (security.md 6): whoever is signed in shows the second factor again before them, at most five minutes old
 * (ASVS 7.5.3). API keys and the command line are no people at a screen; for them the right alone decides. One table, and a test
 * holds it against the router.
 */
export const STEP_UP: ReadonlySet<string> = new Set([
  'POST /api/keys',
  'DELETE /api/keys/:keyId',
  'POST /api/staff',
  'PATCH /api/staff/:accountId',
  'DELETE /api/staff/:accountId',
  'POST /api/staff/:accountId/reset',
  'POST /api/staff/:accountId/lock',
  'POST /api/staff/:accountId/unlock',
  'DELETE /api/staff/:accountId/sessions',
  'POST /api/me/recovery-codes',
  'POST /api/me/passkeys',
  'DELETE /api/me/passkeys/:passkeyId',
  'POST /api/tariffs/:tariffId/:revision/approval',
  'PUT /api/tariff-ceilings',
  'POST /api/cdrs/:cdrId/credit',
  'POST /api/station-calls',
  'POST /api/station-calls/:bulkId/approval',
  'DELETE /api/stations/:stationId',
  'POST /api/stations/:stationId/password',
  'POST /api/stations/:stationId/waivers',
  'POST /api/parties/:peerId/rotate',
  'POST /api/parties/:peerId/reinvite',
  // The limits of the former supply point bind it no more.
  'PUT /api/network/stations/:stationId/evses/:evseId/address',
  // Limits of a grid operator are lifted by these, or no longer heard.
  'POST /api/grid/partners/:partnerId/rotate',
  'DELETE /api/grid/partners/:partnerId',
  'PUT /api/grid/partners/:partnerId/groups/:groupId',
  'DELETE /api/grid/partners/:partnerId/groups/:groupId',
  'GET /api/database/backup',
  'GET /api/reports/export',
]);

type IsDangerous = (request: FastifyRequest, known: { readonly sites: Pick<Sites, 'context'> }) => unknown;

/**
 * Dangerous by what is asked for: a flex order lifts the limit of the supply point above what is contracted, and a change of a context
 * may lift what is contracted, the fuse or a phase itself.
 */
export const STEP_UP_WHEN: ReadonlyMap<string, IsDangerous> = new Map<string, IsDangerous>([
  ['PUT /api/contexts/:contextId/inputs/:kind', liftsLimit],
  ['PUT /api/contexts/:contextId', liftsContract],
]);

function liftsLimit({ params, body }: FastifyRequest): boolean {
  const { kind } = params as { readonly kind: string };
  const { slots } = body as { readonly slots: readonly { readonly value: number }[] };
  return kind === 'flex' && slots.some(({ value }) => value > 0);
}

const LIMITS = ['maxImportW', 'maxExportW', 'capW', 'maxPhaseW'] as const;
type Limits = { readonly [limit in (typeof LIMITS)[number]]?: number };

async function liftsContract(
  { params, body }: FastifyRequest,
  { sites }: Parameters<IsDangerous>[1],
): Promise<boolean> {
  const { contextId } = params as { readonly contextId: string };
  const { statics: wanted } = body as { readonly statics: Limits };
  const before: Limits | undefined = (await sites.context(contextId))?.statics;
  if (before === undefined) return false;
  // What is left out does not limit.
  return LIMITS.some((limit) => (wanted[limit] ?? Infinity) > (before[limit] ?? Infinity));
}
