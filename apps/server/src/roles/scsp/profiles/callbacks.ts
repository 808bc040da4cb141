import type { ResultKind } from '@smac/ocpi';
import type { Clock } from '../../../time/clock.ts';

/** What became of a result that was posted to us. */
export type Delivery = 'taken' | 'repeated' | 'late' | 'unknown';

/** Results that were answered or given up are remembered, so that a repeated one is no error; the oldest are forgotten. */
const REMEMBERED = 10_000;

interface Waiting {
  readonly peerId: string;
  readonly kind: ResultKind;
  resolve(result: unknown): void;
  cancel(): void;
}

/** An asynchronous result that is waited for. */
export interface Awaited<T> {
  /** The result, or undefined when it did not come in time. */
  readonly result: Promise<T | undefined>;
  /** The peer accepted the request: from now on the result may take so long. */
  within(timeoutMs: number): void;
  /** Nobody will post a result (the request was refused). */
  drop(): void;
}

/**
 * Asynchronous results by callback id. An id is 122 random bits, belongs to one peer and one kind of result, and is used once: a
 * result of another peer or at another path is as unknown as any guess (security.md 5).
 */
export class Callbacks {
  readonly #clock: Clock;
  readonly #waiting = new Map<string, Waiting>();
  readonly #past = new Map<string, { peerId: string; kind: ResultKind; answered: boolean }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  wait<T>(id: string, peerId: string, kind: ResultKind): Awaited<T> {
    const { promise, resolve } = Promise.withResolvers<T | undefined>();
    let cancelTimer = () => {};
    const end = (result: T | undefined, answered: boolean) => {
      cancelTimer();
      this.#waiting.delete(id);
      this.#remember(id, { peerId, kind, answered });
      resolve(result);
    };
    this.#waiting.set(id, {
      peerId,
      kind,
      resolve: (result) => end(result as T, true),
      cancel: () => end(undefined, false),
    });
    return {
      result: promise,
      within: (timeoutMs) => {
        if (this.#waiting.has(id)) cancelTimer = this.#clock.after(timeoutMs, () => end(undefined, false));
      },
      drop: () => {
        if (this.#waiting.has(id)) end(undefined, false);
      },
    };
  }

  deliver(id: string, peerId: string, kind: ResultKind, result: unknown): Delivery {
    const waiting = this.#waiting.get(id);
    if (waiting !== undefined) {
      if (waiting.peerId !== peerId || waiting.kind !== kind) return 'unknown';
      waiting.resolve(result);
      return 'taken';
    }
    const past = this.#past.get(id);
    if (past === undefined || past.peerId !== peerId || past.kind !== kind) return 'unknown';
    if (past.answered) return 'repeated';
    past.answered = true;
    return 'late';
  }

  close(): void {
    for (const waiting of [...this.#waiting.values()]) waiting.cancel();
  }

  #remember(id: string, past: { peerId: string; kind: ResultKind; answered: boolean }): void {
    this.#past.set(id, past);
    if (this.#past.size <= REMEMBERED) return;
    const oldest = this.#past.keys().next().value;
    if (oldest !== undefined) this.#past.delete(oldest);
  }
}
