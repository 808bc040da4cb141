/**
 * Counts the work in flight (requests being handled, plans being solved, answers awaited), so that an injected clock moves
 * only when nothing is under way: the quiescence barrier that makes a replay repeatable (ARCHITECTURE.md, "The loop").
 */
export class Activity {
  #inFlight = 0;
  #waiting: (() => void)[] = [];

  /** Runs `work` and counts it as in flight until it settles. */
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

  get inFlight(): number {
    return this.#inFlight;
  }

  /** Resolves at once when nothing is in flight, otherwise when the last piece of work settles. */
  idle(): Promise<void> {
    if (this.#inFlight === 0) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
