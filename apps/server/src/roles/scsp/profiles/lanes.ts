/** At most so many pieces of work at a time per key, in the order they came. */
export class Lanes {
  readonly #width: number;
  readonly #running = new Map<string, number>();
  readonly #queues = new Map<string, (() => void)[]>();

  constructor(width: number) {
    this.#width = width;
  }

  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    if ((this.#running.get(key) ?? 0) >= this.#width) {
      await new Promise<void>((start) => {
        const queue = this.#queues.get(key) ?? [];
        queue.push(start);
        this.#queues.set(key, queue);
      });
    } else {
      this.#running.set(key, (this.#running.get(key) ?? 0) + 1);
    }
    try {
      return await work();
    } finally {
      const next = this.#queues.get(key)?.shift();
      // The place goes to who waits longest; the count stays.
      if (next !== undefined) next();
      else this.#running.set(key, (this.#running.get(key) ?? 1) - 1);
    }
  }
}
