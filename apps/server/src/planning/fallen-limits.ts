/**
 * A limit that falls while the next plan cannot begin yet, because one is being solved or no thread is free, is told to dispatch at once:
 * the guard cuts on what is known now and the plan follows (security.md 8 F8: decreases first). A plan that was made before it fell is not
 * let above it.
 */
import type { Limits } from '../dispatch/index.ts';
import type { TriggerCause } from '../sites/index.ts';

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

export class FallenLimits {
  readonly #read: (contextId: string) => Promise<Limits | undefined>;
  readonly #tell: (contextId: string, limits: Limits) => void;
  /** Plans begun so far: what was read before the newest of them began is known to it. */
  readonly #begun = new Map<string, number>();
  readonly #looking = new Map<string, { again: boolean }>();
  readonly #seen = new Map<string, Limits>();

  /**
   * @param read what the sessions of a context may draw by the inputs of now; undefined where nothing is to be told
   * @param tell hands it to the guard
   */
  constructor(
    read: (contextId: string) => Promise<Limits | undefined>,
    tell: (contextId: string, limits: Limits) => void,
  ) {
    this.#read = read;
    this.#tell = tell;
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

  /** Reads and tells; changes that come meanwhile are one more look. */
  async look(contextId: string): Promise<void> {
    const looking = this.#looking.get(contextId);
    if (looking !== undefined) {
      looking.again = true;
      return;
    }
    const mine = { again: true };
    this.#looking.set(contextId, mine);
    try {
      while (mine.again) {
        mine.again = false;
        const begun = this.#begun.get(contextId);
        const limits = await this.#read(contextId);
        if (limits === undefined || this.#begun.get(contextId) !== begun) continue;
        this.#seen.set(contextId, limits);
        this.#tell(contextId, limits);
      }
    } finally {
      this.#looking.delete(contextId);
    }
  }
}
