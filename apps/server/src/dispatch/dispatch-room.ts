import type { Store } from '../store/index.ts';
import type { Activity } from '../time/activity.ts';
import type { Clock } from '../time/clock.ts';
import type { ContextAlarms } from './alarms.ts';
import type { DispatchPolicy } from './dispatcher.ts';
import type { DeadBand } from './guard/dead-band.ts';
import type { LedgerEntry } from './ledger/entry.ts';
import type { LiveSession } from './live-session.ts';
import { LiveSessions } from './live-sessions.ts';
import type { Assignment, Budget, Feedback, SessionKey, Target } from './port.ts';
import { Records } from './records.ts';
import { ShadowProfiles } from './shadow.ts';
import type { MeasuredBase } from './supply-meter.ts';
import type { Log, RandomBytes } from './surroundings.ts';

export interface DispatcherOptions {
  readonly store: Store;
  readonly target: Target;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: Log;
  readonly activity: Activity;
  readonly onFeedback: (feedback: Feedback) => void;
  readonly policy?: Partial<DispatchPolicy>;
}

const DEFAULTS: DispatchPolicy = {
  deadBandW: 150,
  renewBeforeMs: 12 * 3_600_000,
  pauseMs: 10_000,
  retryMs: 30_000,
  giveUpMs: 5 * 60_000,
  reconcileJitterMs: 5_000,
  rampWPerS: 0,
  restoreSpreadMs: 600_000,
  stepSpreadMs: 0,
};

/** The plan a context follows, and what its last pass left open. */
export interface ContextInDispatch {
  /** The plan, under the lower of its own limits and those that fell since. */
  assignment: Assignment;
  /** The limit that the plan was made under. */
  ownBudget: Budget;
  cancelWake?: () => void;
  /** What was measured above the budget since the last plan, W, and when it was taken from it last. */
  relief?: { readonly powerW: number; readonly atMs: number };
  /** Up to then the rises commanded so far use the ramp. */
  rampFreeMs?: number;
  readonly alarms: ContextAlarms;
  /** Somebody waits for a confirmation, or the sum is not held. */
  open: boolean;
  /** Attempts that were on their way after the last pass. */
  leftInFlight?: number;
  /** Ends the wait for more answers before the next pass. */
  cancelGather?: () => void;
  /** Ends the wait for more readings of cars that draw too much. */
  cancelRoom?: () => void;
  /** Ends the wait for the plan of a limit that fell. */
  cancelHold?: () => void;
}

/** So few answers are not worth waiting for. */
const FEW_IN_FLIGHT = 20;
/** The next pass waits no longer for the answers of others, ms. */
const GATHER_MS = 250;

/** What the parts of dispatch share: the surroundings, the record, and the sessions and contexts of this process. */
export class DispatchRoom {
  readonly target: Target;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: Log;
  readonly activity: Activity;
  readonly feedback: (feedback: Feedback) => void;
  readonly policy: DispatchPolicy;
  readonly records: Records;
  readonly contexts = new Map<string, ContextInDispatch>();
  readonly sessions = new LiveSessions();
  readonly shadow = new ShadowProfiles();
  /** Base loads as meters of supply points showed them, by context. */
  readonly bases = new Map<string, MeasuredBase>();
  readonly peersDown = new Set<string>();
  /** Readings that are planned, by peer. */
  readonly cancelReconcile = new Map<string, () => void>();
  closed = false;
  readonly #pass: (room: DispatchRoom, contextId: string) => Promise<void>;
  readonly #passPending = new Set<string>();

  constructor(options: DispatcherOptions, pass: (room: DispatchRoom, contextId: string) => Promise<void>) {
    this.target = options.target;
    this.clock = options.clock;
    this.random = options.random;
    this.log = options.log;
    this.activity = options.activity;
    this.feedback = options.onFeedback;
    this.policy = { ...DEFAULTS, ...options.policy };
    this.records = new Records(options.store, options.log, () => this.clock.now());
    this.#pass = pass;
  }

  /** One pass of the guard over a context, now. */
  pass(contextId: string): Promise<void> {
    return this.#pass(this, contextId);
  }

  /** Answers come in bursts; one pass per turn of the event loop serves all of them. */
  passSoon(contextId: string): void {
    if (this.#passPending.has(contextId) || this.closed) return;
    this.#passPending.add(contextId);
    void this.activity.track(async () => {
      await new Promise((resolve) => setImmediate(resolve));
      this.#passPending.delete(contextId);
      await this.pass(contextId);
    });
  }

  /**
   * A confirmation changes something only for who waits for it: another session, or a newer wish of this one. While hundreds answer, a
   * pass looks at them all when half of what was on its way has answered: ten passes serve a thousand.
   */
  passIfNeeded(session: LiveSession): void {
    const { contextId } = session.entry;
    const context = this.contexts.get(contextId);
    if (session.carried === session.desired && context?.open === false) return;
    const enough = Math.max(FEW_IN_FLIGHT, (context?.leftInFlight ?? 0) / 2);
    if (context === undefined || this.#inFlight(contextId) <= enough) this.passSoon(contextId);
    else context.cancelGather ??= this.clock.after(GATHER_MS, () => this.passSoon(contextId));
  }

  #inFlight(contextId: string): number {
    return this.sessions.of(contextId).filter(({ inFlight }) => inFlight !== undefined).length;
  }

  find(key: SessionKey): LiveSession | undefined {
    return this.sessions.get(key);
  }

  /** false once the session ended, whatever still comes in for it. */
  isLive(session: LiveSession): boolean {
    return this.find(session.entry.key) === session;
  }

  sessionsOf(contextId: string): LiveSession[] {
    return this.sessions.of(contextId);
  }

  sessionsOfPeer(peerId: string): LiveSession[] {
    return this.sessions.all().filter(({ entry }) => entry.key.peerId === peerId);
  }

  reachable(session: LiveSession, nowMs: number): boolean {
    const { key } = session.entry;
    if (nowMs < session.unreachableUntilMs || this.peersDown.has(key.peerId)) return false;
    return this.target.reachable?.(key) ?? true;
  }

  /** The entry with what the station falls back to now: that may change without a message to the session. */
  entryOf({ entry }: LiveSession): LedgerEntry {
    const fallbackW = this.target.fallbackW?.(entry.key);
    return fallbackW === undefined ? entry : { ...entry, fallbackW };
  }

  /** Least time between two messages to the session, ms. */
  pauseMs({ entry }: LiveSession): number {
    return this.target.pauseMs?.(entry.key) ?? this.policy.pauseMs;
  }

  band(): DeadBand {
    return { powerW: this.policy.deadBandW, renewBeforeMs: this.policy.renewBeforeMs };
  }
}
