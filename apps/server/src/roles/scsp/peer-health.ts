import type { Log } from '../../dispatch/index.ts';
import type { Store } from '../../store/index.ts';
import type { Clock } from '../../time/clock.ts';

/** Failed calls in a row after which a peer counts as down. */
const FAILURES_UNTIL_DOWN = 3;
/** Sightings are written at most this often; transitions at once. */
const WRITE_EVERY_MS = 30_000;

interface Health {
  failures: number;
  downSinceMs: number | undefined;
  lastSeenMs: number | undefined;
  /** When it last went down or came back; 0: never since this process began. */
  sinceMs: number;
  writtenMs: number;
}

export interface PeerHealthListener {
  peerDown(peerId: string): void;
  peerUp(peerId: string): void;
}

/** Who answers and who does not, from the calls we make anyway and the requests that come in (security.md 8 F5). */
export class PeerHealth {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #peers = new Map<string, Health>();
  #listener: PeerHealthListener | undefined;
  readonly #transitions: ((peerId: string, down: boolean) => void)[] = [];

  constructor(store: Store, clock: Clock, log: Log) {
    this.#store = store;
    this.#clock = clock;
    this.#log = log;
  }

  listen(listener: PeerHealthListener): void {
    this.#listener = listener;
  }

  onTransition(listener: (peerId: string, down: boolean) => void): void {
    this.#transitions.push(listener);
  }

  isDown(peerId: string): boolean {
    return this.#peers.get(peerId)?.downSinceMs !== undefined;
  }

  /** Whether it answers and since when, as far as this process knows. */
  answering(peerId: string): { readonly isDown: boolean; readonly sinceMs: number } | undefined {
    const health = this.#peers.get(peerId);
    return health && { isDown: health.downSinceMs !== undefined, sinceMs: health.sinceMs };
  }

  /** When it was heard of last since this process began. */
  lastSeenMs(peerId: string): number {
    return this.#peers.get(peerId)?.lastSeenMs ?? Number.NEGATIVE_INFINITY;
  }

  /** The peer answered, or called us. */
  seen(peerId: string): void {
    const health = this.#of(peerId);
    const nowMs = this.#clock.now();
    const wasDown = health.downSinceMs !== undefined;
    health.failures = 0;
    health.lastSeenMs = nowMs;
    health.downSinceMs = undefined;
    if (wasDown) health.sinceMs = nowMs;
    if (!wasDown && nowMs - health.writtenMs < WRITE_EVERY_MS) return;
    health.writtenMs = nowMs;
    this.#write(peerId, { last_seen_ms: nowMs, down_since_ms: null });
    if (!wasDown) return;
    this.#listener?.peerUp(peerId);
    for (const listener of this.#transitions) listener(peerId, false);
  }

  /** A call got no answer at all, or an HTTP error without OCPI. */
  failed(peerId: string, detail: string): void {
    const health = this.#of(peerId);
    const nowMs = this.#clock.now();
    health.failures += 1;
    const goesDown = health.failures === FAILURES_UNTIL_DOWN && health.downSinceMs === undefined;
    if (goesDown) {
      health.downSinceMs = nowMs;
      health.sinceMs = nowMs;
    }
    if (health.failures <= FAILURES_UNTIL_DOWN) {
      this.#write(peerId, {
        last_error: detail.slice(0, 500),
        last_error_ms: nowMs,
        ...(goesDown ? { down_since_ms: nowMs } : {}),
      });
    }
    if (!goesDown) return;
    this.#listener?.peerDown(peerId);
    for (const listener of this.#transitions) listener(peerId, true);
  }

  #of(peerId: string): Health {
    let health = this.#peers.get(peerId);
    if (health === undefined) {
      health = {
        failures: 0,
        downSinceMs: undefined,
        lastSeenMs: undefined,
        sinceMs: 0,
        writtenMs: Number.NEGATIVE_INFINITY,
      };
      this.#peers.set(peerId, health);
    }
    return health;
  }

  #write(
    peerId: string,
    values: Partial<Record<'last_seen_ms' | 'last_error_ms' | 'down_since_ms', number | null>> & {
      last_error?: string;
    },
  ): void {
    this.#store.db
      .insertInto('ocpi_peer_health')
      .values({ peer_id: peerId, shadow: false, ...values })
      .onConflict((conflict) => conflict.column('peer_id').doUpdateSet(values))
      .execute()
      .catch((error: unknown) => {
        this.#log.warn({ peerId, detail: String(error) }, 'The health of a peer could not be written');
      });
  }
}
