import type { Transaction } from 'kysely';
import type { Database } from '../../store/index.ts';
import type { MailLinkTable } from '../../store/tables/mail.ts';
import { type AccountOutcome, type AccountRefusal, refusedFor, secretText, sha256 } from './account.ts';
import { networkOf } from './network-of.ts';
import type { AccountsRoom } from './room.ts';
import type { Whereabouts } from './sessions.ts';

export type LinkPurpose = MailLinkTable['purpose'];

/** How long a link that was sent is good for. */
export const LINK_MS: Readonly<Record<LinkPurpose, number>> = {
  confirm: 24 * 3_600_000,
  password: 30 * 60_000,
};
const WINDOW_MS = 3_600_000;
/** So many letters an hour reach one mailbox, whoever asks for them. */
const MOST_OF_SUBJECT = 3;
const MOST_OF_NETWORK = 20;
export const UNKNOWN_LINK = refusedFor(
  'unknown-link',
  'This link was used or is too old: ask for a new one.',
);

/** A link that may be sent; `token` exists nowhere else. */
export interface AskedLink {
  readonly token: string;
  /** The mailbox got enough of them: nothing more is to be sent. */
  readonly isTooMany: boolean;
}

/**
 * Counts a link that is asked for, and makes its token. The same row is written whether or not anybody has the address, so that nothing
 * can be read from the time it takes (ASVS 6.3.8).
 * @param subject who is to get it: kind and e-mail address
 */
export async function askLink(
  { store, clock, random }: AccountsRoom,
  purpose: LinkPurpose,
  subject: string,
  where: Whereabouts,
): Promise<AccountOutcome<AskedLink>> {
  const token = secretText(random);
  const nowMs = clock.now();
  const [id, hash, from] = [sha256(token), sha256(subject), networkOf(where.address)];
  await store.db
    .insertInto('mail_link')
    .values({
      token_sha256: id,
      purpose,
      account_id: null,
      subject_sha256: hash,
      asked_from: from,
      made_ms: nowMs,
      expires_ms: nowMs + LINK_MS[purpose],
      used_ms: null,
    })
    .execute();
  const rows = await store.db
    .selectFrom('mail_link')
    .select(['purpose', 'subject_sha256', 'asked_from', 'made_ms'])
    .where('made_ms', '>', nowMs - WINDOW_MS)
    .where((e) => e.or([e('subject_sha256', '=', hash), e('asked_from', '=', from)]))
    .orderBy('made_ms')
    .execute();
  const ofNetwork = rows.filter((row) => row.asked_from === from);
  const ofSubject = rows.filter((row) => row.subject_sha256 === hash && row.purpose === purpose);
  const isTooMany = ofSubject.length > MOST_OF_SUBJECT;
  const oldest = ofNetwork[ofNetwork.length - MOST_OF_NETWORK - 1];
  if (isTooMany || oldest !== undefined)
    await store.db.deleteFrom('mail_link').where('token_sha256', '=', id).execute();
  return oldest === undefined
    ? { ok: true, data: { token, isTooMany } }
    : tooManyLinks(oldest.made_ms + WINDOW_MS - nowMs);
}

export function tooManyLinks(retryAfterMs: number): AccountRefusal {
  const minutes = Math.max(1, Math.ceil(retryAfterMs / 60_000));
  return {
    ...refusedFor('locked', `Too many links were asked for: try again in ${minutes} minutes.`),
    retryAfterMs: Math.max(1000, retryAfterMs),
  };
}

/** From now on the link opens something: that of this account. */
export async function bindLink(trx: Transaction<Database>, token: string, accountId: string): Promise<void> {
  await trx
    .updateTable('mail_link')
    .set({ account_id: accountId })
    .where('token_sha256', '=', sha256(token))
    .execute();
}

/** Whose link it is, while it is good. */
export function linkedAccount(
  { clock }: AccountsRoom,
  db: Pick<Transaction<Database>, 'selectFrom'>,
  token: string,
  purpose: LinkPurpose,
) {
  return db
    .selectFrom('mail_link as l')
    .innerJoin('account as a', 'a.id', 'l.account_id')
    .select(['a.id', 'a.kind', 'a.role', 'a.email', 'a.name', 'a.email_key', 'a.locked_ms'])
    .where('l.token_sha256', '=', sha256(token))
    .where('l.purpose', '=', purpose)
    .where('l.used_ms', 'is', null)
    .where('l.expires_ms', '>', clock.now())
    .where('a.ended_ms', 'is', null);
}

/** It is used, and so is every other one of its kind that this account was sent. */
export async function useLinks(
  { clock }: AccountsRoom,
  trx: Transaction<Database>,
  accountId: string,
  purpose: LinkPurpose,
): Promise<void> {
  await trx
    .updateTable('mail_link')
    .set({ used_ms: clock.now() })
    .where('account_id', '=', accountId)
    .where('purpose', '=', purpose)
    .where('used_ms', 'is', null)
    .execute();
}

const PAGE = { staff: 'operator', driver: 'drive' } as const;

/** The secret stands after `#`, where no server and no log sees it. */
export function linkTo(site: URL, kind: keyof typeof PAGE, what: string, token = ''): string {
  const mark = what === '' ? '' : `#${what}=${token}`;
  return `${site.href.replace(/\/+$/, '')}/${PAGE[kind]}${mark}`;
}
