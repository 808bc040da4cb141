import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Config, isLoopback } from '../config/index.ts';
import type { AccountKind } from '../operators/index.ts';
import { HttpProblem } from './problem.ts';

/** Staff and drivers sign in apart: one browser may hold both, and neither stands in for the other. */
const NAMES: Readonly<Record<AccountKind, string>> = { staff: 'smac-staff', driver: 'smac-drive' };

/** The secret of the sign-in this request brings along; undefined without one. */
export function cookieOf(
  request: FastifyRequest,
  kind: AccountKind,
  config: Pick<Config, 'publicUrl'>,
): string | undefined {
  const name = nameOf(kind, isSecure(request, config));
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const [given, value] = part.split('=', 2);
    if (given?.trim() === name && value !== undefined) return value.trim();
  }
  return undefined;
}

/**
 * A session cookie that no script reads and no other site sends (ASVS 3.3.1-3.3.4). `__Host-` ties it to this host over TLS; plain http
 * is for this machine alone.
 */
export function setCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  kind: AccountKind,
  config: Pick<Config, 'publicUrl'>,
  value: string,
  /** Unset: until the browser closes. */
  maxAgeS?: number,
): void {
  const secure = isSecure(request, config);
  if (!secure && !isLoopback(hostName(request))) {
    throw new HttpProblem(
      403,
      'Signing in needs TLS: open the https address, or set SMAC_TLS_CERT and SMAC_TLS_KEY, or SMAC_PUBLIC_URL behind a proxy.',
      [],
      'tls-needed',
    );
  }
  const age = maxAgeS === undefined ? '' : `; Max-Age=${maxAgeS}`;
  reply.header(
    'set-cookie',
    `${nameOf(kind, secure)}=${value}; Path=/; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}${age}`,
  );
}

export function clearCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  kind: AccountKind,
  config: Pick<Config, 'publicUrl'>,
): void {
  setCookie(request, reply, kind, config, '', 0);
}

function nameOf(kind: AccountKind, secure: boolean): string {
  return secure ? `__Host-${NAMES[kind]}` : NAMES[kind];
}

function isSecure(request: FastifyRequest, { publicUrl }: Pick<Config, 'publicUrl'>): boolean {
  return request.protocol === 'https' || publicUrl?.startsWith('https:') === true;
}

function hostName(request: FastifyRequest): string {
  return request.host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
}
