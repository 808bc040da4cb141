import { type Outcome, refused } from '@smac/ocpi';
import type { Store } from '../../store/index.ts';
import type { Clock } from '../../time/clock.ts';
import { deviceIdOf, type Subscription } from './subscription.ts';

/** One browser that is told, as its owner sees it. */
export interface Device {
  readonly id: string;
  /** Host of the push service: which browser it may be. */
  readonly service: string;
  readonly language: string;
  readonly madeMs: number;
}

/** A person has few browsers; the oldest goes where there are more. */
const MOST_OF_ONE = 10;

interface Kept {
  readonly store: Store;
  readonly clock: Clock;
}

/**
 * Keeps where one browser of this person wants to be told. The same browser may have been somebody else's before: it is handed over to
 * whoever shows the same keys, so that an address alone takes nothing from anybody (T-AUTHZ).
 */
export async function keepDevice(
  { store, clock }: Kept,
  accountId: string,
  { endpoint, p256dh, auth, language }: Subscription,
): Promise<Outcome<Device>> {
  const madeMs = clock.now();
  const values = { account_id: accountId, p256dh, auth, language, made_ms: madeMs };
  const isKept = await store.transaction(async (trx) => {
    const row = await trx
      .insertInto('driver_push')
      .values({ endpoint, ...values })
      .onConflict((conflict) =>
        conflict
          .column('endpoint')
          .doUpdateSet(values)
          .where((e) =>
            e.or([
              e('driver_push.account_id', '=', accountId),
              e.and([e('driver_push.p256dh', '=', p256dh), e('driver_push.auth', '=', auth)]),
            ]),
          ),
      )
      .returning('endpoint')
      .executeTakeFirst();
    if (row === undefined) return false;
    const all = await trx
      .selectFrom('driver_push')
      .select('endpoint')
      .where('account_id', '=', accountId)
      .orderBy('made_ms', 'desc')
      .orderBy('endpoint')
      .execute();
    const old = all
      .map((one) => one.endpoint)
      .filter((one) => one !== endpoint)
      .slice(MOST_OF_ONE - 1);
    if (old.length > 0) await trx.deleteFrom('driver_push').where('endpoint', 'in', old).execute();
    return true;
  });
  if (!isKept)
    return refused('invalidParameters', 'endpoint: is another account’s; switch messages off and on again.');
  return { ok: true, data: { id: deviceIdOf(endpoint), service: new URL(endpoint).host, language, madeMs } };
}

/** Newest first. */
export async function devicesOf(
  { store }: Pick<Kept, 'store'>,
  accountId: string,
): Promise<readonly Device[]> {
  const rows = await store.db
    .selectFrom('driver_push')
    .select(['endpoint', 'language', 'made_ms'])
    .where('account_id', '=', accountId)
    .orderBy('made_ms', 'desc')
    .orderBy('endpoint')
    .execute();
  return rows.map(({ endpoint, language, made_ms }) => ({
    id: deviceIdOf(endpoint),
    service: new URL(endpoint).host,
    language,
    madeMs: made_ms,
  }));
}

/** What is somebody else's does not exist for them. */
export async function dropDevice(
  { store }: Pick<Kept, 'store'>,
  accountId: string,
  deviceId: string,
): Promise<Outcome<undefined>> {
  const rows = await store.db
    .selectFrom('driver_push')
    .select('endpoint')
    .where('account_id', '=', accountId)
    .execute();
  const found = rows.find(({ endpoint }) => deviceIdOf(endpoint) === deviceId);
  if (found === undefined) return refused('unknownObject', `No browser ${deviceId} of yours is told.`);
  await store.db
    .deleteFrom('driver_push')
    .where('endpoint', '=', found.endpoint)
    .where('account_id', '=', accountId)
    .execute();
  return { ok: true, data: undefined };
}
