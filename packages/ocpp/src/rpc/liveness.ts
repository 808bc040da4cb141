import type { WebSocket } from 'ws';
import type { Clock } from './surroundings.ts';

export interface LivenessOptions {
  readonly clock: Clock;
  readonly pingMs: number;
  readonly missedPings: number;
  /** The peer may have said something that was not read, because reading was stopped. */
  deaf(): boolean;
  /** So many pings in a row brought no sign of life. */
  dead(): void;
}

/** Pings a peer now and then and notices when it is gone: half-open lines are the normal end of mobile networks. */
export class Liveness {
  readonly #socket: WebSocket;
  readonly #options: LivenessOptions;
  #missed = 0;
  #stopTimer: () => void = () => {};
  readonly #asked = new Set<(alive: boolean) => void>();

  constructor(socket: WebSocket, options: LivenessOptions) {
    this.#socket = socket;
    this.#options = options;
    if (options.pingMs > 0) this.#schedule();
  }

  /** Any frame is a sign of life. */
  heard(): void {
    this.#missed = 0;
  }

  /** Only a pong answers the question whether the peer is there now: frames may have been under way for long. */
  pong(): void {
    this.#missed = 0;
    for (const answer of [...this.#asked]) answer(true);
  }

  alive(withinMs: number): Promise<boolean> {
    if (this.#socket.readyState !== this.#socket.OPEN) return Promise.resolve(false);
    return new Promise((resolve) => {
      const answer = (alive: boolean): void => {
        stop();
        this.#asked.delete(answer);
        resolve(alive);
      };
      const stop = this.#options.clock.after(withinMs, () => answer(false));
      this.#asked.add(answer);
      this.#socket.ping();
    });
  }

  end(): void {
    this.#stopTimer();
    for (const answer of [...this.#asked]) answer(false);
  }

  #schedule(): void {
    this.#stopTimer = this.#options.clock.after(this.#options.pingMs, () => {
      if (this.#options.deaf()) this.#missed = 0;
      if (this.#missed >= this.#options.missedPings) {
        this.#options.dead();
        return;
      }
      this.#missed += 1;
      if (this.#socket.readyState === this.#socket.OPEN) this.#socket.ping();
      this.#schedule();
    });
  }
}
