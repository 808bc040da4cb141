/** What people change about their own account. */
import type { Selectable } from 'kysely';
import type { AccountTable } from '../../store/tables/accounts.ts';
import { type AccountOutcome, emailKey, refusedFor } from './account.ts';
import { useLinks } from './mail-links.ts';
import { issueRecoveryCodes } from './recovery-codes.ts';
import { type AccountsRoom, weakPassword } from './room.ts';
import type { Whereabouts } from './sessions.ts';

/** Asks for the password once more, before what cannot be undone (ASVS 7.5.1). */
export async function confirmPassword(
  room: AccountsRoom,
  accountId: string,
  password: string,
  where: Whereabouts,
): Promise<AccountOutcome<Selectable<AccountTable>>> {
  const { store, hashes, failures } = room;
  const row = await store.db
    .selectFrom('account')
    .selectAll()
    .where('id', '=', accountId)
    .where('ended_ms', 'is', null)
    .executeTakeFirst();
  if (row === undefined) return refusedFor('not-found', 'There is no such account.');
  const subject = `${row.kind}:${emailKey(row.email ?? row.id)}`;
  const attempt = await failures.begin(subject, 'password', where.address);
  if (!attempt.ok) return attempt;
  if (!(await hashes.verify(password, row.password_hash)))
    return refusedFor('wrong-credentials', 'The current password is not right.');
  await attempt.succeeded();
  return { ok: true, data: row };
}

/** Needs the current password (ASVS 6.2.3); every other sign-in ends (ASVS 7.4.3), and so do links that were sent for another one. */
export async function changePassword(
  room: AccountsRoom,
  accountId: string,
  cookie: string,
  { current, next }: { readonly current: string; readonly next: string },
  where: Whereabouts,
): Promise<AccountOutcome<undefined>> {
  const { store, hashes, sessions, audit } = room;
  const confirmed = await confirmPassword(room, accountId, current, where);
  if (!confirmed.ok) return confirmed;
  const row = confirmed.data;
  const weak = weakPassword(next, row);
  if (weak) return weak;
  const hash = await hashes.hash(next);
  await store.transaction(async (trx) => {
    await trx.updateTable('account').set({ password_hash: hash }).where('id', '=', accountId).execute();
    await useLinks(room, trx, accountId, 'password');
    await sessions.endAll(accountId, cookie, trx);
    await audit.record(
      {
        actor: `${row.kind}:${accountId}`,
        action: 'account.password_changed',
        subject: `account:${accountId}`,
        detail: {},
      },
      trx,
    );
  });
  return { ok: true, data: undefined };
}

export async function renewRecoveryCodes(
  { store, random, audit }: AccountsRoom,
  accountId: string,
): Promise<readonly string[]> {
  return store.transaction(async (trx) => {
    await audit.record(
      {
        actor: `staff:${accountId}`,
        action: 'account.recovery_codes_renewed',
        subject: `account:${accountId}`,
        detail: {},
      },
      trx,
    );
    return issueRecoveryCodes(trx, accountId, random);
  });
}

export async function recoveryCodesLeft({ store }: AccountsRoom, accountId: string): Promise<number> {
  const { count } = await store.db
    .selectFrom('recovery_code')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('account_id', '=', accountId)
    .where('used_ms', 'is', null)
    .executeTakeFirstOrThrow();
  return Number(count);
}
