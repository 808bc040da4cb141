import type { Transaction } from 'kysely';
import type { Language } from '../../config/index.ts';
import { wordsOf } from '../../mail/index.ts';
import type { Database } from '../../store/index.ts';
import {
  type Account,
  type AccountOutcome,
  accountOf,
  emailKey,
  refusedFor,
  secretText,
  sha256,
} from './account.ts';
import { linkTo } from './mail-links.ts';
import { base32, enrolmentUri, fromBase32, matchingStep } from './one-time-code.ts';
import { issueRecoveryCodes } from './recovery-codes.ts';
import { type AccountsRoom, weakPassword } from './room.ts';
import { STEP_UP_MS, type Whereabouts } from './sessions.ts';

export type Purpose = 'join' | 'reset' | 'sign-in';

/** A link that was made; `token` exists nowhere else. */
export interface Invitation {
  readonly accountId: string;
  readonly token: string;
  readonly expiresMs: number;
}

/** What somebody with an open invitation sees before choosing a password. */
export interface OpenInvitation {
  readonly purpose: Purpose;
  readonly email: string | null;
  readonly name: string | null;
  readonly role: string;
  readonly expiresMs: number;
  /** Base32, for typing into an authenticator app. */
  readonly secret: string;
  /** The same for a QR code. */
  readonly uri: string;
}

export interface Accepted {
  readonly cookie: string;
  readonly account: Account;
  readonly recoveryCodes: readonly string[];
}

const VALID_MS: Readonly<Record<Purpose, number>> = {
  join: 7 * 24 * 3_600_000,
  reset: 24 * 3_600_000,
  'sign-in': 24 * 3_600_000,
};
const SEED_BYTES = 20;
const ISSUER = 'SMAC';
const UNKNOWN = refusedFor(
  'unknown-link',
  'This link was used, was replaced by a newer one or is too old: ask for a new one (`smac user reset`).',
);

/** Makes a link; older ones of the same account are worth nothing from now on. */
export async function invite(
  { clock, random }: AccountsRoom,
  trx: Transaction<Database>,
  accountId: string,
  purpose: Purpose,
): Promise<Invitation> {
  const token = secretText(random);
  const nowMs = clock.now();
  const expiresMs = nowMs + VALID_MS[purpose];
  await trx
    .updateTable('account_invitation')
    .set({ used_ms: nowMs, totp_sealed: null })
    .where('account_id', '=', accountId)
    .where('used_ms', 'is', null)
    .execute();
  await trx
    .insertInto('account_invitation')
    .values({
      token_sha256: sha256(token),
      account_id: accountId,
      purpose,
      totp_sealed: null,
      created_ms: nowMs,
      expires_ms: expiresMs,
      used_ms: null,
    })
    .execute();
  return { accountId, token, expiresMs };
}

/** The link of an invitation: its secret stands after `#`, where no server and no log sees it. */
export const invitationLink = ({ site }: Pick<AccountsRoom, 'site'>, { token }: Invitation): string =>
  linkTo(site, 'staff', 'invitation', token);

/** Sends the link to whom it is for. @returns false where nobody can be written to: then it is handed over by hand */
export async function mailInvitation(
  room: AccountsRoom,
  invitation: Invitation,
  language: Language,
): Promise<boolean> {
  const { store, mail } = room;
  if (mail === undefined) return false;
  const { accountId, token, expiresMs } = invitation;
  const isPosted = await store.transaction(async (trx) => {
    const row = await trx
      .selectFrom('account_invitation as i')
      .innerJoin('account as a', 'a.id', 'i.account_id')
      .select(['a.email', 'i.purpose'])
      .where('i.token_sha256', '=', sha256(token))
      // Nothing is posted beside an erasure.
      .forShare('a')
      .executeTakeFirst();
    if (row?.email == null || row.purpose === 'sign-in') return false;
    return mail.post(trx, {
      accountId,
      about: `invitation/${sha256(token)}`,
      letter: { to: row.email, ...wordsOf(row.purpose, language, invitationLink(room, invitation)) },
      untilMs: expiresMs,
    });
  });
  mail.wake();
  return isPosted;
}

/** Shows an invitation with the seed of one-time codes, the same one each time it is looked at. */
export async function openInvitation(
  room: AccountsRoom,
  token: string,
): Promise<AccountOutcome<OpenInvitation>> {
  const { store, seal, random } = room;
  return store.transaction(async (trx) => {
    const row = await openRow(room, trx, token);
    if (row === undefined || row.purpose === 'sign-in') return UNKNOWN;
    const known = row.offered === null ? undefined : seal.open(row.offered, row.id);
    const secret = known ?? base32(random(SEED_BYTES));
    if (known === undefined) {
      await trx
        .updateTable('account_invitation')
        .set({ totp_sealed: seal.seal(secret, row.id) })
        .where('token_sha256', '=', sha256(token))
        .execute();
    }
    const { purpose, email, name, role, expires_ms } = row;
    const uri = enrolmentUri(secret, ISSUER, email ?? row.id);
    return { ok: true, data: { purpose, email, name, role, expiresMs: expires_ms, secret, uri } };
  });
}

