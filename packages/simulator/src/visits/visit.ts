import type { CarModel } from '../ev/catalogue.ts';

/** OCPI ProfileType: what the driver chose. */
export type Wish = 'CHEAP' | 'FAST' | 'GREEN' | 'REGULAR';

/** One stay of one car at one EVSE: what really happens, and what its driver says about it. */
export interface Visit {
  /** OCPI session id, at most 36 characters. */
  readonly id: string;
  readonly evseUid: string;
  readonly plugInMs: number;
  readonly unplugMs: number;
  /** What the driver says; absent where nobody was asked. */
  readonly announcedDepartureMs?: number;
  /** Mains energy the driver wants, Wh; the car stops there by itself. */
  readonly needWh: number;
  readonly model: CarModel;
  /** At plug-in, 0..1. */
  readonly soc: number;
  readonly wish: Wish;
  /** The driver allows discharging (needs a bidirectional model). */
  readonly dischargeAllowed: boolean;
}

/**
 * Puts visits on EVSEs: on the wanted one where it is free, else on the free one that was used least recently; a visit
 * that finds everything taken is returned in `turnedAway`. Visits must be in order of plug-in.
 */
export function seat<
  T extends { readonly plugInMs: number; readonly unplugMs: number; readonly wanted?: string },
>(
  visits: readonly T[],
  evseUids: readonly string[],
): {
  readonly seated: readonly { readonly visit: T; readonly evseUid: string }[];
  readonly turnedAway: readonly T[];
} {
  const freeFromMs = new Map(evseUids.map((uid) => [uid, Number.NEGATIVE_INFINITY]));
  const seated: { visit: T; evseUid: string }[] = [];
  const turnedAway: T[] = [];
  for (const visit of visits) {
    const isFree = (uid: string) => (freeFromMs.get(uid) ?? Number.POSITIVE_INFINITY) < visit.plugInMs;
    const wanted = visit.wanted !== undefined && isFree(visit.wanted) ? visit.wanted : undefined;
    const evseUid =
      wanted ??
      evseUids.filter(isFree).sort((a, b) => freeFromMs.get(a)! - freeFromMs.get(b)! || (a < b ? -1 : 1))[0];
    if (evseUid === undefined) {
      turnedAway.push(visit);
    } else {
      freeFromMs.set(evseUid, visit.unplugMs);
      seated.push({ visit, evseUid });
    }
  }
  return { seated, turnedAway };
}
