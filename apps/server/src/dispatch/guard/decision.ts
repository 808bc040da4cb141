import type { LedgerEntry } from '../ledger/entry.ts';
import type { PartShares, Profile, SessionKey } from '../port.ts';

/** One session of a context as the guard sees it. */
export interface GuardedSession {
  readonly entry: LedgerEntry;
  /** What the plan wants; absent where the plan does not know the session. */
  readonly desired?: Profile;
  /** An attempt waits for its answer; one at a time, because answers may overtake each other. */
  readonly inFlight: boolean;
  /** false: unreachable, refusing or not capable. It counts at its highest and nothing is sent. */
  readonly reachable: boolean;
  /** Nothing is sent before this unless the limit needs it: at most one message per 10 s and session (security.md 5). */
  readonly notBeforeMs: number;
  /** What of its power loads which part; absent: all of it every part. */
  readonly shares?: PartShares;
  /** Its decrease is confirmed, and up to then its car may still draw what it was allowed before. */
  readonly falling?: Falling;
}

export interface Falling {
  readonly powerW: number;
  readonly untilMs: number;
}

export interface Send {
  readonly key: SessionKey;
  readonly profile: Profile;
  /** `lower` frees what others wait for, `safety` ends an overload, `raise` needs room that is there. */
  readonly reason: 'safety' | 'lower' | 'raise';
  /** true: less than the plan wants, because the room for the rest is not free yet; the rest follows. */
  readonly partial: boolean;
}

export interface Overload {
  readonly fromMs: number;
  /** Highest excess of what may be drawn over the budget, W. */
  readonly excessW: number;
  /** Sessions that are counted at their highest and cannot be lowered. */
  readonly because: readonly SessionKey[];
  /** The part whose limit it is; absent: the limit of all. */
  readonly part?: string;
}

export interface Decision {
  readonly sends: readonly Send[];
  /** Sessions whose rise waits for somebody's confirmed decrease. */
  readonly waiting: readonly SessionKey[];
  /** When a held back message may leave. */
  readonly wakeAtMs?: number;
  /** The sum cannot be held with the sessions that can be reached. */
  readonly overload?: Overload;
  /** The plan itself asks for more than the budget: a defect of the planner, clipped here. */
  readonly overPlannedW: number;
}
