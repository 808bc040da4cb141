/**
 * A limit that falls while the next plan cannot begin yet, because one is being solved or no thread is free, is told to dispatch at once:
 * the guard cuts on what is known now and the plan follows (security.md 8 F8: decreases first). A plan that was made before it fell is not
 * let above it.
 */
import type { Limits, Log } from '../dispatch/index.ts';
import type { TriggerCause } from '../sites/index.ts';
import type { Activity } from '../time/activity.ts';
import type { Clock } from '../time/clock.ts';

/** What can lower the room of all cars together, or on a phase or at a station; the rest changes who gets which part of it. */
const LOWERS: ReadonlySet<TriggerCause> = new Set<TriggerCause>([
  'cap',
  'flex',
  'forecast',
  'static-inputs',
  'location',
  'station-report',
]);

export const mayLower = (cause: TriggerCause): boolean => LOWERS.has(cause);

/** Pause before inputs that could not be read (database away) are read again, ms. */
const RETRY_MS = 1_000;

export interface FallenLimitsOptions {
  /** What the sessions of a context may draw by the inputs of now; undefined where nothing is to be told. */
  readonly read: (contextId: string) => Promise<Limits | undefined>;
  /** Hands it to the guard. */
  readonly tell: (contextId: string, limits: Limits) => void;
  readonly clock: Pick<Clock, 'after'>;
  readonly activity: Activity;
  readonly log: Pick<Log, 'error'>;
}

export class FallenLimits {
  readonly #options: FallenLimitsOptions;
  /** Plans begun so far: what was read before the newest of them began is known to it. */
  readonly #begun = new Map<string, number>();
  readonly #looking = new Map<string, { again: boolean }>();
  readonly #seen = new Map<string, Limits>();
  /** Looks that failed and come again, by context. */
  readonly #cancelRetry = new Map<string, () => void>();
  #stopped = false;

  constructor(options: FallenLimitsOptions) {
    this.#options = options;
  }

  /** A plan begins: it reads its inputs from now on. */
  planBegins(contextId: string): void {
    this.#begun.set(contextId, (this.#begun.get(contextId) ?? 0) + 1);
    this.#seen.delete(contextId);
  }

  /** What was told since the plan under way began; undefined where nothing was. */
  since(contextId: string): Limits | undefined {
    return this.#seen.get(contextId);
  }

  forget(contextId: string): void {
    this.#begun.delete(contextId);
    this.#seen.delete(contextId);
  }

  /** Reads and tells; changes that come meanwhile are one more look, and what cannot be read now is read a moment later. */
  async look(contextId: string): Promise<void> {
    const looking = this.#looking.get(contextId);
    if (looking !== undefined) {
      looking.again = true;
      return;
    }
    this.#cancelRetry.get(contextId)?.();
    this.#cancelRetry.delete(contextId);
    const mine = { again: true };
    this.#looking.set(contextId, mine);
    try {
      while (mine.again && !this.#stopped) {
        mine.again = false;
        const begun = this.#begun.get(contextId);
        const limits = await this.#options.read(contextId);
        if (limits === undefined || this.#begun.get(contextId) !== begun) continue;
        this.#seen.set(contextId, limits);
        this.#options.tell(contextId, limits);
      }
    } catch (error) {
      this.#lookLater(contextId, error);
    } finally {
      this.#looking.delete(contextId);
    }
  }

  /** Looks at nothing any more. */
  stop(): void {
    this.#stopped = true;
    for (const cancel of this.#cancelRetry.values()) cancel();
    this.#cancelRetry.clear();
  }

  #lookLater(contextId: string, error: unknown): void {
    if (this.#stopped) return;
    const { clock, activity, log } = this.#options;
    const detail = error instanceof Error ? error.message : String(error);
    log.error({ contextId, detail }, 'limits that may have fallen could not be read; trying again');
    const retry = () => {
      this.#cancelRetry.delete(contextId);
      void activity.track(() => this.look(contextId));
    };
    this.#cancelRetry.set(contextId, clock.after(RETRY_MS, retry));
  }
}
