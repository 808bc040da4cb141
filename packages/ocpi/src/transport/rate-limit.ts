import type { Clock } from '../exchange/surroundings.ts';

/** A bucket per key that holds `burst` permits and gains `perSecond` of them. */
export class RateLimit {
  readonly #perSecond: number;
  readonly #burst: number;
  readonly #clock: Clock;
  readonly #buckets = new Map<string, { permits: number; atMs: number }>();

  constructor(perSecond: number, burst: number, clock: Clock) {
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#clock = clock;
  }

  /** 0: go on. Otherwise whole seconds until the next permit, for Retry-After. */
  take(key: string): number {
    const nowMs = this.#clock.now();
    const bucket = this.#buckets.get(key) ?? { permits: this.#burst, atMs: nowMs };
    const gained = (Math.max(0, nowMs - bucket.atMs) / 1000) * this.#perSecond;
    bucket.permits = Math.min(this.#burst, bucket.permits + gained);
    bucket.atMs = nowMs;
    this.#buckets.set(key, bucket);
    if (bucket.permits >= 1) {
      bucket.permits -= 1;
      return 0;
    }
    return Math.max(1, Math.ceil((1 - bucket.permits) / this.#perSecond));
  }
}
