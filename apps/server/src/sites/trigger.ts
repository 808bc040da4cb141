import type { SessionState } from './session.ts';

/** Why a context may need a new plan. */
export type TriggerCause =
  | 'session-start'
  | 'session-update'
  | 'session-stop'
  /** A meter reading and nothing else: planning looks whether it deviates from the plan. */
  | 'meter'
  | 'soc'
  | 'preferences'
  | 'static-inputs'
  | 'price'
  | 'forecast'
  | 'flex'
  | 'cap'
  | 'location'
  | 'station-report'
  | 'slot'
  | 'restart';

/** Raised after the commit of the change it reports, never before. */
export interface Trigger {
  readonly contextId: string;
  readonly cause: TriggerCause;
  readonly atMs: number;
  readonly session?: { readonly peerId: string; readonly sessionId: string };
  /** The session as that change left it: meters tick all the time, and who judges a reading needs nothing newer. */
  readonly state?: SessionState;
}

export type TriggerListener = (trigger: Trigger) => void;

/** Fan-out of triggers within one process. */
export class TriggerFeed {
  readonly #listeners = new Set<TriggerListener>();

  /** The returned function ends the subscription. */
  subscribe(listener: TriggerListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  emit(trigger: Trigger): void {
    for (const listener of this.#listeners) listener(trigger);
  }
}
