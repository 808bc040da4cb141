import type { ProfileType } from '@smac/ocpi';

/** SoC to be reached by a time (D4.2-T1.10, D4.2-T1.11); several per session are allowed (X54). */
export interface SocTarget {
  readonly atMs: number;
  readonly soc: number;
  readonly kind: 'target' | 'minimum';
}

/** What a driver asked for, canonical. Absent = not said. */
export interface Preferences {
  readonly profileType?: ProfileType;
  readonly departureMs?: number;
  /** true = the car leaves then and not before; otherwise the time is an announcement (learned stays decide). */
  readonly departureFirm?: boolean;
  /** Wh counted from the start of the session, not from now (X53). */
  readonly energyNeedWh?: number;
  /** Default false, revocable at any time. */
  readonly dischargeAllowed: boolean;
  readonly targetSoc?: number;
  /** SoC the driver needs at departure in any case. */
  readonly minSoc?: number;
  /** SoC wanted right away, as fast as possible, before anything is optimised. */
  readonly atOnceSoc?: number;
  /** The same as energy: Wh counted from the start of the session, supply side. */
  readonly atOnceWh?: number;
  readonly maxSoc?: number;
  readonly reserveSoc?: number;
  readonly targets?: readonly SocTarget[];
  readonly priority?: boolean;
  /** These are the usual wishes of that weekday, like `monday`; absent once somebody said otherwise. */
  readonly usualDay?: string;
}

export const NO_PREFERENCES: Preferences = { dischargeAllowed: false };

/** A level of service a charge point can offer (US-BCN-pref): a profile type, or "X % in Y hours". */
export type ServiceLevel =
  | { readonly profileType: ProfileType }
  | { readonly soc: number; readonly withinHours: number; readonly profileType?: ProfileType };

/** The preferences a service level stands for, for a session that started at `startMs`. */
export function preferencesOf(level: ServiceLevel, startMs: number): Preferences {
  if (!('soc' in level)) return { dischargeAllowed: false, profileType: level.profileType };
  const atMs = startMs + level.withinHours * 3_600_000;
  return {
    dischargeAllowed: false,
    profileType: level.profileType ?? 'CHEAP',
    targets: [{ atMs, soc: level.soc, kind: 'target' }],
  };
}
