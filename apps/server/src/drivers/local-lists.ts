/** What every station holds in its local list, as far as it confirmed it. */
import { sql } from 'kysely';
import {
  differenceOf,
  type LocalListEntry,
  type LocalListLimits,
  type LocalListUpdate,
  localListEntries,
} from './local-list.ts';
import type { Room } from './room.ts';
import { OWN_PEER } from './token.ts';
import { keptOf } from './token-rows.ts';

export async function localListFor(
  { store, clock }: Room,
  stationId: string,
  stationVersion: number,
  limits: LocalListLimits,
): Promise<LocalListUpdate | undefined> {
  const nowMs = clock.now();
  return store.transaction(async (trx) => {
    const rows = await trx
      .selectFrom('token')
      .selectAll()
      .where('removed_ms', 'is', null)
      .where('blocked_reason', 'is', null)
      .where(
        sql<boolean>`object->>'valid' = 'true' and object->>'type' = 'RFID' and object->>'whitelist' <> 'NEVER'`,
      )
      .orderBy(sql`peer_id <> ${OWN_PEER}`)
      .orderBy('sort_id')
      // A card that several parties list counts once, so a few more than fit are looked at; nobody reads a million for a list of a hundred.
      .limit(limits.maxEntries * 2)
      .execute();
    const { entries, leftOut } = localListEntries(rows.map(keptOf), limits, nowMs, OWN_PEER);
    const held = await trx
      .selectFrom('station_local_list')
      .selectAll()
      .where('station_id', '=', stationId)
      .forUpdate()
      .executeTakeFirst();
    // Version 0 is an empty list, -1 a station without one (OCPP GetLocalListVersion); a version nobody gave it may hold anything.
    const isKnown = held !== undefined && held.version > 0 && held.version === stationVersion;
    const difference = isKnown ? differenceOf(held.entries as readonly LocalListEntry[], entries) : undefined;
    if (isKnown && difference === undefined) return undefined;
    const version =
      Math.max(held?.version ?? 0, held?.offered_version ?? 0, believableVersion(stationVersion)) + 1;
    const offer = { offered_version: version, offered_entries: JSON.stringify(entries), updated_ms: nowMs };
    await trx
      .insertInto('station_local_list')
      .values({ station_id: stationId, version: 0, entries: '[]', ...offer })
      .onConflict((conflict) => conflict.column('station_id').doUpdateSet(offer))
      .execute();
    return difference === undefined
      ? { kind: 'Full', version, entries, removed: [], leftOut }
      : { kind: 'Differential', version, ...difference, leftOut };
  });
}

/** A number that leaves no room for the next list is nobody's count: the station gets a whole list under ours. */
function believableVersion(told: number): number {
  return Number.isInteger(told) && told > 0 && told < MOST_VERSION ? told : 0;
}

const MOST_VERSION = 2 ** 30;

export async function localListAnswered(
  { store, clock }: Room,
  stationId: string,
  version: number,
  accepted: boolean,
): Promise<void> {
  await store.transaction(async (trx) => {
    const row = await trx
      .selectFrom('station_local_list')
      .selectAll()
      .where('station_id', '=', stationId)
      .forUpdate()
      .executeTakeFirst();
    if (row === undefined || row.offered_version !== version) return;
    await trx
      .updateTable('station_local_list')
      .set({
        // After a refusal nobody knows what the station holds: no version matches 0, so the next list is a full one.
        version: accepted ? version : 0,
        entries: accepted ? JSON.stringify(row.offered_entries) : '[]',
        offered_version: accepted ? null : version,
        offered_entries: null,
        updated_ms: clock.now(),
      })
      .where('station_id', '=', stationId)
      .execute();
  });
}