/** Password and second factor at once: there is no account with only one of them (ASVS 6.3.3, 6.4.3). */
export async function acceptInvitation(
  room: AccountsRoom,
  given: {
    readonly token: string;
    readonly password: string;
    readonly code: string;
    readonly name?: string;
    /** Of the first admin of all, whose link names none. */
    readonly email?: string;
  },
  where: Whereabouts,
): Promise<AccountOutcome<Accepted>> {
  const { store, clock, seal, hashes, sessions, audit, random } = room;
  // The slow hash is made outside the transaction: the embedded database has one connection.
  const looked = await openInvitation(room, given.token);
  if (!looked.ok) return looked;
  const email = looked.data.email ?? given.email?.trim();
  if (email === undefined) return refusedFor('email-needed', 'must be given: this link names no address');
  const weak = weakPassword(given.password, { email, name: given.name ?? looked.data.name });
  if (weak) return weak;
  const passwordHash = await hashes.hash(given.password);
  return store.transaction(async (trx) => {
    const row = await openRow(room, trx, given.token);
    const secret = row?.offered == null ? undefined : seal.open(row.offered, row.id);
    if (row === undefined || secret === undefined) return UNKNOWN;
    const step = matchingStep(fromBase32(secret), given.code, clock.now(), null);
    if (step === undefined) {
      return refusedFor(
        'wrong-code',
        'This code is not the one the authenticator shows now: check the time of the phone and try the next one.',
      );
    }
    if (await isTaken(trx, row.id, email)) {
      return refusedFor('email-taken', 'There is an account with this address already.');
    }
    const changed = await trx
      .updateTable('account')
      .set({
        email,
        email_key: emailKey(email),
        password_hash: passwordHash,
        totp_sealed: seal.seal(secret, row.id),
        totp_last_step: step,
        last_sign_in_ms: clock.now(),
        ...(given.name === undefined ? {} : { name: given.name }),
      })
      .where('id', '=', row.id)
      .returningAll()
      .executeTakeFirstOrThrow();
    await use(room, trx, given.token);
    await sessions.endAll(row.id, undefined, trx);
    const recoveryCodes = await issueRecoveryCodes(trx, row.id, random);
    const cookie = await sessions.open(
      { accountId: row.id, kind: 'staff', stage: 'full', where, steppedUpMs: STEP_UP_MS },
      trx,
    );
    await audit.record(
      {
        actor: `staff:${row.id}`,
        action: row.purpose === 'reset' ? 'account.reset' : 'account.joined',
        subject: `account:${row.id}`,
        detail: { role: row.role },
      },
      trx,
    );
    return { ok: true, data: { cookie, account: accountOf(changed), recoveryCodes } };
  });
}

/** The link of the demo: signs in once, without password, and needs no code for dangerous actions. */
export async function signInByLink(
  room: AccountsRoom,
  token: string,
  where: Whereabouts,
  steppedUpMs: number,
): Promise<AccountOutcome<{ readonly cookie: string }>> {
  const { store, sessions, audit } = room;
  return store.transaction(async (trx) => {
    const row = await openRow(room, trx, token);
    if (row === undefined || row.purpose !== 'sign-in') return UNKNOWN;
    await use(room, trx, token);
    await trx
      .updateTable('account')
      .set({ last_sign_in_ms: room.clock.now() })
      .where('id', '=', row.id)
      .execute();
    const cookie = await sessions.open(
      { accountId: row.id, kind: 'staff', stage: 'full', where, steppedUpMs },
      trx,
    );
    await audit.record(
      {
        actor: `staff:${row.id}`,
        action: 'account.signed_in',
        subject: `account:${row.id}`,
        detail: { by: 'link' },
      },
      trx,
    );
    return { ok: true, data: { cookie } };
  });
}

async function use({ clock }: AccountsRoom, trx: Transaction<Database>, token: string): Promise<void> {
  await trx
    .updateTable('account_invitation')
    .set({ used_ms: clock.now(), totp_sealed: null })
    .where('token_sha256', '=', sha256(token))
    .execute();
}

async function isTaken(trx: Transaction<Database>, id: string, email: string): Promise<boolean> {
  const other = await trx
    .selectFrom('account')
    .select('id')
    .where('kind', '=', 'staff')
    .where('email_key', '=', emailKey(email))
    .where('ended_ms', 'is', null)
    .where('id', '!=', id)
    .executeTakeFirst();
  return other !== undefined;
}

function openRow({ clock }: AccountsRoom, trx: Transaction<Database>, token: string) {
  return trx
    .selectFrom('account_invitation as i')
    .innerJoin('account as a', 'a.id', 'i.account_id')
    .select(['a.id', 'a.email', 'a.name', 'a.role', 'i.purpose', 'i.expires_ms', 'i.totp_sealed as offered'])
    .where('i.token_sha256', '=', sha256(token))
    .where('i.used_ms', 'is', null)
    .where('i.expires_ms', '>', clock.now())
    .where('a.ended_ms', 'is', null)
    .forUpdate()
    .executeTakeFirst();
}
