import type { Store } from '../../store/index.ts';
import type { Clock } from '../../time/clock.ts';
import { type AccountRefusal, sha256 } from './account.ts';
import { networkOf } from './network-of.ts';

export type Factor = 'password' | 'second';

/** One attempt that has been let in to try; its failure is counted until it is taken back. */
export interface Attempt {
  readonly ok: true;
  /** It was right: what failed before is forgiven too. */
  succeeded(): Promise<void>;
  /** Failures of this subject from this address so far, this one included. */
  readonly count: number;
}

export interface SignInFailures {
  begin(
    subject: string,
    factor: Factor,
    address: string,
  ): Promise<Attempt | (AccountRefusal & { readonly code: 'locked' })>;
  /** Removes what no longer counts. */
  removeOld(): Promise<number>;
}

const LOCK_WINDOW_MS = 15 * 60_000;
/** security.md 6: 5 in 15 minutes per account and address (ASVS 6.3.1). */
export const MOST_FAILURES = 5;
/** One address that tries many accounts with few passwords. */
const MOST_OF_ADDRESS = 50;
/** Codes are short: whoever knows the password cannot try them from many addresses either. */
const MOST_SECOND_FACTORS = 10;

/** Counts an attempt as failed before it is looked at, so that many at once are not more than a few in a row. */
export function createSignInFailures(options: {
  readonly store: Store;
  readonly clock: Clock;
}): SignInFailures {
  const { store, clock } = options;

  async function counts(subject: string, factor: Factor, address: string, sinceMs: number) {
    const rows = await store.db
      .selectFrom('sign_in_failure')
      .select(['subject_sha256', 'address', 'factor', 'at_ms'])
      .where('at_ms', '>', sinceMs)
      .where((e) => e.or([e('subject_sha256', '=', subject), e('address', '=', address)]))
      .orderBy('at_ms')
      .execute();
    const mine = rows.filter((row) => row.subject_sha256 === subject);
    const here = mine.filter((row) => row.address === address);
    const seconds = factor === 'second' ? mine.filter((row) => row.factor === 'second') : [];
    const ofAddress = rows.filter((row) => row.address === address);
    const full = [
      { rows: here, most: MOST_FAILURES },
      { rows: seconds, most: MOST_SECOND_FACTORS },
      { rows: ofAddress, most: MOST_OF_ADDRESS },
    ].find(({ rows: counted, most }) => counted.length > most);
    return { count: here.length, full: full?.rows[full.rows.length - full.most - 1] };
  }

  return {
    async begin(subjectText, factor, from) {
      const address = networkOf(from);
      const subject = sha256(subjectText);
      const nowMs = clock.now();
      const { id } = await store.db
        .insertInto('sign_in_failure')
        .values({ subject_sha256: subject, address, factor, at_ms: nowMs })
        .returning('id')
        .executeTakeFirstOrThrow();
      const { count, full } = await counts(subject, factor, address, nowMs - LOCK_WINDOW_MS);
      if (full !== undefined) {
        // A refused attempt does not make the wait longer.
        await store.db.deleteFrom('sign_in_failure').where('id', '=', id).execute();
        const retryAfterMs = Math.max(1000, full.at_ms + LOCK_WINDOW_MS - nowMs);
        return {
          ok: false,
          code: 'locked',
          sentence: `Too many failed attempts: try again in ${Math.ceil(retryAfterMs / 60_000)} minutes.`,
          retryAfterMs,
        };
      }
      return {
        ok: true,
        count,
        async succeeded() {
          await store.db
            .deleteFrom('sign_in_failure')
            .where('subject_sha256', '=', subject)
            .where((e) =>
              e.or([
                e('id', '=', id),
                e.and([e('address', '=', address), e('factor', '=', factor)]),
                ...(factor === 'second' ? [e('factor', '=', 'second')] : []),
              ]),
            )
            .execute();
        },
      };
    },
    async removeOld() {
      const { numDeletedRows } = await store.db
        .deleteFrom('sign_in_failure')
        .where('at_ms', '<', clock.now() - LOCK_WINDOW_MS)
        .executeTakeFirst();
      return Number(numDeletedRows);
    },
  };
}
