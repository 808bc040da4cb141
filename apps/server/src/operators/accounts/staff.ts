import { type Insertable, sql, type Transaction } from 'kysely';
import type { Database } from '../../store/index.ts';
import type { AccountTable, StaffRole } from '../../store/tables/accounts.ts';
import { type Account, type AccountOutcome, accountOf, emailKey, refusedFor } from './account.ts';
import { type Invitation, invite } from './invitations.ts';
import { useLinks } from './mail-links.ts';
import { type AccountsRoom, newAccountId } from './room.ts';

/** A member of staff as other staff see them. */
export interface StaffMember extends Account {
  /** `invited` until a password and a second factor are set; `locked` by an admin. */
  readonly state: 'invited' | 'active' | 'locked';
  /** What they sign in with beside the password. */
  readonly secondFactor: {
    readonly code: boolean;
    readonly passkeys: number;
    readonly recoveryCodes: number;
  };
  /** Where they are signed in now. */
  readonly signIns: number;
}

export interface NewStaff {
  readonly email: string;
  readonly role: StaffRole;
  readonly name?: string;
  /** The OCPI peer they belong to, for people of another company. */
  readonly peerId?: string;
}

/** In place of addresses: no address is written like this. */
const FIRST_ADMIN = 'first-start';
const ONE_TIME_ADMIN = 'demo';
/** Advisory lock key (ASCII `STAF`): who is the last admin is decided one at a time (ASVS 15.4.2). */
export const ROLE_LOCK = 0x53544146;
const NOT_FOUND = refusedFor('not-found', 'There is no such member of staff.');

export async function addStaff(
  room: AccountsRoom,
  { email, role, name, peerId }: NewStaff,
  actor: string,
): Promise<AccountOutcome<Invitation & { readonly account: Account }>> {
  const { store, audit } = room;
  return store.transaction(async (trx) => {
    const values = newStaff(room, {
      role,
      email: email.trim(),
      email_key: emailKey(email),
      name: name ?? null,
      peer_id: peerId ?? null,
    });
    const { id } = values;
    const row = await trx
      .insertInto('account')
      .values(values)
      .onConflict((conflict) =>
        conflict.columns(['kind', 'email_key']).where('ended_ms', 'is', null).doNothing(),
      )
      .returningAll()
      .executeTakeFirst();
    if (row === undefined) return refusedFor('email-taken', 'There is an account with this address already.');
    await audit.record({ actor, action: 'account.invited', subject: `account:${id}`, detail: { role } }, trx);
    return { ok: true, data: { ...(await invite(room, trx, id, 'join')), account: accountOf(row) } };
  });
}

export async function listStaff({ store, clock }: AccountsRoom): Promise<readonly StaffMember[]> {
  const rows = await store.db
    .selectFrom('account')
    .selectAll()
    .select((e) => [
      e
        .selectFrom('passkey')
        .whereRef('account_id', '=', 'account.id')
        .select((p) => p.fn.countAll<number>().as('n'))
        .as('passkeys'),
      e
        .selectFrom('recovery_code')
        .whereRef('account_id', '=', 'account.id')
        .where('used_ms', 'is', null)
        .select((c) => c.fn.countAll<number>().as('n'))
        .as('codes'),
      e
        .selectFrom('account_session')
        .whereRef('account_id', '=', 'account.id')
        .where('ended_ms', 'is', null)
        .where('stage', '=', 'full')
        .where('ends_ms', '>', clock.now())
        .select((s) => s.fn.countAll<number>().as('n'))
        .as('sign_ins'),
    ])
    .where('kind', '=', 'staff')
    .where('ended_ms', 'is', null)
    .orderBy('created_ms')
    .orderBy('id')
    .execute();
  return rows.map((row) => ({
    ...accountOf(row),
    state: stateOf(row),
    secondFactor: {
      code: row.totp_sealed !== null,
      passkeys: Number(row.passkeys),
      recoveryCodes: Number(row.codes),
    },
    signIns: Number(row.sign_ins),
  }));
}

function stateOf(row: Pick<AccountTable, 'locked_ms' | 'password_hash' | 'email_key'>): StaffMember['state'] {
  if (row.locked_ms !== null) return 'locked';
  return row.password_hash === null && row.email_key !== ONE_TIME_ADMIN ? 'invited' : 'active';
}

/** Password, second factor and every other way in are worth nothing from now on; the link lets them set new ones. */
export async function resetStaff(
  room: AccountsRoom,
  id: string,
  actor: string,
): Promise<AccountOutcome<Invitation>> {
  return room.store.transaction(async (trx) => {
    const row = await trx
      .updateTable('account')
      .set({ password_hash: null, totp_sealed: null })
      .where('id', '=', id)
      .where('kind', '=', 'staff')
      .where('ended_ms', 'is', null)
      .returning(['role', 'last_sign_in_ms'])
      .executeTakeFirst();
    if (row === undefined) return NOT_FOUND;
    await trx.deleteFrom('passkey').where('account_id', '=', id).execute();
    await trx.deleteFrom('recovery_code').where('account_id', '=', id).execute();
    await useLinks(room, trx, id, 'password');
    await room.sessions.endAll(id, undefined, trx);
    await room.audit.record(
      { actor, action: 'account.reset_asked', subject: `account:${id}`, detail: { role: row.role } },
      trx,
    );
    // Who never set a password has nothing to set again.
    const purpose = row.last_sign_in_ms === null ? 'join' : 'reset';
    return { ok: true, data: await invite(room, trx, id, purpose) };
  });
}

