import type { FastifyRequest } from 'fastify';
import { csrfTokenOf, GRANTS } from '../operators/index.ts';
import type { Person } from './access.ts';
import { momentMs, outside } from './outside.ts';
import { HttpProblem } from './problem.ts';

/** Whose request it is. Every route of drivers takes the account from here, never from the address or the body (ASVS 8.2.2). */
export function driverOf({ person }: FastifyRequest): Person {
  if (person === null) throw new HttpProblem(401, 'Sign in first.', [], 'signed-out');
  return person;
}

export const accountIdOf = (request: FastifyRequest): string => driverOf(request).session.account.id;

/** What GET /api/drivers/me answers, and every way of signing in does. */
export function driverMe({ session, cookie }: Person) {
  const { account, endsMs, evseKey } = session;
  const [locationId, evseUid] = evseKey === null ? [] : (JSON.parse(evseKey) as [string, string]);
  return outside({
    id: account.id,
    role: account.role,
    email: account.email,
    name: account.name,
    rights: [...GRANTS[account.role]],
    csrfToken: csrfTokenOf(cookie),
    socket: locationId === undefined ? null : { locationId, evseUid },
    session: { endsMs },
  });
}

/** A time of a body. */
export function momentOf(field: string, text: string): number {
  const ms = momentMs(text);
  if (ms !== undefined) return ms;
  const problem = 'must be a time with zone, like 2026-11-21T17:00:00Z';
  throw new HttpProblem(400, `${field} ${problem}.`, [{ field, problem }]);
}
