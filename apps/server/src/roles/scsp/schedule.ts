import type { RandomBytes } from '../../dispatch/index.ts';
import type { Clock } from '../../time/clock.ts';
import { fraction } from './random-id.ts';

/** One timer per peer, with jitter, so that many platforms do not call at the same moment. */
export class Schedule {
  readonly #clock: Clock;
  readonly #random: RandomBytes;
  readonly #timers = new Map<string, () => void>();
  #closed = false;

  constructor(clock: Clock, random: RandomBytes) {
    this.#clock = clock;
    this.#random = random;
  }

  /** Runs `work` once, between `leastMs` and `leastMs + jitterMs` from now; replaces what was planned under the same name. */
  once(name: string, leastMs: number, jitterMs: number, work: () => void): void {
    this.cancel(name);
    if (this.#closed) return;
    const cancel = this.#clock.after(leastMs + fraction(this.#random) * jitterMs, () => {
      this.#timers.delete(name);
      work();
    });
    this.#timers.set(name, cancel);
  }

  has(name: string): boolean {
    return this.#timers.has(name);
  }

  cancel(name: string): void {
    this.#timers.get(name)?.();
    this.#timers.delete(name);
  }

  close(): void {
    this.#closed = true;
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
  }
}
