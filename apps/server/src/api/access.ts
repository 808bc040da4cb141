import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isLoopback } from '../config/index.ts';
import { GRANTS, type Permission, type Standing } from '../operators/index.ts';
import { HttpProblem } from './problem.ts';
import type { ApiSurroundings } from './surroundings.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a caller must be allowed to do. Every route names one; a route without is refused when it is registered. */
    permission?: Permission;
  }
  interface FastifyRequest {
    /** For the audit trail: `key:<id>`, `local`, or `visitor`. */
    actor: string;
  }
}

/** What an open page may show without a key. */
const OPEN_PAGE: ReadonlySet<Permission> = new Set(['status:read', 'metrics:read']);

export interface Caller {
  readonly actor: string;
  readonly standing: Standing;
}

/**
 * Deny by default (ASVS V8): the permission of the route decides, and a route without a permission cannot be registered.
 * @param isLocal true for requests on the command line's socket, which only the user that runs the server can open.
 */
export function guardAccess(
  app: FastifyInstance,
  around: ApiSurroundings,
  isLocal: (request: FastifyRequest) => boolean,
): void {
  app.decorateRequest('actor', 'visitor');
  app.addHook('onRoute', (route) => {
    const inherited = route.url.startsWith('/docs') ? 'public' : undefined;
    const permission = route.config?.permission ?? inherited;
    if (permission === undefined)
      throw new Error(`Route ${String(route.method)} ${route.url} names no permission.`);
    route.config = { ...route.config, permission };
  });
  app.addHook('onRequest', async (request) => {
    const permission = request.routeOptions.config.permission;
    if (permission === undefined || permission === 'public' || permission === 'ocpi') return;
    const caller = await callerOf(request, around, isLocal);
    request.actor = caller.actor;
    if (GRANTS[caller.standing].has(permission)) return;
    if (caller.standing === 'visitor') {
      if (OPEN_PAGE.has(permission) && isOpen(request, around)) return;
      throw new HttpProblem(
        401,
        'Send an API key as "Authorization: Bearer smac_..."; make one with `smac apikey create --role viewer`.',
      );
    }
    throw new HttpProblem(
      403,
      `This needs the right ${permission}, which role ${caller.standing} does not have.`,
    );
  });
}

async function callerOf(
  request: FastifyRequest,
  around: ApiSurroundings,
  isLocal: (request: FastifyRequest) => boolean,
): Promise<Caller> {
  if (isLocal(request)) return { actor: 'local', standing: 'admin' };
  const given = request.headers.authorization;
  if (given === undefined) return { actor: 'visitor', standing: 'visitor' };
  const key = /^Bearer (smac_[\w-]{43})$/.exec(given)?.[1];
  const known = key === undefined ? undefined : await around.apiKeys.find(key);
  if (!known) {
    around.metrics.refusedKey();
    throw new HttpProblem(
      401,
      'This API key is unknown or was revoked; make a new one with `smac apikey create`.',
    );
  }
  return { actor: `key:${known.id}`, standing: known.role };
}

/**
 * The status page needs no key in the demo, nor where only this machine can reach the server. A proxy in front would let others
 * in, and a web page elsewhere could reach a loopback address under a name of its own, so both close it.
 */
export function isOpen(
  request: Pick<FastifyRequest, 'host'>,
  around: Pick<ApiSurroundings, 'config' | 'demo'>,
): boolean {
  if (around.demo) return true;
  const { host, publicUrl, trustedProxies } = around.config;
  if (!isLoopback(host) || trustedProxies !== undefined) return false;
  if (publicUrl !== undefined && !isLoopback(bare(new URL(publicUrl).host))) return false;
  return isLoopback(bare(request.host));
}

function bare(host: string): string {
  return host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
}
