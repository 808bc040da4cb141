/** A fixed number of warm worker threads. A task that overruns ends its thread; a new one is warmed. */
import { Piscina } from 'piscina';
import type { Answer, Refused } from '../plan/index.ts';
import { WARM_UP_PROBLEMS } from './warm-up.ts';
import type { Task } from './worker.ts';

/** The thread gave no answer: it overran or died. */
export interface Lost {
  lost: string;
  afterMs: number;
}

export class SolverThreads {
  readonly #pool: Piscina<Task, Answer | Refused>;
  readonly #threads: number;
  #warm: Promise<unknown>;
  #busy = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(threads: number) {
    this.#threads = threads;
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    this.#pool = new Piscina<Task, Answer | Refused>({
      filename: new URL(`./worker.${extension}`, import.meta.url).href,
      minThreads: threads,
      maxThreads: threads,
      idleTimeout: Number.POSITIVE_INFINITY,
      concurrentTasksPerWorker: 1,
    });
    this.#warm = this.#warmUp();
  }

  async ready(): Promise<void> {
    await this.#warm;
  }

  /** The time limit counts from the moment a warm thread is free, not while the task waits for one. */
  async run(task: Task, timeLimitMs: number): Promise<Answer | Refused | Lost> {
    await this.#freeThread();
    try {
      await this.#warm;
      return await this.#runInTime(task, timeLimitMs);
    } finally {
      this.#busy--;
      this.#waiting.shift()?.();
    }
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }

  async #freeThread(): Promise<void> {
    while (this.#busy >= this.#threads) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#busy++;
  }

  async #runInTime(task: Task, timeLimitMs: number): Promise<Answer | Refused | Lost> {
    const overrun = new AbortController();
    const startedMs = performance.now();
    const timer = setTimeout(() => overrun.abort(), timeLimitMs);
    try {
      return await this.#pool.run(task, { signal: overrun.signal });
    } catch (error) {
      const afterMs = performance.now() - startedMs;
      this.#warm = this.#warmUp();
      if (overrun.signal.aborted)
        return { lost: `the solver's thread was out of time after ${afterMs} ms`, afterMs };
      return { lost: `the solver's thread died: ${error instanceof Error ? error.message : error}`, afterMs };
    } finally {
      clearTimeout(timer);
    }
  }

  /** A few small problems per thread; a thread that cannot even do those shows it with the next task. */
  async #warmUp(): Promise<void> {
    for (const problem of WARM_UP_PROBLEMS) {
      const task: Task = { problem, options: { timeLimitS: 10, engine: 'auto' } };
      await Promise.allSettled(Array.from({ length: this.#threads }, () => this.#pool.run(task)));
    }
  }
}
