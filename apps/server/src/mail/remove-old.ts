import type { Store } from '../store/index.ts';
import type { Clock } from '../time/clock.ts';

const DAY_MS = 24 * 3_600_000;
const KEPT_MS = 30 * DAY_MS;

/**
 * Also where no mail server is set any more: letters that wait for one are emptied when nobody needs them, what is known of letters goes
 * 30 days after their end, and so do links that are too old.
 * @returns how many rows are gone
 */
export async function removeOldMail({
  store,
  clock,
}: {
  readonly store: Store;
  readonly clock: Clock;
}): Promise<number> {
  const nowMs = clock.now();
  await store.db
    .updateTable('mail_outbox')
    .set({ state: 'given_up', fault: 'too late', sealed: null, ended_ms: nowMs })
    .where('state', '=', 'waiting')
    .where('until_ms', '<=', nowMs)
    .execute();
  const letters = await store.db
    .deleteFrom('mail_outbox')
    .where('ended_ms', '<', nowMs - KEPT_MS)
    .executeTakeFirst();
  const links = await store.db
    .deleteFrom('mail_link')
    .where('expires_ms', '<', nowMs - DAY_MS)
    .executeTakeFirst();
  return Number(letters.numDeletedRows) + Number(links.numDeletedRows);
}
