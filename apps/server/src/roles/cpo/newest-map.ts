/**
 * A map of what was told last, for so many keys: the one that was not written for longest goes when there are more. Sessions that no station
 * ever ends would fill the memory otherwise; whoever is forgotten is told everything again.
 */
export class NewestMap<K, V> {
  readonly #entries = new Map<K, V>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: K): V | undefined {
    return this.#entries.get(key);
  }

  set(key: K, value: V): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size <= this.#most) return;
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined) this.#entries.delete(oldest);
  }

  delete(key: K): void {
    this.#entries.delete(key);
  }
}

/** More sessions than a city has at once. */
export const MOST_TOLD = 20_000;
