import { type Evse, formatDateTime } from '@smac/ocpi';

/** Smallest time between two versions of one object: equal times with different content are refused (X42). */
const TICK_MS = 1_000;

export type EvseState = Pick<Evse, 'status' | 'last_updated'>;

/** What the back office says each EVSE is doing: free, or charging while a session runs on it (OCPI 2.2.1 mod_locations, Status). */
export class EvseStatuses {
  readonly #states = new Map<string, EvseState & { readonly versionMs: number }>();
  readonly #startedMs: number;

  constructor(startedMs: number) {
    this.#startedMs = startedMs;
  }

  of(evseUid: string): EvseState {
    const { status, last_updated } = this.#states.get(evseUid) ?? {
      status: 'AVAILABLE',
      last_updated: formatDateTime(this.#startedMs),
    };
    return { status, last_updated };
  }

  /** @returns the PATCH of the EVSE that tells it */
  set(evseUid: string, status: Evse['status'], atMs: number): EvseState {
    const beforeMs = this.#states.get(evseUid)?.versionMs ?? this.#startedMs;
    const versionMs = Math.max(Math.floor(atMs / TICK_MS) * TICK_MS, beforeMs + TICK_MS);
    const state = { status, last_updated: formatDateTime(versionMs) };
    this.#states.set(evseUid, { ...state, versionMs });
    return state;
  }

  /** When any of them changed last (mod_locations: a change of an EVSE is one of its location). */
  lastUpdated(): string {
    let latestMs = this.#startedMs;
    for (const { versionMs } of this.#states.values()) latestMs = Math.max(latestMs, versionMs);
    return formatDateTime(latestMs);
  }
}