/** The role holds from the next request on; the last admin who can sign in stays one. */
export async function changeStaff(
  room: AccountsRoom,
  id: string,
  change: { readonly role?: StaffRole; readonly name?: string },
  actor: string,
): Promise<AccountOutcome<Account>> {
  return room.store.transaction(async (trx) => {
    const before = await lockedStaff(trx, id);
    if (before === undefined) return NOT_FOUND;
    if (change.role !== undefined && change.role !== 'admin' && (await isLastAdmin(trx, id)))
      return lastAdmin();
    const row = await trx
      .updateTable('account')
      .set({
        ...(change.role === undefined ? {} : { role: change.role }),
        ...(change.name === undefined ? {} : { name: change.name }),
      })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow();
    await room.audit.record(
      {
        actor,
        action: 'account.changed',
        subject: `account:${id}`,
        detail: { before: before.role, after: row.role },
      },
      trx,
    );
    return { ok: true, data: accountOf(row) };
  });
}

/** Ends the account and every sign-in of it at once (ASVS 7.4.2); the address, hash and seed are gone. */
export async function removeStaff(
  room: AccountsRoom,
  id: string,
  actor: string,
): Promise<AccountOutcome<undefined>> {
  return room.store.transaction(async (trx) => {
    const before = await lockedStaff(trx, id);
    if (before === undefined) return NOT_FOUND;
    if (await isLastAdmin(trx, id)) return lastAdmin();
    await endAccount(room, trx, id);
    await room.audit.record(
      { actor, action: 'account.removed', subject: `account:${id}`, detail: { role: before.role } },
      trx,
    );
    return { ok: true, data: undefined };
  });
}

/** Leaves nothing of the person but the id that stands in the trail. */
export async function endAccount(
  { clock, sessions }: AccountsRoom,
  trx: Transaction<Database>,
  id: string,
): Promise<void> {
  await trx
    .updateTable('account')
    .set({
      ended_ms: clock.now(),
      email: null,
      email_key: null,
      email_confirmed_ms: null,
      name: null,
      password_hash: null,
      totp_sealed: null,
    })
    .where('id', '=', id)
    .execute();
  await sessions.endAll(id, undefined, trx);
  await trx.deleteFrom('account_session').where('account_id', '=', id).execute();
  await trx.deleteFrom('passkey').where('account_id', '=', id).execute();
  await trx.deleteFrom('saved_view').where('account_id', '=', id).execute();
  await trx.deleteFrom('recovery_code').where('account_id', '=', id).execute();
  await trx.deleteFrom('account_invitation').where('account_id', '=', id).execute();
  await trx.deleteFrom('mail_link').where('account_id', '=', id).execute();
  await trx.deleteFrom('mail_outbox').where('account_id', '=', id).execute();
}

/**
 * Where nobody can sign in as admin yet: a link for the first one. There is no default account (ASVS 6.3.2); each start replaces the
 * link of the one before.
 */
export async function firstAdmin(room: AccountsRoom): Promise<Invitation | undefined> {
  return room.store.transaction(async (trx) => {
    await sql`select pg_advisory_xact_lock(${ROLE_LOCK})`.execute(trx);
    const admins = await trx
      .selectFrom('account')
      .select(['id', 'email_key', 'password_hash'])
      .where('kind', '=', 'staff')
      .where('role', '=', 'admin')
      .where('ended_ms', 'is', null)
      .execute();
    const waiting = admins.find(({ email_key }) => email_key === FIRST_ADMIN);
    if (admins.some(({ id }) => id !== waiting?.id) || waiting?.password_hash != null) return undefined;
    if (waiting) return invite(room, trx, waiting.id, 'join');
    const row = newStaff(room, { role: 'admin', email_key: FIRST_ADMIN });
    await trx.insertInto('account').values(row).execute();
    return invite(room, trx, row.id, 'join');
  });
}

/** An admin nobody invited, with a link that signs in once. */
export async function oneTimeAdmin(room: AccountsRoom): Promise<Invitation> {
  return room.store.transaction(async (trx) => {
    const row = newStaff(room, { role: 'admin', email_key: ONE_TIME_ADMIN, name: 'Demo admin' });
    await trx.insertInto('account').values(row).execute();
    return invite(room, trx, row.id, 'sign-in');
  });
}

function newStaff(
  room: AccountsRoom,
  terms: Pick<Insertable<AccountTable>, 'role' | 'email_key'> & Partial<Insertable<AccountTable>>,
) {
  return {
    id: newAccountId(room),
    kind: 'staff' as const,
    email: null,
    name: null,
    peer_id: null,
    password_hash: null,
    totp_sealed: null,
    totp_last_step: null,
    created_ms: room.clock.now(),
    last_sign_in_ms: null,
    locked_ms: null,
    email_confirmed_ms: null,
    ended_ms: null,
    ...terms,
  };
}

async function lockedStaff(trx: Transaction<Database>, id: string) {
  await sql`select pg_advisory_xact_lock(${ROLE_LOCK})`.execute(trx);
  return trx
    .selectFrom('account')
    .select('role')
    .where('id', '=', id)
    .where('kind', '=', 'staff')
    .where('ended_ms', 'is', null)
    .executeTakeFirst();
}

export async function isLastAdmin(trx: Transaction<Database>, id: string): Promise<boolean> {
  const admins = await trx
    .selectFrom('account')
    .select('id')
    .where('kind', '=', 'staff')
    .where('role', '=', 'admin')
    .where('password_hash', 'is not', null)
    .where('locked_ms', 'is', null)
    .where('ended_ms', 'is', null)
    .execute();
  return admins.length === 1 && admins[0]?.id === id;
}

export function lastAdmin() {
  return refusedFor('last-admin', 'This is the last admin who can sign in: make another one first.');
}
