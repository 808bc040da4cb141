import type { Transaction } from 'kysely';
import type { Language } from '../../config/index.ts';
import type { Database, Store } from '../../store/index.ts';
import type { Clock } from '../../time/clock.ts';

/** Whether a driver is told by e-mail: off until wanted, and nothing is sent before the address is proven. */
export interface DriverMailState {
  readonly state: 'off' | 'waiting' | 'on';
  readonly address: string | null;
  /** Of the letters. */
  readonly language: string | null;
  readonly sinceMs: number | null;
}

/** Wording in force of what is agreed to on the page. */
const TEXT_VERSION = '2026-11';

type Reader = Pick<Transaction<Database>, 'selectFrom'>;

/** The wish that is open, with what a letter needs. */
export const openWish = (db: Reader, accountId: string) =>
  db
    .selectFrom('driver_mail as m')
    .innerJoin('account as a', 'a.id', 'm.account_id')
    .select(['m.id', 'm.language', 'm.given_ms', 'a.email', 'a.email_confirmed_ms'])
    .where('m.account_id', '=', accountId)
    .where('m.ended_ms', 'is', null)
    .where('a.ended_ms', 'is', null);

export async function mailStateOf({ db }: Store, accountId: string): Promise<DriverMailState> {
  const account = await db
    .selectFrom('account')
    .select('email')
    .where('id', '=', accountId)
    .executeTakeFirst();
  const wish = await openWish(db, accountId).executeTakeFirst();
  return {
    state: wish === undefined ? 'off' : wish.email_confirmed_ms === null ? 'waiting' : 'on',
    address: account?.email ?? null,
    language: wish?.language ?? null,
    sinceMs: wish?.given_ms ?? null,
  };
}

/** Wanted from now on; another language changes the wish that is there. */
export async function beginWish(
  { store, clock }: { readonly store: Store; readonly clock: Clock },
  accountId: string,
  language: Language,
): Promise<void> {
  await store.db
    .insertInto('driver_mail')
    .values({
      account_id: accountId,
      language,
      text_version: TEXT_VERSION,
      given_ms: clock.now(),
      ended_ms: null,
    })
    .onConflict((conflict) =>
      conflict.column('account_id').where('ended_ms', 'is', null).doUpdateSet({ language }),
    )
    .execute();
}

/** @param which the account’s open wish, or that very one: a letter of an old wish does not end a new one. */
export async function endWish(
  { store, clock }: { readonly store: Store; readonly clock: Clock },
  which: { readonly accountId: string } | { readonly id: number },
): Promise<void> {
  await store.db
    .updateTable('driver_mail')
    .set({ ended_ms: clock.now() })
    .where('ended_ms', 'is', null)
    .where((e) => ('id' in which ? e('id', '=', which.id) : e('account_id', '=', which.accountId)))
    .execute();
}

/** All wishes there were, for their owner (GDPR art. 15). */
export const wishesOf = ({ db }: Store, accountId: string) =>
  db
    .selectFrom('driver_mail')
    .select(['language', 'text_version as textVersion', 'given_ms as givenMs', 'ended_ms as endedMs'])
    .where('account_id', '=', accountId)
    .orderBy('id')
    .execute();
