/** Time handed in, in the shape every room of the platform uses: live it is the system clock, in a replay it is virtual. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Calls `fire` once `delayMs` have passed on this clock; the returned function cancels it. */
  after(delayMs: number, fire: () => void): () => void;
}

interface Timer {
  readonly dueMs: number;
  readonly order: number;
  readonly fire: () => void;
  cancelled: boolean;
}

const earlier = (a: Timer, b: Timer) => a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);

/**
 * A clock that moves only when told, from timer to timer, and never past work that is still under way. Timers of one
 * instant fire in the order they were set, one at a time, each after the consequences of the one before have settled:
 * that makes two runs with one seed the same run.
 */
export class VirtualClock implements Clock {
  #nowMs: number;
  #order = 0;
  /** Binary heap, the next timer first. */
  readonly #heap: Timer[] = [];

  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }

  after(delayMs: number, fire: () => void): () => void {
    const timer: Timer = {
      // Epoch milliseconds are whole, as the system clock's are.
      dueMs: this.#nowMs + Math.ceil(Math.max(0, delayMs)),
      order: this.#order++,
      fire,
      cancelled: false,
    };
    this.#push(timer);
    return () => {
      timer.cancelled = true;
    };
  }

  /** When the next timer is due, epoch ms; undefined when none is set. */
  nextDueMs(): number | undefined {
    while (this.#heap[0]?.cancelled === true) this.#pop();
    return this.#heap[0]?.dueMs;
  }

  /**
   * Runs every timer due by `untilMs` and leaves the clock there. `idle` is awaited before the first timer and after
   * every one; it resolves when nobody has work in flight (the quiescence barrier).
   */
  async runUntil(untilMs: number, idle: () => Promise<void>): Promise<void> {
    await idle();
    for (let due = this.nextDueMs(); due !== undefined && due <= untilMs; due = this.nextDueMs()) {
      this.#nowMs = Math.max(this.#nowMs, due);
      this.#pop()?.fire();
      await idle();
    }
    this.#nowMs = Math.max(this.#nowMs, untilMs);
  }

  #push(timer: Timer): void {
    const heap = this.#heap;
    let at = heap.push(timer) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!earlier(timer, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = timer;
  }

  #pop(): Timer | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || first === last) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && earlier(heap[child + 1]!, heap[child]!)) child += 1;
      if (!earlier(heap[child]!, last)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}
