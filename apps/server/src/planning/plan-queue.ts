import type { Trigger, TriggerCause } from '../sites/index.ts';
import type { Activity } from '../time/activity.ts';
import type { Clock } from '../time/clock.ts';

/** What a plan is made for: the causes that came together, and when the first of them came. */
export interface PlanOrder {
  readonly contextId: string;
  readonly causes: readonly TriggerCause[];
  readonly triggerMs: number;
}

interface Waiting {
  causes: Set<TriggerCause>;
  triggerMs: number;
  state: 'coalescing' | 'ready' | 'running';
  /** Causes that came while the plan was being made. */
  again: Set<TriggerCause>;
  againMs: number;
  cancel?: () => void;
}

export interface PlanQueueOptions {
  readonly clock: Clock;
  readonly activity: Activity;
  readonly coalesceMs: number;
  readonly concurrency: number;
  readonly run: (order: PlanOrder) => Promise<void>;
  /** The plan for these causes cannot begin yet: one of the same context is being made, or as many others as may be at once. */
  readonly onDelay: (contextId: string, causes: ReadonlySet<TriggerCause>) => void;
}

/** One plan at a time per context, bursts as one, contexts independent of each other, at most `concurrency` at once. */
export class PlanQueue {
  readonly #options: PlanQueueOptions;
  readonly #contexts = new Map<string, Waiting>();
  readonly #ready: string[] = [];
  #running = 0;
  #closed = false;
  #drained: (() => void)[] = [];

  constructor(options: PlanQueueOptions) {
    this.#options = options;
  }

  push(trigger: Pick<Trigger, 'contextId' | 'cause' | 'atMs'>): void {
    if (this.#closed) return;
    const { contextId, cause, atMs } = trigger;
    const waiting = this.#contexts.get(contextId);
    if (waiting === undefined) {
      this.#coalesce(contextId, new Set([cause]), atMs);
    } else if (waiting.state === 'running') {
      if (waiting.again.size === 0) waiting.againMs = atMs;
      waiting.again.add(cause);
      this.#options.onDelay(contextId, new Set([cause]));
    } else {
      waiting.causes.add(cause);
      if (waiting.state === 'ready') this.#options.onDelay(contextId, new Set([cause]));
    }
  }

  /** Takes nothing new, drops what has not begun, resolves when what runs is done. */
  close(): Promise<void> {
    this.#closed = true;
    for (const waiting of this.#contexts.values()) {
      waiting.cancel?.();
      waiting.again.clear();
    }
    this.#ready.length = 0;
    if (this.#running === 0) return Promise.resolve();
    return new Promise((resolve) => this.#drained.push(resolve));
  }

  #coalesce(contextId: string, causes: Set<TriggerCause>, triggerMs: number): void {
    const waiting: Waiting = { causes, triggerMs, state: 'coalescing', again: new Set(), againMs: 0 };
    waiting.cancel = this.#options.clock.after(this.#options.coalesceMs, () => {
      waiting.state = 'ready';
      this.#ready.push(contextId);
      this.#startNext();
      if (this.#ready.includes(contextId)) this.#options.onDelay(contextId, waiting.causes);
    });
    this.#contexts.set(contextId, waiting);
  }

  #startNext(): void {
    while (this.#running < this.#options.concurrency) {
      const contextId = this.#ready.shift();
      const waiting = contextId === undefined ? undefined : this.#contexts.get(contextId);
      if (contextId === undefined || waiting === undefined) return;
      waiting.state = 'running';
      this.#running += 1;
      const order = { contextId, causes: [...waiting.causes], triggerMs: waiting.triggerMs };
      // The next round is set up inside the tracked work: a clock that waits for quiescence must see its timer.
      void this.#options.activity.track(() =>
        this.#options.run(order).finally(() => this.#finished(contextId, waiting)),
      );
    }
  }

  #finished(contextId: string, waiting: Waiting): void {
    this.#running -= 1;
    this.#contexts.delete(contextId);
    if (!this.#closed && waiting.again.size > 0) this.#coalesce(contextId, waiting.again, waiting.againMs);
    this.#startNext();
    if (this.#closed && this.#running === 0) {
      for (const wake of this.#drained.splice(0)) wake();
    }
  }
}
