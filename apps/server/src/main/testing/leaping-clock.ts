import type { Clock } from '../../time/clock.ts';

interface Timer {
  readonly atMs: number;
  readonly delayMs: number;
  readonly fire: () => void;
  handle: NodeJS.Timeout | undefined;
}

/** The real clock, that a test lets leap ahead: what became due fires in its order, and nothing waits for the wall. */
export class LeapingClock implements Clock {
  readonly #timers = new Set<Timer>();
  #aheadMs = 0;
  /** Timers of this length and more stand still. */
  #heldFromMs = Number.POSITIVE_INFINITY;

  now(): number {
    return Date.now() + this.#aheadMs;
  }

  /** How far it leapt so far: what a test waited for by leaps is the same on a machine of any speed. */
  get leaptMs(): number {
    return this.#aheadMs;
  }

  after(delayMs: number, fire: () => void): () => void {
    const timer: Timer = { atMs: this.now() + Math.max(0, delayMs), delayMs, fire, handle: undefined };
    this.#timers.add(timer);
    this.#arm(timer);
    return () => this.#drop(timer);
  }

  /**
   * What happens during `work` waited for no timer of this length or more: they stand still meanwhile. That proves "within a second"
   * on a machine of any speed.
   */
  async without<T>(timersFromMs: number, work: () => Promise<T>): Promise<T> {
    this.#heldFromMs = timersFromMs;
    try {
      return await work();
    } finally {
      this.#heldFromMs = Number.POSITIVE_INFINITY;
      for (const timer of this.#timers) this.#arm(timer);
    }
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
        if (timer.delayMs >= this.#heldFromMs) return;
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
