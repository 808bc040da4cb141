/** Closing an account for a time, by an admin: nothing of it is lost, and nothing of it opens anything. */
import { sql } from 'kysely';
import { type AccountOutcome, emailKey, refusedFor, sha256 } from './account.ts';
import type { AccountsRoom } from './room.ts';
import { isLastAdmin, lastAdmin, ROLE_LOCK } from './staff.ts';

const NOT_FOUND = refusedFor('not-found', 'There is no such member of staff.');

/** @param isLocked false also forgives the failed attempts that shut the account by themselves */
export async function lockStaff(
  room: AccountsRoom,
  id: string,
  isLocked: boolean,
  actor: string,
): Promise<AccountOutcome<undefined>> {
  const { clock, sessions, audit } = room;
  return room.store.transaction(async (trx) => {
    await sql`select pg_advisory_xact_lock(${ROLE_LOCK})`.execute(trx);
    if (isLocked && (await isLastAdmin(trx, id))) return lastAdmin();
    const row = await trx
      .updateTable('account')
      .set({ locked_ms: isLocked ? clock.now() : null })
      .where('id', '=', id)
      .where('kind', '=', 'staff')
      .where('ended_ms', 'is', null)
      .returning('email')
      .executeTakeFirst();
    if (row === undefined) return NOT_FOUND;
    if (isLocked) await sessions.endAll(id, undefined, trx);
    else
      await trx
        .deleteFrom('sign_in_failure')
        .where('subject_sha256', '=', sha256(`staff:${emailKey(row.email ?? id)}`))
        .execute();
    const action = isLocked ? 'account.closed' : 'account.opened';
    await audit.record({ actor, action, subject: `account:${id}`, detail: {} }, trx);
    return { ok: true, data: undefined };
  });
}

/** Ends every sign-in of somebody else. @returns how many */
export async function signOutStaff(
  room: AccountsRoom,
  id: string,
  actor: string,
): Promise<AccountOutcome<number>> {
  return room.store.transaction(async (trx) => {
    const row = await trx
      .selectFrom('account')
      .select('id')
      .where('id', '=', id)
      .where('kind', '=', 'staff')
      .where('ended_ms', 'is', null)
      .executeTakeFirst();
    if (row === undefined) return NOT_FOUND;
    const ended = await room.sessions.endAll(id, undefined, trx);
    await room.audit.record(
      { actor, action: 'account.signed_out', subject: `account:${id}`, detail: { ended } },
      trx,
    );
    return { ok: true, data: ended };
  });
}
