import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isLoopback } from '../config/index.ts';
import {
  type AccountKind,
  GRANTS,
  isCsrfToken,
  type Permission,
  type Session,
  type Standing,
} from '../operators/index.ts';
import { cookieOf } from './cookies.ts';
import { HttpProblem } from './problem.ts';
import { STEP_UP, STEP_UP_WHEN } from './step-up.ts';
import type { ApiSurroundings } from './surroundings.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a caller must be allowed to do. Every route names one; a route without is refused when it is registered. */
    permission?: Permission;
  }
  interface FastifyRequest {
    /** For the audit trail: `key:<id>`, `staff:<id>`, `driver:<id>`, `local`, or `visitor`. */
    actor: string;
    standing: Standing;
    /** Who is signed in, with what their cookie holds; null for keys and visitors. */
    person: Person | null;
    /** Whether the same request would be let in now; for answers that go on for hours. Asking is no use of the sign-in. */
    mayStill: () => Promise<boolean>;
  }
}

/** What an open page may show without a key. */
const OPEN_PAGE: ReadonlySet<Permission> = new Set(['status:read', 'metrics:read']);

export interface Person {
  readonly session: Session;
  readonly cookie: string;
}

export interface Caller {
  readonly actor: string;
  readonly standing: Standing;
  readonly person?: Person;
}

/** Rights that belong to drivers: only their cookie opens these, and it opens nothing else. */
const OF_DRIVERS: ReadonlySet<Permission> = new Set(['charge:own', 'drive:own']);
/** Its body holds what no other site knows. */
const CODE_IS_PROOF: ReadonlySet<string> = new Set(['POST /api/auth/step-up']);
const nobody = async () => false;
const VISITOR: Caller = { actor: 'visitor', standing: 'visitor' };

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
  app.decorateRequest('standing', 'visitor');
  app.decorateRequest('person', null);
  app.decorateRequest('mayStill', nobody);
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
    const kind = OF_DRIVERS.has(permission) ? 'driver' : 'staff';
    const isAskedOpenly = OPEN_PAGE.has(permission) && isOpen(request, around);
    request.mayStill = async () => {
      const { standing } = await callerOf(request, around, isLocal, kind, false);
      return GRANTS[standing].has(permission) || (standing === 'visitor' && isAskedOpenly);
    };
    const caller = await callerOf(request, around, isLocal, kind);
    request.actor = caller.actor;
    request.standing = caller.standing;
    request.person = caller.person ?? null;
    if (GRANTS[caller.standing].has(permission)) {
      if (caller.person) demandProof(request, caller.person, around);
      return;
    }
    if (caller.standing === 'visitor') {
      if (isAskedOpenly) return;
      throw new HttpProblem(
        401,
        kind === 'driver'
          ? 'Sign in first, or scan the QR code on the socket.'
          : 'Sign in, or send an API key as "Authorization: Bearer smac_..."; make one with `smac apikey create --role viewer`.',
        [],
        'signed-out',
      );
    }
    throw new HttpProblem(
      403,
      `This needs the right ${permission}, which role ${caller.standing} does not have.`,
    );
  });
  app.addHook('preHandler', async (request) => {
    const isDangerous = STEP_UP_WHEN.get(routeOf(request));
    if (request.person && isDangerous && (await isDangerous(request, around)))
      demandFreshCode(request.person.session, around.clock.now());
  });
}

async function callerOf(
  request: FastifyRequest,
  around: ApiSurroundings,
  isLocal: (request: FastifyRequest) => boolean,
  kind: AccountKind,
  isUse = true,
): Promise<Caller> {
  if (isLocal(request)) return { actor: 'local', standing: 'admin' };
  const given = request.headers.authorization;
  if (given === undefined) return personOf(request, around, kind, isUse);
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

async function personOf(
  request: FastifyRequest,
  { accounts, config }: ApiSurroundings,
  kind: AccountKind,
  isUse: boolean,
): Promise<Caller> {
  const cookie = cookieOf(request, kind, config);
  const session = cookie === undefined ? undefined : await accounts.sessions.find(cookie, kind, isUse);
  if (cookie === undefined || session === undefined) return VISITOR;
  if (session.stage === 'password') {
    // A password alone opens nothing (D1.5-R9-4).
    throw new HttpProblem(401, 'Show the second factor first.', [], 'second-factor');
  }
  const { id, role } = session.account;
  return { actor: `${kind}:${id}`, standing: role, person: { session, cookie } };
}

/** A cookie comes along by itself, so a change needs more: the token of the page, and for a dangerous one a recent code. */
function demandProof(
  request: FastifyRequest,
  { session, cookie }: Person,
  { clock }: Pick<ApiSurroundings, 'clock'>,
): void {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    refuseOtherSites(request);
    if (!CODE_IS_PROOF.has(routeOf(request)) && !isCsrfToken(cookie, request.headers['x-csrf-token'])) {
      throw new HttpProblem(
        403,
        'The header x-csrf-token is missing or old: take it from GET /api/me or /api/drivers/me.',
        [],
        'csrf',
      );
    }
  }
  if (STEP_UP.has(routeOf(request))) demandFreshCode(session, clock.now());
}

const routeOf = (request: FastifyRequest) => `${request.method} ${request.routeOptions.url}`;

function demandFreshCode({ steppedUpUntilMs }: Session, nowMs: number): void {
  if (nowMs < (steppedUpUntilMs ?? 0)) return;
  throw new HttpProblem(
    403,
    'Show the second factor again for this (POST /api/auth/step-up).',
    [],
    'step-up',
  );
}

/** Browsers say where a request comes from (Fetch Metadata); programs say nothing and bring no cookie by themselves. */
export function refuseOtherSites(request: FastifyRequest): void {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    throw new HttpProblem(403, 'Another site asked for this.', [], 'csrf');
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
