import type { InstalledProfile, Purpose } from '../types.ts';

/** ClearChargingProfile. `id` alone decides when given; the others are ANDed; nothing given means all (1.6 errata 3.25/3.26). */
export interface ClearCriteria {
  readonly id?: number;
  /** 0 = those installed for the whole station, not those of every EVSE. */
  readonly evseId?: number;
  readonly purpose?: Purpose;
  readonly stackLevel?: number;
}

export interface Clearing {
  /** Unknown when nothing matched. */
  readonly status: 'Accepted' | 'Unknown';
  readonly installed: readonly InstalledProfile[];
  readonly cleared: readonly InstalledProfile[];
}

/** Clears for the CSMS: External and LocalGeneration profiles are the station's and are passed over (K10.FR.04/06/08/09). */
export function clearProfiles(installed: readonly InstalledProfile[], criteria: ClearCriteria): Clearing {
  const cleared = installed.filter((each) => isTheCsmss(each) && matches(each, criteria));
  return {
    status: cleared.length === 0 ? 'Unknown' : 'Accepted',
    installed: installed.filter((each) => !cleared.includes(each)),
    cleared,
  };
}

function isTheCsmss({ profile: { chargingProfilePurpose: purpose } }: InstalledProfile): boolean {
  return purpose !== 'ChargingStationExternalConstraints' && purpose !== 'LocalGeneration';
}

function matches({ evseId, profile }: InstalledProfile, criteria: ClearCriteria): boolean {
  if (criteria.id !== undefined) return profile.id === criteria.id;
  return (
    (criteria.evseId === undefined || criteria.evseId === evseId) &&
    (criteria.purpose === undefined || criteria.purpose === profile.chargingProfilePurpose) &&
    (criteria.stackLevel === undefined || criteria.stackLevel === profile.stackLevel)
  );
}
