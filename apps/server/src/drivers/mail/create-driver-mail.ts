import type { Transaction } from 'kysely';
import { LANGUAGES, type Language, openSeal } from '../../config/index.ts';
import { type Mail, said } from '../../mail/index.ts';
import {
  type AccountOutcome,
  type Accounts,
  linkTo,
  refusedFor,
  type Whereabouts,
} from '../../operators/index.ts';
import type { Database, Store } from '../../store/index.ts';
import type { Clock } from '../../time/clock.ts';
import type { Notice } from '../notices/notice.ts';
import { sentenceOf } from '../notices/sentence.ts';
import { beginWish, type DriverMailState, endWish, mailStateOf, openWish } from './wish.ts';

/** Tells drivers by e-mail what the app tells them (BI22, BI23), where they want it and showed that the address is theirs. */
export interface DriverMail {
  /** Whether a mail server is set: without one nothing of it is offered. */
  readonly isOffered: boolean;
  state(accountId: string): Promise<DriverMailState>;
  /** Sends the link that confirms the address where that is still owed, also when it is wanted again. */
  want(accountId: string, language: Language, where: Whereabouts): Promise<AccountOutcome<DriverMailState>>;
  end(accountId: string): Promise<DriverMailState>;
  /** By the link in a letter. @returns false for one that this server did not write */
  endByLetter(token: string): Promise<boolean>;
  /** Inside the transaction that keeps the notice: with it the letter is kept, or neither is. */
  post(trx: Transaction<Database>, accountId: string, notice: Notice): Promise<void>;
  wake(): void;
}

export interface DriverMailOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: (count: number) => Uint8Array;
  readonly log: { warn(fields: Readonly<Record<string, unknown>>, message: string): void };
  readonly dataDir: string;
  readonly accounts: Pick<Accounts, 'room' | 'askConfirmation'>;
  readonly mail: Pick<Mail, 'post' | 'wake'> | undefined;
}

/** Read later than that it is no news; it stands in the app. */
const NEWS_MS = 24 * 3_600_000;
/** Of notices, to one driver: a station that flickers must not fill a mailbox. */
const MOST_A_DAY = 30;
const DAY_MS = 24 * 3_600_000;
const UNSUBSCRIBE = 'unsubscribe';

export function createDriverMail(options: DriverMailOptions): DriverMail {
  const { store, clock, random, log, dataDir, accounts, mail } = options;
  const { site } = accounts.room;
  const seal = openSeal(dataDir, 'mail.key', random, 'links in old letters end nothing any more');

  async function postedToday(trx: Transaction<Database>, accountId: string): Promise<number> {
    const { count } = await trx
      .selectFrom('mail_outbox')
      .select((e) => e.fn.countAll<number>().as('count'))
      .where('account_id', '=', accountId)
      .where('about', 'like', 'notice/%')
      .where('made_ms', '>', clock.now() - DAY_MS)
      .executeTakeFirstOrThrow();
    return Number(count);
  }

  return {
    isOffered: mail !== undefined,
    state: (accountId) => mailStateOf(store, accountId),
    async want(accountId, language, where) {
      const { address } = await mailStateOf(store, accountId);
      if (mail === undefined || address === null) return refusedFor('no-mail', 'No e-mail is sent here.');
      await beginWish({ store, clock }, accountId, language);
      const now = await mailStateOf(store, accountId);
      if (now.state === 'on') return { ok: true, data: now };
      const account = { id: accountId, kind: 'driver' as const, email: address };
      const asked = await accounts.askConfirmation(account, language, where);
      return asked.ok ? { ok: true, data: now } : asked;
    },
    async end(accountId) {
      await endWish({ store, clock }, { accountId });
      return mailStateOf(store, accountId);
    },
    async endByLetter(token) {
      const id = seal.open(token, UNSUBSCRIBE);
      if (id === undefined) return false;
      await endWish({ store, clock }, { id: Number(id) });
      return true;
    },
    async post(trx, accountId, notice) {
      if (mail === undefined) return;
      // Nothing is posted beside an erasure.
      const wish = await openWish(trx, accountId).forShare('a').executeTakeFirst();
      if (wish === undefined || wish.email === null || wish.email_confirmed_ms === null) return;
      const posted = await postedToday(trx, accountId);
      if (posted >= MOST_A_DAY) return;
      const language = LANGUAGES.find((one) => one === wish.language) ?? 'en';
      const sentence = sentenceOf(notice, language);
      const token = seal.seal(String(wish.id), UNSUBSCRIBE);
      const text = [
        sentence,
        said('notice.open', language, { link: linkTo(site, 'driver', '') }),
        said('notice.stop', language, { link: linkTo(site, 'driver', 'no-mail', token) }),
      ].join('\n\n');
      const isPosted = await mail.post(trx, {
        accountId,
        about: `notice/${notice.id}`,
        letter: {
          to: wish.email,
          subject: sentence,
          text,
          unsubscribeUrl: `${site.href.replace(/\/+$/, '')}/api/mail/unsubscribe?token=${token}`,
        },
        untilMs: clock.now() + NEWS_MS,
      });
      // Said once, not of every notice that follows.
      if (isPosted && posted === MOST_A_DAY - 1)
        log.warn({ account: accountId, most: MOST_A_DAY }, 'A driver gets no more e-mail for now');
    },
    wake: () => mail?.wake(),
  };
}
