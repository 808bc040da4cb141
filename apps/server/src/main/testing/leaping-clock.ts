import type { Clock } from '../../time/clock.ts';

interface Timer {
  readonly atMs: number;
  readonly fire: () => void;
  handle: NodeJS.Timeout | undefined;
}

/** The real clock, that a test lets leap ahead: what became due fires in its order, and nothing waits for the wall. */
export class LeapingClock implements Clock {
  readonly #timers = new Set<Timer>();
  #aheadMs = 0;

  now(): number {
    return Date.now() + this.#aheadMs;
  }

  after(delayMs: number, fire: () => void): () => void {
    const timer: Timer = { atMs: this.now() + Math.max(0, delayMs), fire, handle: undefined };
    this.#timers.add(timer);
    this.#arm(timer);
    return () => this.#drop(timer);
  }

  leap(byMs: number): void {
    const untilMs = this.now() + byMs;
    for (;;) {
      const next = [...this.#timers].sort((a, b) => a.atMs - b.atMs)[0];
      if (next === undefined || next.atMs > untilMs) break;
      this.#aheadMs += Math.max(0, next.atMs - this.now());
      this.#drop(next);
      next.fire();
    }
    this.#aheadMs += Math.max(0, untilMs - this.now());
    for (const timer of this.#timers) this.#arm(timer);
  }

  #arm(timer: Timer): void {
    clearTimeout(timer.handle);
    timer.handle = setTimeout(
      () => {
        this.#drop(timer);
        timer.fire();
      },
      Math.min(2 ** 31 - 1, Math.max(0, timer.atMs - this.now())),
    ).unref();
  }

  #drop(timer: Timer): void {
    clearTimeout(timer.handle);
    this.#timers.delete(timer);
  }
}
