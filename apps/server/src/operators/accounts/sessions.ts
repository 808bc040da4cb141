import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Transaction } from 'kysely';
import type { Database, Store } from '../../store/index.ts';
import type { Clock } from '../../time/clock.ts';
import { type Account, type AccountKind, accountOf, secretText, sha256 } from './account.ts';

/** How long one may stay signed in without showing anything again (ASVS 7.3.1, 7.3.2). */
export interface SessionTimes {
  readonly idleMs: number;
  readonly absoluteMs: number;
}

/** Where a person sits. */
export interface Whereabouts {
  readonly address: string;
  readonly agent: string;
}

/** A sign-in that holds. */
export interface Session {
  /** Name for people; opens nothing. */
  readonly handle: string;
  /** `password`: only the second factor may follow. */
  readonly stage: 'password' | 'full';
  readonly account: Account;
  readonly createdMs: number;
  /** The end if nothing more is done. */
  readonly idleEndsMs: number;
  readonly endsMs: number;
  /** Until here dangerous actions need no new code (ASVS 7.5.3). */
  readonly steppedUpUntilMs: number | null;
  /** A guest's: the one EVSE it is good for. */
  readonly evseKey: string | null;
}

export interface SessionPicture extends Whereabouts {
  readonly handle: string;
  readonly createdMs: number;
  readonly seenMs: number;
  readonly isThis: boolean;
}

export interface Sessions {
  /** @returns what the cookie holds; it exists nowhere else. */
  open(
    terms: {
      readonly accountId: string;
      readonly kind: AccountKind;
      readonly stage: Session['stage'];
      readonly where: Whereabouts;
      readonly steppedUpMs?: number;
      readonly evseKey?: string;
      /** Shorter than is usual for the kind. */
      readonly longestMs?: number;
    },
    trx?: Transaction<Database>,
  ): Promise<string>;
  /** @param isUse default true; false: looking does not put off the end of a sign-in that nobody uses */
  find(cookie: string, kind: AccountKind, isUse?: boolean): Promise<Session | undefined>;
  end(cookie: string): Promise<void>;
  /** Everywhere, or everywhere but here. */
  endAll(accountId: string, exceptCookie?: string, trx?: Transaction<Database>): Promise<number>;
  endOne(accountId: string, handle: string): Promise<boolean>;
  list(accountId: string, thisCookie: string): Promise<readonly SessionPicture[]>;
  stepUp(cookie: string): Promise<number>;
  removeOld(): Promise<number>;
}

/** Seen is written at most this often, so that reading does not become writing. */
const SEEN_RESOLUTION_MS = 30_000;
/** The second factor must follow this soon. */
const SECOND_FACTOR_MS = 5 * 60_000;
export const STEP_UP_MS = 5 * 60_000;
const SHAPE = /^[\w-]{43}$/;
/** Sessions that are over stay this long for `list` and questions. */
const KEEP_MS = 24 * 3_600_000;

/** What a page must say with every change (ASVS 3.5.1): known only to who can read the answer, not to who can send the cookie. */
export function csrfTokenOf(cookie: string): string {
  return createHmac('sha256', cookie).update('csrf').digest('base64url');
}

export function isCsrfToken(cookie: string, given: unknown): boolean {
  const expected = Buffer.from(csrfTokenOf(cookie));
  const token = Buffer.from(typeof given === 'string' ? given : '');
  return token.length === expected.length && timingSafeEqual(token, expected);
}

