import type { MeterStore, StoredReading } from '../metering/index.ts';
import { groupRead } from '../store/group-read.ts';
import type { Store } from '../store/index.ts';
import { stateOf } from './row.ts';
import type { TransactionState } from './state.ts';
import type { TransactionQuery } from './transactions.ts';

export async function find({ db }: Store, id: string): Promise<TransactionState | undefined> {
  const row = await db.selectFrom('ocpp_transaction').selectAll().where('id', '=', id).executeTakeFirst();
  return row && stateOf(row);
}

/** The same for one of many that are asked for at once. */
export const finder = ({ db }: Store): ((id: string) => Promise<TransactionState | undefined>) =>
  groupRead(
    async (ids) => {
      const rows = await db
        .selectFrom('ocpp_transaction')
        .selectAll()
        .where('id', 'in', [...ids])
        .execute();
      return new Map(rows.map((row) => [row.id, stateOf(row)]));
    },
    (id: string) => id,
  );

export async function search(
  { db }: Store,
  { stationId, state, fromMs, toMs, tokenUid, limit = 100, offset = 0 }: TransactionQuery,
): Promise<TransactionState[]> {
  let query = db.selectFrom('ocpp_transaction').selectAll();
  if (stationId !== undefined) query = query.where('station_id', '=', stationId);
  if (state !== undefined) query = query.where('state', '=', state);
  if (fromMs !== undefined) query = query.where('start_ms', '>=', fromMs);
  if (toMs !== undefined) query = query.where('start_ms', '<', toMs);
  if (tokenUid !== undefined) query = query.where('token_uid', '=', tokenUid);
  const rows = await query
    .orderBy('start_ms', 'desc')
    .orderBy('id')
    .limit(Math.min(limit, 1_000))
    .offset(offset)
    .execute();
  return rows.map(stateOf);
}

const DAY_MS = 24 * 3_600_000;

/** Meter values of a transaction; replayed ones may lie a little outside it. */
export async function readingsOf(
  store: Store,
  meters: MeterStore,
  id: string,
  nowMs: number,
): Promise<readonly StoredReading[]> {
  const transaction = await find(store, id);
  if (transaction === undefined) return [];
  return meters.readings({
    fromMs: transaction.startMs - DAY_MS,
    toMs: (transaction.endMs ?? nowMs) + DAY_MS,
    transactionId: id,
  });
}
