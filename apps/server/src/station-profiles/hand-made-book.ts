/** Profiles that people gave to stations through this server, and who did: kept until the station holds them no more. */
import type { ChargingProfile, InstalledProfile } from '@smac/ocpp/profiles';
import type { Store } from '../store/index.ts';

export interface HandMade extends InstalledProfile {
  readonly stationId: string;
  /** `key:<id>` or `local`. */
  readonly setBy: string;
  readonly setMs: number;
  /** It came with a remote start whose transaction has not begun. */
  readonly awaitsTransaction: boolean;
}

export interface HandMadeBook {
  load(): Promise<void>;
  of(stationId: string): readonly HandMade[];
  put(entry: HandMade): Promise<void>;
  remove(stationId: string, profileIds: readonly number[]): Promise<void>;
}

export function handMadeBook({ db }: Store): HandMadeBook {
  const pages = new Map<string, Map<number, HandMade>>();
  const remember = (entry: HandMade) => {
    const page = pages.get(entry.stationId) ?? new Map<number, HandMade>();
    pages.set(entry.stationId, page.set(entry.profile.id, entry));
  };
  return {
    async load() {
      for (const row of await db.selectFrom('station_hand_made').selectAll().execute()) {
        remember({
          stationId: row.station_id,
          evseId: row.evse_id,
          profile: row.profile as ChargingProfile,
          setBy: row.set_by,
          setMs: row.set_ms,
          awaitsTransaction: row.awaits_transaction,
        });
      }
    },
    of: (stationId) => [...(pages.get(stationId)?.values() ?? [])],
    async put(entry) {
      const row = {
        evse_id: entry.evseId,
        profile: JSON.stringify(entry.profile),
        set_by: entry.setBy,
        set_ms: entry.setMs,
        awaits_transaction: entry.awaitsTransaction,
      };
      await db
        .insertInto('station_hand_made')
        .values({ station_id: entry.stationId, profile_id: entry.profile.id, ...row })
        .onConflict((c) => c.columns(['station_id', 'profile_id']).doUpdateSet(row))
        .execute();
      remember(entry);
    },
    async remove(stationId, profileIds) {
      if (profileIds.length === 0) return;
      await db
        .deleteFrom('station_hand_made')
        .where('station_id', '=', stationId)
        .where('profile_id', 'in', profileIds)
        .execute();
      for (const id of profileIds) pages.get(stationId)?.delete(id);
    },
  };
}
