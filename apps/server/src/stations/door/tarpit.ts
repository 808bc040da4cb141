import type { Clock } from '../../time/clock.ts';

/** Every refusal takes this long, whatever was wrong: an unknown identity and a wrong password look alike. */
const ANSWER_MS = 200;
const FREE_FAILURES = 5;
/** Below the ten seconds a handshake may take. */
const SLOWEST_MS = 6_000;
const FORGET_MS = 10 * 60_000;
const MOST_KEYS = 10_000;

/** Makes failures slow: at a constant time at first, and after five of them slower each time (security.md 4.1). */
export class Tarpit {
  readonly #clock: Clock;
  readonly #failures = new Map<string, { count: number; atMs: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Notes a failure; resolves when it may be answered. */
  async refuse(key: string, receivedMs: number): Promise<void> {
    const nowMs = this.#clock.now();
    const before = this.#failures.get(key);
    const count = before !== undefined && nowMs - before.atMs < FORGET_MS ? before.count + 1 : 1;
    this.#failures.delete(key);
    this.#failures.set(key, { count, atMs: nowMs });
    if (this.#failures.size > MOST_KEYS) {
      const oldest = this.#failures.keys().next().value;
      if (oldest !== undefined) this.#failures.delete(oldest);
    }
    const slowMs =
      count <= FREE_FAILURES ? ANSWER_MS : Math.min(SLOWEST_MS, ANSWER_MS * 2 ** (count - FREE_FAILURES));
    await new Promise<void>((resolve) => {
      this.#clock.after(Math.max(0, receivedMs + slowMs - nowMs), resolve);
    });
  }

  forgive(key: string): void {
    this.#failures.delete(key);
  }
}
