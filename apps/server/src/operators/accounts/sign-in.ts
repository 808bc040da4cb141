import type { StaffRole } from '../../store/tables/accounts.ts';
import { type AccountKind, type AccountOutcome, emailKey, refusedFor } from './account.ts';
import { MOST_FAILURES } from './failures.ts';
import type { AccountsRoom } from './room.ts';
import { isSecondFactor, type SecondFactor } from './second-factor.ts';
import type { Whereabouts } from './sessions.ts';

export interface SignIn {
  /** What the cookie holds from now on. */
  readonly cookie: string;
  /** `second-factor`: nothing else is allowed before it. */
  readonly state: 'second-factor' | 'signed-in';
}

export interface Credentials {
  readonly email: string;
  readonly password: string;
}

/** Staff must show a second factor (D1.5-R9-4); a driver needs one where they have set it up. */
const STAFF: ReadonlySet<string> = new Set<StaffRole>(['admin', 'operator', 'viewer', 'city']);

/** The first step. An unknown address and a wrong password are answered alike, as slowly (ASVS 6.3.8). */
export async function signIn(
  room: AccountsRoom,
  kind: AccountKind,
  { email, password }: Credentials,
  where: Whereabouts,
): Promise<AccountOutcome<SignIn>> {
  const { store, hashes, failures, sessions, audit, clock } = room;
  const key = emailKey(email);
  const attempt = await failures.begin(`${kind}:${key}`, 'password', where.address);
  if (!attempt.ok) return attempt;
  const row = await store.db
    .selectFrom('account')
    .selectAll()
    .where('kind', '=', kind)
    .where('email_key', '=', key)
    .where('ended_ms', 'is', null)
    .executeTakeFirst();
  const isRight = await hashes.verify(password, row?.password_hash ?? null);
  if (row === undefined || !isRight) {
    await tellFailure(room, row?.id, 'password', attempt.count, where);
    return refusedFor('wrong-credentials', 'The e-mail address or the password is not right.');
  }
  await attempt.succeeded();
  if (row.locked_ms !== null)
    return refusedFor('closed', 'An admin closed this account: ask them to open it.');
  const owesSecond = STAFF.has(row.role) || row.totp_sealed !== null;
  const cookie = await sessions.open({
    accountId: row.id,
    kind,
    stage: owesSecond ? 'password' : 'full',
    where,
  });
  if (owesSecond) return { ok: true, data: { cookie, state: 'second-factor' } };
  await store.db
    .updateTable('account')
    .set({ last_sign_in_ms: clock.now() })
    .where('id', '=', row.id)
    .execute();
  await audit.record({
    actor: `${kind}:${row.id}`,
    action: 'account.signed_in',
    subject: `account:${row.id}`,
    detail: {},
  });
  return { ok: true, data: { cookie, state: 'signed-in' } };
}

/** The second step: a new cookie replaces the old one, so that one that was planted before is worth nothing (ASVS 7.2.4). */
export async function showSecondFactor(
  room: AccountsRoom,
  kind: AccountKind,
  cookie: string,
  given: SecondFactor,
  where: Whereabouts,
): Promise<AccountOutcome<SignIn>> {
  const { store, sessions, failures, audit, clock } = room;
  const session = await sessions.find(cookie, kind);
  if (session === undefined || session.stage !== 'password')
    return refusedFor('signed-out', 'Sign in with e-mail address and password first.');
  const { id, email } = session.account;
  const attempt = await failures.begin(`${kind}:${emailKey(email ?? id)}`, 'second', where.address);
  if (!attempt.ok) return attempt;
  const next = await store.transaction(async (trx) => {
    if (!(await isSecondFactor(room, trx, id, cookie, given))) return undefined;
    await trx.updateTable('account').set({ last_sign_in_ms: clock.now() }).where('id', '=', id).execute();
    await audit.record(
      {
        actor: `${kind}:${id}`,
        action: 'account.signed_in',
        subject: `account:${id}`,
        detail: { secondFactor: Object.keys(given)[0] },
      },
      trx,
    );
    return sessions.open({ accountId: id, kind, stage: 'full', where }, trx);
  });
  if (next === undefined) {
    await tellFailure(room, id, 'second', attempt.count, where);
    return refusedFor(
      'wrong-code',
      'This code is not right, or it was used before: wait for the next one. A recovery code is good once.',
    );
  }
  await attempt.succeeded();
  await sessions.end(cookie);
  return { ok: true, data: { cookie: next, state: 'signed-in' } };
}

/** Shows the second factor again for a dangerous action (ASVS 7.5.3). @returns until when it counts, epoch ms. */
export async function stepUp(
  room: AccountsRoom,
  kind: AccountKind,
  cookie: string,
  given: SecondFactor,
  where: Whereabouts,
): Promise<AccountOutcome<number>> {
  const session = await room.sessions.find(cookie, kind);
  if (session === undefined || session.stage !== 'full')
    return refusedFor('signed-out', 'Sign in again first.');
  const { id, email } = session.account;
  const attempt = await room.failures.begin(`${kind}:${emailKey(email ?? id)}`, 'second', where.address);
  if (!attempt.ok) return attempt;
  if (!(await room.store.transaction((trx) => isSecondFactor(room, trx, id, cookie, given)))) {
    await tellFailure(room, id, 'second', attempt.count, where);
    return refusedFor('wrong-code', 'This code is not right, or it was used before: wait for the next one.');
  }
  await attempt.succeeded();
  return { ok: true, data: await room.sessions.stepUp(cookie) };
}

/** Every failure is logged, the one that locks stands in the trail (ASVS 16.3.1); neither says what was typed. */
async function tellFailure(
  { log, audit }: AccountsRoom,
  accountId: string | undefined,
  factor: string,
  count: number,
  where: Whereabouts,
): Promise<void> {
  log.warn({ account: accountId ?? 'unknown', factor, address: where.address }, 'A sign-in failed');
  if (count === MOST_FAILURES) {
    await audit.record({
      actor: 'visitor',
      action: 'account.locked',
      subject: `account:${accountId ?? 'unknown'}`,
      detail: { factor, failures: count },
    });
  }
}