/** Opaque random ids; only their SHA-256 is stored, so that a copy of the database signs nobody in. */
export function createSessions(options: {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: (count: number) => Uint8Array;
  readonly times: Readonly<Record<AccountKind, SessionTimes>>;
}): Sessions {
  const { store, clock, random, times } = options;

  return {
    async open({ accountId, kind, stage, where, steppedUpMs, evseKey, longestMs }, trx) {
      const cookie = secretText(random);
      const nowMs = clock.now();
      await (trx ?? store.db)
        .insertInto('account_session')
        .values({
          id_sha256: sha256(cookie),
          handle: Buffer.from(random(9)).toString('hex'),
          account_id: accountId,
          stage,
          created_ms: nowMs,
          seen_ms: nowMs,
          ends_ms: nowMs + (stage === 'password' ? SECOND_FACTOR_MS : (longestMs ?? times[kind].absoluteMs)),
          stepped_up_until_ms: steppedUpMs === undefined ? null : nowMs + steppedUpMs,
          address: where.address,
          agent: where.agent.slice(0, 200),
          evse_key: evseKey ?? null,
          ended_ms: null,
          challenge: null,
          challenge_until_ms: null,
        })
        .execute();
      return cookie;
    },
    async find(cookie, kind, isUse = true) {
      if (!SHAPE.test(cookie)) return undefined;
      const row = await store.db
        .selectFrom('account_session as s')
        .innerJoin('account as a', 'a.id', 's.account_id')
        .selectAll('a')
        .select([
          's.id_sha256',
          's.handle',
          's.stage',
          's.created_ms as opened_ms',
          's.seen_ms',
          's.ends_ms',
          's.stepped_up_until_ms',
          's.evse_key',
        ])
        .where('s.id_sha256', '=', sha256(cookie))
        .where('s.ended_ms', 'is', null)
        .where('a.ended_ms', 'is', null)
        .where('a.locked_ms', 'is', null)
        .where('a.kind', '=', kind)
        .executeTakeFirst();
      const nowMs = clock.now();
      const { idleMs } = times[kind];
      if (row === undefined || nowMs >= row.ends_ms || nowMs >= row.seen_ms + idleMs) return undefined;
      const isNoted = !isUse || nowMs - row.seen_ms < SEEN_RESOLUTION_MS;
      if (!isNoted) {
        await store.db
          .updateTable('account_session')
          .set({ seen_ms: nowMs })
          .where('id_sha256', '=', row.id_sha256)
          .execute();
      }
      return {
        handle: row.handle,
        stage: row.stage,
        account: accountOf(row),
        createdMs: row.opened_ms,
        idleEndsMs: Math.min((isNoted ? row.seen_ms : nowMs) + idleMs, row.ends_ms),
        endsMs: row.ends_ms,
        steppedUpUntilMs: row.stepped_up_until_ms,
        evseKey: row.evse_key,
      };
    },
    async end(cookie) {
      await store.db
        .updateTable('account_session')
        .set({ ended_ms: clock.now() })
        .where('id_sha256', '=', sha256(cookie))
        .where('ended_ms', 'is', null)
        .execute();
    },
    async endAll(accountId, exceptCookie, trx) {
      const { numUpdatedRows } = await (trx ?? store.db)
        .updateTable('account_session')
        .set({ ended_ms: clock.now() })
        .where('account_id', '=', accountId)
        .where('ended_ms', 'is', null)
        .$if(exceptCookie !== undefined, (query) =>
          query.where('id_sha256', '!=', sha256(exceptCookie ?? '')),
        )
        .executeTakeFirst();
      return Number(numUpdatedRows);
    },
    async endOne(accountId, handle) {
      const { numUpdatedRows } = await store.db
        .updateTable('account_session')
        .set({ ended_ms: clock.now() })
        .where('account_id', '=', accountId)
        .where('handle', '=', handle)
        .where('ended_ms', 'is', null)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },
    async list(accountId, thisCookie) {
      const nowMs = clock.now();
      const rows = await store.db
        .selectFrom('account_session')
        .selectAll()
        .where('account_id', '=', accountId)
        .where('ended_ms', 'is', null)
        .where('ends_ms', '>', nowMs)
        .where('stage', '=', 'full')
        .orderBy('created_ms', 'desc')
        .execute();
      const mine = sha256(thisCookie);
      return rows.map((row) => ({
        handle: row.handle,
        createdMs: row.created_ms,
        seenMs: row.seen_ms,
        address: row.address,
        agent: row.agent,
        isThis: row.id_sha256 === mine,
      }));
    },
    async stepUp(cookie) {
      const untilMs = clock.now() + STEP_UP_MS;
      await store.db
        .updateTable('account_session')
        .set({ stepped_up_until_ms: untilMs })
        .where('id_sha256', '=', sha256(cookie))
        .execute();
      return untilMs;
    },
    async removeOld() {
      const beforeMs = clock.now() - KEEP_MS;
      const { numDeletedRows } = await store.db
        .deleteFrom('account_session')
        .where((e) => e.or([e('ended_ms', '<', beforeMs), e('ends_ms', '<', beforeMs)]))
        .executeTakeFirst();
      return Number(numDeletedRows);
    },
  };
}
