/** A forgotten password: a link to the address of the account lets its owner choose another one. */
import type { Transaction } from 'kysely';
import type { Language } from '../../config/index.ts';
import { wordsOf } from '../../mail/index.ts';
import type { Database } from '../../store/index.ts';
import { type AccountKind, type AccountOutcome, emailKey, refusedFor, sha256 } from './account.ts';
import { askLink, bindLink, LINK_MS, linkedAccount, linkTo, UNKNOWN_LINK, useLinks } from './mail-links.ts';
import { type AccountsRoom, weakPassword } from './room.ts';
import type { Whereabouts } from './sessions.ts';

export interface ForgottenPassword {
  readonly email: string;
  /** Of the letter. */
  readonly language: Language;
}

const NO_MAIL = refusedFor('no-mail', 'No e-mail is sent here: ask an admin (`smac user reset` for staff).');

/**
 * Answers alike for every address, and before anybody is looked for (ASVS 6.3.8): whether there is an account shows neither in the words
 * nor in the time.
 */
export async function askPasswordLink(
  room: AccountsRoom,
  kind: AccountKind,
  { email, language }: ForgottenPassword,
  where: Whereabouts,
): Promise<AccountOutcome<undefined>> {
  if (room.mail === undefined) return NO_MAIL;
  const key = emailKey(email);
  const asked = await askLink(room, 'password', `${kind}:${key}`, where);
  if (!asked.ok) return asked;
  const { token, isTooMany } = asked.data;
  if (!isTooMany)
    void room.activity
      .track(() => send(room, kind, key, token, language))
      .catch((error: unknown) =>
        room.log.warn({ detail: String(error) }, 'A link for a password was not sent'),
      );
  return { ok: true, data: undefined };
}

async function send(
  { store, clock, mail, site }: AccountsRoom,
  kind: AccountKind,
  key: string,
  token: string,
  language: Language,
): Promise<void> {
  await store.transaction(async (trx) => {
    const row = await trx
      .selectFrom('account')
      .select(['id', 'email'])
      .where('kind', '=', kind)
      .where('email_key', '=', key)
      .where('ended_ms', 'is', null)
      .where('locked_ms', 'is', null)
      // Who never chose one has an invitation to do so.
      .where('password_hash', 'is not', null)
      // Nothing is posted beside an erasure or a reset.
      .forShare()
      .executeTakeFirst();
    if (row?.email == null) return;
    await bindLink(trx, token, row.id);
    await mail?.post(trx, {
      accountId: row.id,
      about: `password/${sha256(token)}`,
      letter: { to: row.email, ...wordsOf('password', language, linkTo(site, kind, 'password', token)) },
      untilMs: clock.now() + LINK_MS.password,
    });
  });
  mail?.wake();
}

/** Sets the password and ends every sign-in. Signs nobody in: of staff the second factor is owed as ever (D1.5-R9-4). */
export async function choosePassword(
  room: AccountsRoom,
  kind: AccountKind,
  {
    token,
    password,
    language,
  }: { readonly token: string; readonly password: string; readonly language: Language },
): Promise<AccountOutcome<undefined>> {
  const { store, hashes, clock, mail } = room;
  // Who has no password was reset by an admin, or never chose one: both have another link.
  const owner = (db: Pick<Transaction<Database>, 'selectFrom'>) =>
    linkedAccount(room, db, token, 'password')
      .where('a.kind', '=', kind)
      .where('a.locked_ms', 'is', null)
      .where('a.password_hash', 'is not', null);
  const looked = await owner(store.db).executeTakeFirst();
  if (looked === undefined) return UNKNOWN_LINK;
  const weak = weakPassword(password, looked);
  if (weak) return weak;
  // The slow hash is made outside the transaction: the embedded database has one connection.
  const hash = await hashes.hash(password);
  const done = await store.transaction(async (trx) => {
    const row = await owner(trx).forUpdate().executeTakeFirst();
    if (row === undefined) return false;
    await useLinks(room, trx, row.id, 'password');
    await trx
      .updateTable('account')
      // The link came back from the address.
      .set({ password_hash: hash, email_confirmed_ms: clock.now() })
      .where('id', '=', row.id)
      .execute();
    await room.sessions.endAll(row.id, undefined, trx);
    await trx
      .deleteFrom('sign_in_failure')
      .where('subject_sha256', '=', sha256(`${kind}:${row.email_key}`))
      .where('factor', '=', 'password')
      .execute();
    await room.audit.record(
      {
        actor: `${kind}:${row.id}`,
        action: 'account.password_reset',
        subject: `account:${row.id}`,
        detail: { by: 'e-mail' },
      },
      trx,
    );
    // Whoever reads somebody else's mail is noticed (ASVS 6.3.7).
    if (row.email !== null)
      await mail?.post(trx, {
        accountId: row.id,
        about: `changed/${sha256(token)}`,
        letter: { to: row.email, ...wordsOf('changed', language) },
        untilMs: clock.now() + 24 * 3_600_000,
      });
    return true;
  });
  mail?.wake();
  return done ? { ok: true, data: undefined } : UNKNOWN_LINK;
}
