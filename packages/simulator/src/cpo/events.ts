import type { ActiveChargingProfile, ChargingPreferencesResponse } from '@smac/ocpi';
import type { OfferedLimit } from '../site/offered-limit.ts';
import type { Visit } from '../visits/visit.ts';

/** What a person, a log or a bench may want to follow. Wall times are real milliseconds of the stopwatch handed in. */
export type CpoEvent =
  | { readonly kind: 'plugged-in'; readonly atMs: number; readonly visit: Visit }
  | {
      readonly kind: 'preferences';
      readonly atMs: number;
      readonly visit: Visit;
      readonly answer: ChargingPreferencesResponse;
    }
  | { readonly kind: 'profile'; readonly atMs: number; readonly visit: Visit; readonly profile: OfferedLimit }
  | { readonly kind: 'profile-cleared'; readonly atMs: number; readonly visit: Visit }
  /** From the session PUT leaving to its first profile arriving. */
  | { readonly kind: 'first-profile'; readonly visit: Visit; readonly wallMs: number }
  | {
      readonly kind: 'active-profile';
      readonly atMs: number;
      readonly visit: Visit;
      readonly active: ActiveChargingProfile;
    }
  | {
      readonly kind: 'unplugged';
      readonly atMs: number;
      readonly visit: Visit;
      readonly deliveredWh: number;
      readonly storedWh: number;
    }
  /** A request of ours that the platform did not take. */
  | { readonly kind: 'refused'; readonly atMs: number; readonly what: string; readonly detail: string };

export type CpoListener = (event: CpoEvent) => void;
