import type { FastifyInstance } from 'fastify';
import type { ApiSurroundings } from './surroundings.ts';

/** Where staff see what single drivers did, or with what they pay (security.md 6, Audit). */
export const ABOUT_DRIVERS: ReadonlySet<string> = new Set([
  '/api/cdrs',
  '/api/cdrs/:cdrId',
  '/api/tokens',
  '/api/tokens/:tokenId',
  '/api/transactions',
  '/api/transactions/:transactionId',
  '/api/stations/:stationId/log',
]);
/** A page asks again every few seconds; that is one look. */
const ONE_LOOK_MS = 3_600_000;
const MOST_REMEMBERED = 10_000;

/** Who of staff looked at drivers' data stands in the trail before they see it: once an hour for each address. */
export function noteReads(app: FastifyInstance, { audit, clock }: ApiSurroundings): void {
  const looks = new Map<string, number>();
  app.addHook('preHandler', async (request) => {
    if (request.person === null || request.method !== 'GET') return;
    if (!ABOUT_DRIVERS.has(request.routeOptions.url ?? '')) return;
    const path = request.url.split('?')[0] ?? '';
    const look = `${request.actor} ${path}`;
    const nowMs = clock.now();
    if (nowMs - (looks.get(look) ?? -Infinity) < ONE_LOOK_MS) return;
    if (looks.size >= MOST_REMEMBERED) looks.clear();
    looks.set(look, nowMs);
    await audit.record({
      actor: request.actor,
      action: 'driver_data.read',
      subject: `address:${path}`,
      detail: {},
    });
  });
}
