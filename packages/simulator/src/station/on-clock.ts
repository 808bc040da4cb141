import type { Clock } from '../clock/virtual-clock.ts';

/** Something that changes by itself at known instants. */
export interface Timed {
  readonly nextMs: number;
  advanceTo(toMs: number): void;
}

/**
 * Keeps something timed (a station, a supply point with many) running on a clock: one timer, always at its next instant.
 * Everything done from outside goes through `act`: it lets time pass up to now, acts, and sets the timer again.
 */
export class OnClock<T extends Timed> {
  readonly #clock: Clock;
  readonly #timed: T;
  #cancel: () => void = () => {};
  #isStopped = false;

  constructor(clock: Clock, timed: T) {
    this.#clock = clock;
    this.#timed = timed;
    this.#arm();
  }

  act<R>(action: (timed: T) => R): R {
    this.#timed.advanceTo(this.#clock.now());
    try {
      return action(this.#timed);
    } finally {
      this.#arm();
    }
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  #arm(): void {
    this.#cancel();
    if (this.#isStopped) return;
    const nextMs = this.#timed.nextMs;
    if (!Number.isFinite(nextMs)) return;
    this.#cancel = this.#clock.after(Math.max(0, Math.ceil(nextMs) - this.#clock.now()), () => {
      this.#timed.advanceTo(this.#clock.now());
      this.#arm();
    });
  }
}
