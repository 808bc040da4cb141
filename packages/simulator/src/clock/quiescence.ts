import { setImmediate as turn } from 'node:timers/promises';

/** Something that counts its work in flight: the server's activity, the counterpart's, a client's. */
export interface Activity {
  readonly inFlight: number;
  /** Resolves at once when nothing is in flight, otherwise when the last piece of work settles. */
  idle(): Promise<void>;
}

/** Counts work until it settles. */
export class WorkInFlight implements Activity {
  #inFlight = 0;
  #waiting: (() => void)[] = [];

  get inFlight(): number {
    return this.#inFlight;
  }

  async track<T>(work: () => Promise<T>): Promise<T> {
    this.#inFlight += 1;
    try {
      return await work();
    } finally {
      this.#inFlight -= 1;
      if (this.#inFlight === 0) {
        const waiting = this.#waiting;
        this.#waiting = [];
        for (const wake of waiting) wake();
      }
    }
  }

  idle(): Promise<void> {
    if (this.#inFlight === 0) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}

/** Turns of the event loop that must pass without work before a set of peers counts as settled. */
const QUIET_TURNS = 2;

/**
 * The quiescence barrier over several peers: resolves when all were idle for whole turns of the event loop in a row, so
 * that work which one peer hands to another over a socket is never missed between the two counters.
 */
export async function settled(peers: readonly Activity[]): Promise<void> {
  for (let quiet = 0; quiet < QUIET_TURNS; ) {
    const busy = peers.find((peer) => peer.inFlight > 0);
    if (busy !== undefined) {
      quiet = 0;
      await busy.idle();
      continue;
    }
    await turn();
    quiet = peers.some((peer) => peer.inFlight > 0) ? 0 : quiet + 1;
  }
}
