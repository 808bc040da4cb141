import type { Selectable, Transaction } from 'kysely';
import type { Database, Store } from '../../store/index.ts';
import type { DriverNoticeTable } from '../../store/tables/driver-accounts.ts';
import type { Clock } from '../../time/clock.ts';
import type { Notice, NoticeKind, Word } from './notice.ts';

/** Notices kept for every driver, and whoever listens for them now. */
export interface NoticeBook {
  /** Once for each `subject`. @returns whether it was new */
  tell(
    accountId: string,
    subject: string,
    kind: NoticeKind,
    about: { readonly sessionId?: string; readonly detail: Notice['detail'] },
  ): Promise<boolean>;
  /** Newest first. */
  list(accountId: string, limit: number): Promise<readonly Notice[]>;
  unread(accountId: string): Promise<number>;
  markRead(accountId: string): Promise<void>;
  /** Those of before the last 90 days, read or not. @returns how many */
  removeOld(): Promise<number>;
  /** Something that the driver sees changed: told at most once a second. */
  changed(accountId: string): void;
  isListening(): boolean;
  listen(accountId: string, hear: (word: Word) => void): () => void;
}

const PAUSE_MS = 1_000;
/** A charge is long over by then, and its receipt says what it was. */
const KEPT_MS = 90 * 24 * 3_600_000;

export function createNoticeBook({
  store,
  clock,
  post,
  told,
}: {
  readonly store: Store;
  readonly clock: Clock;
  /** Keeps what is to be sent about a new notice together with it. */
  readonly post: (trx: Transaction<Database>, accountId: string, notice: Notice) => Promise<void>;
  /** Passes a new notice on to where no page is open. */
  readonly told: (accountId: string, notice: Notice) => void;
}): NoticeBook {
  const listeners = new Map<string, Set<(word: Word) => void>>();
  const waiting = new Set<string>();
  const say = (accountId: string, word: Word) => {
    for (const hear of listeners.get(accountId) ?? []) hear(word);
  };

  return {
    async tell(accountId, subject, kind, { sessionId = null, detail }) {
      const notice = await store.transaction(async (trx) => {
        const row = await trx
          .insertInto('driver_notice')
          .values({
            account_id: accountId,
            subject,
            kind,
            session_id: sessionId,
            detail: JSON.stringify(detail),
            at_ms: clock.now(),
            read_ms: null,
          })
          .onConflict((conflict) => conflict.doNothing())
          .returningAll()
          .executeTakeFirst();
        if (row === undefined) return undefined;
        const kept = noticeOf(row);
        await post(trx, accountId, kept);
        return kept;
      });
      if (notice === undefined) return false;
      say(accountId, { kind: 'notice', notice });
      told(accountId, notice);
      return true;
    },
    async list(accountId, limit) {
      const rows = await store.db
        .selectFrom('driver_notice')
        .selectAll()
        .where('account_id', '=', accountId)
        .orderBy('id', 'desc')
        .limit(limit)
        .execute();
      return rows.map(noticeOf);
    },
    async unread(accountId) {
      const { count } = await store.db
        .selectFrom('driver_notice')
        .select((e) => e.fn.countAll<number>().as('count'))
        .where('account_id', '=', accountId)
        .where('read_ms', 'is', null)
        .executeTakeFirstOrThrow();
      return Number(count);
    },
    async markRead(accountId) {
      await store.db
        .updateTable('driver_notice')
        .set({ read_ms: clock.now() })
        .where('account_id', '=', accountId)
        .where('read_ms', 'is', null)
        .execute();
    },
    async removeOld() {
      const done = await store.db
        .deleteFrom('driver_notice')
        .where('at_ms', '<', clock.now() - KEPT_MS)
        .executeTakeFirst();
      return Number(done.numDeletedRows);
    },
    changed(accountId) {
      if (!listeners.has(accountId) || waiting.has(accountId)) return;
      waiting.add(accountId);
      clock.after(PAUSE_MS, () => {
        waiting.delete(accountId);
        say(accountId, { kind: 'changed' });
      });
    },
    isListening: () => listeners.size > 0,
    listen(accountId, hear) {
      const all = listeners.get(accountId) ?? new Set();
      listeners.set(accountId, all.add(hear));
      return () => {
        all.delete(hear);
        if (all.size === 0) listeners.delete(accountId);
      };
    },
  };
}

const noticeOf = ({
  id,
  kind,
  session_id,
  detail,
  at_ms,
  read_ms,
}: Selectable<DriverNoticeTable>): Notice => ({
  id,
  kind: kind as NoticeKind,
  sessionId: session_id,
  detail: detail as Notice['detail'],
  atMs: at_ms,
  isRead: read_ms !== null,
});
