/** Who set the charging profile of an own session over OCPI, and which: kept until it is cleared or the session ends. */
import type { ChargingProfile } from '@smac/ocpi';
import type { Store } from '../../store/index.ts';
import type { ProfileSetter } from './executors.ts';

export interface KeptSetter extends ProfileSetter {
  readonly sessionId: string;
  readonly profile: ChargingProfile;
}

export interface Setters {
  load(): Promise<readonly KeptSetter[]>;
  /** All that are known. */
  all(): readonly KeptSetter[];
  of(sessionId: string): KeptSetter | undefined;
  put(setter: KeptSetter, nowMs: number): Promise<void>;
  remove(sessionId: string): Promise<void>;
}

/** OCPI ids are compared without case. */
const nameOf = (sessionId: string) => sessionId.toLowerCase();

export function createSetters({ db }: Store): Setters {
  const known = new Map<string, KeptSetter>();
  return {
    async load() {
      for (const row of await db.selectFrom('cpo_profile').selectAll().execute()) {
        known.set(nameOf(row.session_id), {
          sessionId: row.session_id,
          peerId: row.peer_id,
          party: { countryCode: row.country_code, partyId: row.party_id },
          profile: row.profile as ChargingProfile,
        });
      }
      return [...known.values()];
    },
    all: () => [...known.values()],
    of: (sessionId) => known.get(nameOf(sessionId)),
    async put(setter, nowMs) {
      const row = {
        peer_id: setter.peerId,
        country_code: setter.party.countryCode,
        party_id: setter.party.partyId,
        profile: JSON.stringify(setter.profile),
        set_ms: nowMs,
      };
      await db
        .insertInto('cpo_profile')
        .values({ session_id: nameOf(setter.sessionId), ...row })
        .onConflict((conflict) => conflict.column('session_id').doUpdateSet(row))
        .execute();
      known.set(nameOf(setter.sessionId), setter);
    },
    async remove(sessionId) {
      if (!known.delete(nameOf(sessionId))) return;
      await db.deleteFrom('cpo_profile').where('session_id', '=', nameOf(sessionId)).execute();
    },
  };
}
