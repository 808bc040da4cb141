import type { Clock } from './surroundings.ts';

/**
 * How much a peer may send: so many messages at once, and so many per second from then on. What is more is not lost,
 * it is read later: the peer notices that the line is slow, and other stations notice nothing.
 */
export class MessageRate {
  readonly #clock: Clock;
  readonly #perSecond: number;
  readonly #burst: number;
  #left: number;
  #asOfMs: number;

  constructor(clock: Clock, perSecond: number, burst: number) {
    this.#clock = clock;
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#left = burst;
    this.#asOfMs = clock.now();
  }

  /** Counts one message; the time for which nothing more should be read, 0 while there is room. */
  take(): number {
    const nowMs = this.#clock.now();
    const earned = (Math.max(0, nowMs - this.#asOfMs) / 1_000) * this.#perSecond;
    this.#asOfMs = nowMs;
    this.#left = Math.min(this.#burst, this.#left + earned) - 1;
    return this.#left >= 0 ? 0 : Math.ceil((-this.#left / this.#perSecond) * 1_000);
  }
}
