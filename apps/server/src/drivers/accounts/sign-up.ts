import {
  type AccountOutcome,
  emailKey,
  newAccountId,
  refusedFor,
  type Whereabouts,
  weakPassword,
} from '../../operators/index.ts';
import type { DriverRoom } from './room.ts';
import { type Socket, socketKey } from './socket-link.ts';

export interface NewDriver {
  readonly email: string;
  readonly password: string;
  readonly name?: string;
}

/** A guest's charge is over by then; then their sign-in ends. */
export const GUEST_MS = 48 * 3_600_000;

export async function signUp(
  room: DriverRoom,
  { email, password, name }: NewDriver,
  where: Whereabouts,
): Promise<AccountOutcome<{ readonly cookie: string }>> {
  const { store, accounts, audit } = room;
  const weak = weakPassword(password, { email, name: name ?? null });
  if (weak) return weak;
  const passwordHash = await accounts.room.hashes.hash(password);
  return store.transaction(async (trx) => {
    const row = await trx
      .insertInto('account')
      .values({
        ...emptyAccount(room),
        role: 'driver',
        email: email.trim(),
        email_key: emailKey(email),
        name: name ?? null,
        password_hash: passwordHash,
      })
      .onConflict((conflict) =>
        conflict.columns(['kind', 'email_key']).where('ended_ms', 'is', null).doNothing(),
      )
      .returning('id')
      .executeTakeFirst();
    if (row === undefined) return refusedFor('email-taken', 'There is an account with this address already.');
    await audit.record(
      { actor: `driver:${row.id}`, action: 'account.joined', subject: `account:${row.id}`, detail: {} },
      trx,
    );
    const cookie = await accounts.sessions.open(
      { accountId: row.id, kind: 'driver', stage: 'full', where },
      trx,
    );
    return { ok: true, data: { cookie } };
  });
}

/** Without an account (SMC_017): a sign-in for the one socket whose code was scanned. */
export async function signInAsGuest(
  room: DriverRoom,
  socket: Socket,
  where: Whereabouts,
): Promise<{ readonly cookie: string }> {
  const { store, accounts } = room;
  return store.transaction(async (trx) => {
    const row = { ...emptyAccount(room), role: 'guest' as const };
    await trx.insertInto('account').values(row).execute();
    const cookie = await accounts.sessions.open(
      {
        accountId: row.id,
        kind: 'driver',
        stage: 'full',
        where,
        evseKey: socketKey(socket),
        longestMs: GUEST_MS,
      },
      trx,
    );
    return { cookie };
  });
}

function emptyAccount(room: DriverRoom) {
  return {
    id: newAccountId(room),
    kind: 'driver' as const,
    email: null,
    email_key: null,
    name: null,
    peer_id: null,
    password_hash: null,
    totp_sealed: null,
    totp_last_step: null,
    created_ms: room.clock.now(),
    last_sign_in_ms: null,
    ended_ms: null,
  };
}
