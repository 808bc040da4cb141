import type { FastifyReply, FastifyRequest } from 'fastify';
import { type AccountOutcome, type AccountRefusal, csrfTokenOf, GRANTS } from '../operators/index.ts';
import type { Person } from './access.ts';
import { outside } from './outside.ts';
import { HttpProblem } from './problem.ts';
import type { ApiSurroundings } from './surroundings.ts';

const STATUS: Readonly<Record<AccountRefusal['code'], number>> = {
  'wrong-credentials': 401,
  'wrong-code': 401,
  'signed-out': 401,
  locked: 429,
  closed: 403,
  busy: 503,
  'unknown-link': 404,
  'weak-password': 422,
  'email-taken': 409,
  'email-needed': 422,
  'no-mail': 409,
  'not-found': 404,
  'last-admin': 409,
};
/** Which field of the body a refusal is about. */
const FIELD: Partial<Record<AccountRefusal['code'], string>> = {
  'weak-password': 'body.password',
  'email-needed': 'body.email',
};

/** An outcome about accounts as the right HTTP answer. */
export function granted<T>(outcome: AccountOutcome<T>, reply: FastifyReply): T {
  if (outcome.ok) return outcome.data;
  const { code, sentence, retryAfterMs } = outcome;
  if (retryAfterMs !== undefined) reply.header('retry-after', String(Math.ceil(retryAfterMs / 1000)));
  const field = FIELD[code];
  throw new HttpProblem(
    STATUS[code],
    field === undefined ? sentence : `${field} ${sentence}.`,
    field === undefined ? [] : [{ field, problem: sentence }],
    code,
  );
}

/** Where the request comes from, for the list of sign-ins and for the lock. */
export function whereabouts(request: FastifyRequest) {
  return { address: request.ip, agent: request.headers['user-agent'] ?? '' };
}

/** Who is signed in, as GET /api/me answers and as every way of signing in does. */
export async function meOf({ session, cookie }: Person, { accounts, demo }: ApiSurroundings) {
  const { account, handle, createdMs, idleEndsMs, endsMs, steppedUpUntilMs } = session;
  return outside({
    kind: 'account',
    id: account.id,
    email: account.email,
    name: account.name,
    role: account.role,
    peerId: account.peerId,
    rights: [...GRANTS[account.role]],
    csrfToken: csrfTokenOf(cookie),
    session: { handle, createdMs, idleEndsMs, endsMs, steppedUpUntilMs },
    recoveryCodesLeft: await accounts.recoveryCodesLeft(account.id),
    demo,
  });
}
