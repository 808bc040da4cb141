import type { AnyConnection } from '@smac/ocpp';
import type { SecurityProfile } from './identity/directory.ts';

/** The one socket a station has. */
export interface Live {
  readonly stationId: string;
  readonly generation: number;
  readonly connection: AnyConnection<'csms'>;
  readonly sinceMs: number;
  readonly securityProfile: SecurityProfile;
  readonly address: string;
}

/** A place in the room for one handshake; nobody else of the same station gets in meanwhile. */
export interface Claim {
  readonly stationId: string;
  release(): void;
}

/**
 * Which socket speaks for which station: at most one at any time (security.md 4.3). Everything compares the socket itself, never the
 * station's name, so that the end of an old socket does not take a new one away.
 */
export class Connections {
  readonly #live = new Map<string, Live>();
  readonly #claims = new Map<string, Claim>();

  get(stationId: string): Live | undefined {
    return this.#live.get(stationId);
  }

  all(): readonly Live[] {
    return [...this.#live.values()];
  }

  isCurrent(stationId: string, generation: number): boolean {
    return this.#live.get(stationId)?.generation === generation;
  }

  /** undefined while another handshake of the station is being decided. */
  claim(stationId: string): Claim | undefined {
    if (this.#claims.has(stationId)) return undefined;
    const claim: Claim = {
      stationId,
      release: () => {
        if (this.#claims.get(stationId) === claim) this.#claims.delete(stationId);
      },
    };
    this.#claims.set(stationId, claim);
    return claim;
  }

  /** The new socket speaks from now on; returns the one it replaced. */
  bind(live: Live): Live | undefined {
    const replaced = this.#live.get(live.stationId);
    this.#live.set(live.stationId, live);
    return replaced;
  }

  /** true when this socket was the one that spoke. */
  unbind(live: Live): boolean {
    if (this.#live.get(live.stationId) !== live) return false;
    this.#live.delete(live.stationId);
    return true;
  }
}
