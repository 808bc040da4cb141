/** Transactions whose station will not tell their end: it was retired, or nobody has heard of it for two days. */
import type { Stations } from '../stations/index.ts';
import type { Store } from '../store/index.ts';
import { abandoned } from './advance.ts';
import { stateOf, valuesOf } from './row.ts';
import type { TransactionState } from './state.ts';

/** A station may be offline for a weekend's repair; its car has left long before. */
const SILENT_MS = 48 * 3_600_000;

/** @returns the transactions that were ended, as they were and as they are */
export async function abandon(
  store: Store,
  stations: Stations,
  isRetired: (stationId: string) => boolean,
  nowMs: number,
): Promise<readonly { readonly before: TransactionState; readonly after: TransactionState }[]> {
  const rows = await store.db
    .selectFrom('ocpp_transaction')
    .selectAll()
    .where('state', '=', 'active')
    .execute();
  const ended = [];
  for (const before of rows.map(stateOf)) {
    const isSilent =
      stations.connected(before.stationId) === undefined && nowMs - before.updatedMs > SILENT_MS;
    if (!isSilent && !isRetired(before.stationId)) continue;
    const after = abandoned(before, nowMs);
    const { numUpdatedRows } = await store.db
      .updateTable('ocpp_transaction')
      .set(valuesOf(after))
      .where('id', '=', before.id)
      .where('state', '=', 'active')
      // Something was heard meanwhile: it is not gone.
      .where('updated_ms', '=', before.updatedMs)
      .executeTakeFirst();
    if (numUpdatedRows > 0n) ended.push({ before, after });
  }
  return ended;
}
