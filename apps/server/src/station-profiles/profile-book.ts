/** What every station was given, and what it answered: the memory of this room. */
import type { ChargingProfile, InstalledProfile } from '@smac/ocpp/profiles';
import type { Profile } from '../dispatch/index.ts';
import type { Store } from '../store/index.ts';
import type { Clock } from '../time/clock.ts';

export type BookState = 'sent' | 'accepted' | 'refused' | 'unknown';

export interface BookEntry extends InstalledProfile {
  readonly stationId: string;
  readonly state: BookState;
  readonly transactionId?: string;
  /** The plan it carries. */
  readonly plan?: Profile;
  readonly detail?: string;
  readonly setMs: number;
}

export interface ProfileBook {
  /** Committed before the message leaves. */
  sent(
    stationId: string,
    installed: InstalledProfile,
    of?: { transactionId: string; plan: Profile },
  ): Promise<void>;
  answered(stationId: string, profileId: number, state: BookState, detail?: string): Promise<void>;
  gone(stationId: string, profileIds: readonly number[]): Promise<void>;
  of(stationId: string): Promise<readonly BookEntry[]>;
}

export function profileBook({ db }: Store, clock: Clock): ProfileBook {
  return {
    async sent(stationId, { evseId, profile }, of) {
      const row = {
        evse_id: evseId,
        purpose: profile.chargingProfilePurpose,
        transaction_id: of?.transactionId ?? null,
        state: 'sent' as const,
        profile: JSON.stringify(profile),
        plan: of === undefined ? null : JSON.stringify(of.plan),
        detail: null,
        set_ms: clock.now(),
        answered_ms: null,
      };
      await db
        .insertInto('station_profile')
        .values({ station_id: stationId, profile_id: profile.id, ...row })
        .onConflict((c) => c.columns(['station_id', 'profile_id']).doUpdateSet(row))
        .execute();
    },
    async answered(stationId, profileId, state, detail) {
      await db
        .updateTable('station_profile')
        .set({ state, answered_ms: clock.now(), detail: detail ?? null })
        .where('station_id', '=', stationId)
        .where('profile_id', '=', profileId)
        .execute();
    },
    async gone(stationId, profileIds) {
      if (profileIds.length === 0) return;
      await db
        .deleteFrom('station_profile')
        .where('station_id', '=', stationId)
        .where('profile_id', 'in', [...profileIds])
        .execute();
    },
    async of(stationId) {
      const rows = await db
        .selectFrom('station_profile')
        .selectAll()
        .where('station_id', '=', stationId)
        .orderBy('profile_id')
        .execute();
      return rows.map((row) => ({
        stationId: row.station_id,
        evseId: row.evse_id,
        state: row.state,
        profile: row.profile as ChargingProfile,
        setMs: row.set_ms,
        ...(row.transaction_id === null ? {} : { transactionId: row.transaction_id }),
        ...(row.plan === null ? {} : { plan: row.plan as Profile }),
        ...(row.detail === null ? {} : { detail: row.detail }),
      }));
    },
  };
}
