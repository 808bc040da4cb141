import type { Store } from '../store/index.ts';
import type { Activity } from '../time/activity.ts';
import type { Clock } from '../time/clock.ts';
import { ContextAlarms } from './alarms.ts';
import type { Dispatcher, DispatchPolicy, SessionDispatch } from './dispatcher.ts';
import { judgeFailure } from './failure.ts';
import type { DeadBand } from './guard/dead-band.ts';
import { type Decision, decide, type Send } from './guard/decide.ts';
import {
  accepted,
  ceilings,
  confirmedByReading,
  explains,
  newEntry,
  observedActive,
  rejected,
  sending,
} from './ledger/entry.ts';
import { type LiveSession, liveSession } from './live-session.ts';
import type { Assignment, Feedback, Profile, SessionKey, Target, TargetAnswer } from './port.ts';
import { type DispatchEvent, type Intent, nameOf, Records } from './records.ts';
import { ShadowProfiles } from './shadow.ts';
import { fraction, type Log, type RandomBytes, uuid } from './surroundings.ts';
import { inWords } from './words.ts';

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
};

const READ_WINDOW_S = 24 * 3_600;

export function createDispatcher(options: DispatcherOptions): Dispatcher {
  return new GuardedDispatcher(options);
}

/** The plan a context follows, and what its last pass left open. */
interface Context {
  assignment: Assignment;
  cancelWake?: () => void;
  readonly alarms: ContextAlarms;
  /** Somebody waits for a confirmation, or the sum is not held. */
  open: boolean;
}

class GuardedDispatcher implements Dispatcher {
  readonly #target: Target;
  readonly #clock: Clock;
  readonly #random: RandomBytes;
  readonly #log: Log;
  readonly #activity: Activity;
  readonly #feedback: (feedback: Feedback) => void;
  readonly #policy: DispatchPolicy;
  readonly #records: Records;
  readonly #contexts = new Map<string, Context>();
  readonly #sessions = new Map<string, LiveSession>();
  readonly #shadow = new ShadowProfiles();
  readonly #peersDown = new Set<string>();
  readonly #passPending = new Set<string>();
  readonly #cancelReconcile = new Map<string, () => void>();
  #closed = false;

  constructor(options: DispatcherOptions) {
    this.#target = options.target;
    this.#clock = options.clock;
    this.#random = options.random;
    this.#log = options.log;
    this.#activity = options.activity;
    this.#feedback = options.onFeedback;
    this.#policy = { ...DEFAULTS, ...options.policy };
    this.#records = new Records(options.store, options.log, () => this.#clock.now());
    this.#target.listen?.({
      answered: (peerId, reference, answer) => this.#late(peerId, reference, answer),
      active: (key, profile) => this.#active(key, profile),
      peerDown: (peerId) => this.#peerDown(peerId),
      peerUp: (peerId) => this.#peerUp(peerId),
      committed: async () => {
        await new Promise((resolve) => setImmediate(resolve));
        await this.#records.committed();
      },
    });
  }

  async start(): Promise<void> {
    for (const entry of await this.#records.load()) {
      this.#sessions.set(nameOf(entry.key), liveSession(entry));
    }
    for (const peerId of new Set([...this.#sessions.values()].map(({ entry }) => entry.key.peerId))) {
      this.#reconcileSoon(peerId);
    }
  }

  async execute(assignment: Assignment): Promise<void> {
    if (this.#closed) return;
    if (assignment.shadow) return this.#showOnly(assignment);
    const { contextId } = assignment;
    const context = this.#contexts.get(contextId) ?? {
      assignment,
      alarms: new ContextAlarms(contextId),
      open: true,
    };
    context.assignment = assignment;
    this.#contexts.set(assignment.contextId, context);
    const planned = new Set<LiveSession>();
    for (const { key, profile, maxPowerW, minPowerW = 0 } of assignment.sessions) {
      const name = nameOf(key);
      this.#shadow.forget(key);
      let session = this.#sessions.get(name);
      if (session === undefined) {
        session = liveSession(newEntry(key, assignment.contextId, maxPowerW, minPowerW));
        this.#sessions.set(name, session);
      }
      session.entry = { ...session.entry, contextId: assignment.contextId, maxPowerW, minPowerW };
      session.desired = profile;
      session.planId = assignment.planId;
      planned.add(session);
    }
    for (const session of this.#in(assignment.contextId)) if (!planned.has(session)) delete session.desired;
    await this.#activity.track(() => this.#pass(assignment.contextId));
  }

  async end(key: SessionKey): Promise<void> {
    const name = nameOf(key);
    this.#shadow.forget(key);
    const session = this.#sessions.get(name);
    if (session === undefined) return;
    this.#sessions.delete(name);
    const { contextId, mayHold } = session.entry;
    const recorded = this.#records.write({
      gone: [key],
      ...(session.inFlight === undefined
        ? {}
        : { outcomes: [{ reference: session.inFlight, state: 'ENDED' }] }),
    });
    this.#passSoon(contextId);
    if (mayHold.length > 0 && !this.#peersDown.has(key.peerId) && !this.#closed) {
      void this.#activity.track(() => this.#clear(key, contextId));
    }
    await recorded;
  }

  async reconcile(peerId: string): Promise<void> {
    await this.#activity.track(async () => {
      const sessions = [...this.#sessions.values()].filter(({ entry }) => entry.key.peerId === peerId);
      await Promise.all(sessions.map((session) => this.#read(session)));
      for (const session of sessions) this.#succeeded(session);
      for (const contextId of new Set(sessions.map(({ entry }) => entry.contextId)))
        await this.#pass(contextId);
    });
  }

  sessions(contextId?: string): readonly SessionDispatch[] {
    const nowMs = this.#clock.now();
    return [...this.#sessions.values()]
      .filter(({ entry }) => contextId === undefined || entry.contextId === contextId)
      .map((session) => ({
        key: session.entry.key,
        contextId: session.entry.contextId,
        ceilingW: ceilings(session.entry, [nowMs])[0]!,
        uncontrolled: session.entry.uncontrolled,
        inFlight: session.inFlight !== undefined,
        reachable: this.#reachable(session, nowMs),
      }));
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const context of this.#contexts.values()) context.cancelWake?.();
    for (const cancel of this.#cancelReconcile.values()) cancel();
    await this.#records.committed();
  }

  // -- one pass of the guard over a context --------------------------------------------------------------------------------

  /** Answers come in bursts; one pass per turn of the event loop serves all of them. */
  #passSoon(contextId: string): void {
    if (this.#passPending.has(contextId) || this.#closed) return;
    this.#passPending.add(contextId);
    void this.#activity.track(async () => {
      await new Promise((resolve) => setImmediate(resolve));
      this.#passPending.delete(contextId);
      await this.#pass(contextId);
    });
  }

  async #pass(contextId: string): Promise<void> {
    const context = this.#contexts.get(contextId);
    if (context === undefined || this.#closed) return;
    const nowMs = this.#clock.now();
    const sessions = this.#in(contextId);
    const decision = decide(
      sessions.map((session) => ({
        entry: session.entry,
        ...(session.desired === undefined ? {} : { desired: session.desired }),
        inFlight: session.inFlight !== undefined,
        reachable: this.#reachable(session, nowMs),
        notBeforeMs: session.notBeforeMs,
      })),
      context.assignment.budget,
      nowMs,
      this.#band(),
    );
    context.open = decision.waiting.length > 0 || decision.overload !== undefined;
    this.#wakeLater(contextId, context, sessions, decision, nowMs);
    const { planId } = context.assignment;
    const events = context.alarms.judge(planId, decision.overload, decision.overPlannedW, nowMs);
    if (events.length > 0) void this.#records.write({ events });
    for (const { level, text } of events)
      this.#log[level === 'alarm' ? 'error' : 'info']({ contextId, planId }, text);
    if (decision.sends.length > 0) await this.#sendAll(contextId, decision.sends, nowMs);
  }

  /** Records what is about to leave, then lets it leave: after a kill the restart knows what may be out there. */
  async #sendAll(contextId: string, sends: readonly Send[], nowMs: number): Promise<void> {
    const leaving = sends.map((send) => {
      const session = this.#sessions.get(nameOf(send.key))!;
      const reference = uuid(this.#random);
      session.inFlight = reference;
      delete session.carried;
      if (!send.partial && session.desired !== undefined) session.carried = session.desired;
      session.entry = sending(session.entry, { reference, profile: send.profile });
      const intent: Intent = {
        reference,
        planId: session.planId ?? '',
        contextId,
        key: send.key,
        state: 'SENT',
        reason: send.reason,
        profile: send.profile,
        sentMs: nowMs,
      };
      return { session, intent };
    });
    try {
      await this.#records.write({
        intents: leaving.map(({ intent }) => intent),
        entries: leaving.map(({ session }) => session.entry),
      });
    } catch {
      // Not recorded, so not sent; the next plan or timer tries again.
      for (const { session, intent } of leaving) {
        session.entry = rejected(session.entry, intent.reference);
        delete session.inFlight;
        session.notBeforeMs = nowMs + this.#policy.pauseMs;
      }
      return;
    }
    for (const { session, intent } of leaving) {
      if (session.inFlight === intent.reference && this.#sessions.get(nameOf(intent.key)) === session) {
        void this.#activity.track(() => this.#send(session, intent));
      }
    }
    this.#log.info(
      { contextId, planId: leaving[0]?.intent.planId, profiles: leaving.length },
      `Sent ${leaving.length} charging profile(s): ${leaving
        .slice(0, 3)
        .map(({ intent }) => `${intent.key.sessionId} ${inWords(intent.profile, nowMs)}`)
        .join('; ')}${leaving.length > 3 ? '; ...' : ''}`,
    );
  }

  async #send(session: LiveSession, intent: Intent): Promise<void> {
    session.notBeforeMs = this.#clock.now() + this.#policy.pauseMs;
    let answer: TargetAnswer;
    try {
      answer = await this.#target.setProfile(intent.key, intent.profile, intent.reference);
    } catch (error) {
      answer = { result: 'UNKNOWN', detail: error instanceof Error ? error.message : String(error) };
      this.#log.error({ reference: intent.reference, detail: answer.detail }, 'A target failed unexpectedly');
    }
    await this.#answered(session, intent, answer);
  }

  async #answered(session: LiveSession, intent: Intent, answer: TargetAnswer): Promise<void> {
    const { key, contextId, reference } = intent;
    if (session.inFlight !== reference) return;
    let confirmed = answer.result === 'ACCEPTED';
    if (answer.result === 'ACCEPTED') {
      session.entry = accepted(session.entry, reference);
    } else if (answer.result === 'UNKNOWN') {
      // One attempt, then one look at what is in force (X40). It may show the new profile, the old one, or nothing.
      confirmed = await this.#read(session);
    } else {
      session.entry = rejected(session.entry, reference);
    }
    if (this.#sessions.get(nameOf(key)) !== session) return;
    delete session.inFlight;
    const nowMs = this.#clock.now();
    if (confirmed) this.#succeeded(session);
    const events = confirmed ? [] : this.#failed(session, intent, answer, nowMs);
    this.#log[confirmed ? 'info' : 'warn'](
      { peerId: key.peerId, sessionId: key.sessionId, contextId, reference },
      `Profile of session ${key.sessionId} ${confirmed ? 'accepted' : `not in force: ${answer.result}`}${
        'detail' in answer && !confirmed ? ` (${answer.detail})` : ''
      }`,
    );
    const state = confirmed ? 'ACCEPTED' : answer.result === 'UNKNOWN' ? 'UNKNOWN' : 'REJECTED';
    void this.#records.write({
      outcomes: [
        {
          reference,
          state,
          answeredMs: nowMs,
          ...('detail' in answer ? { detail: `${answer.result}: ${answer.detail}` } : {}),
        },
      ],
      entries: [session.entry],
      events,
    });
    this.#feedback({ kind: 'answer', key, contextId, answer: confirmed ? { result: 'ACCEPTED' } : answer });
    // A confirmation changes something only for who waits for it: another session, or a newer wish of this one.
    const settled =
      confirmed && session.carried === session.desired && this.#contexts.get(contextId)?.open === false;
    if (!settled) this.#passSoon(contextId);
  }

  #succeeded(session: LiveSession): void {
    session.failures = 0;
    session.unreachableUntilMs = 0;
  }

  #failed(session: LiveSession, intent: Intent, answer: TargetAnswer, nowMs: number): DispatchEvent[] {
    session.failures += 1;
    const { unreachableUntilMs, event } = judgeFailure(session, intent, answer, nowMs, this.#policy);
    session.unreachableUntilMs = unreachableUntilMs;
    return event === undefined ? [] : [event];
  }

  /** Reads what is in force; true when that is the newest profile the session may hold. */
  async #read(session: LiveSession): Promise<boolean> {
    const { key } = session.entry;
    const newest = session.entry.mayHold.at(-1)?.reference;
    let read: Profile | undefined;
    try {
      read = await this.#target.readProfile(key, READ_WINDOW_S);
    } catch (error) {
      this.#log.error({ key, detail: String(error) }, 'Reading the profile in force failed unexpectedly');
    }
    if (read === undefined || this.#sessions.get(nameOf(key)) !== session) return false;
    // An attempt that left meanwhile is not part of what was read.
    if (session.entry.mayHold.at(-1)?.reference !== newest) return false;
    session.entry = confirmedByReading(session.entry, read, this.#clock.now());
    const held = session.entry.mayHold;
    const confirmed = newest !== undefined && held.length === 1 && held[0]!.reference === newest;
    void this.#records.write({
      entries: [session.entry],
      ...(confirmed && session.inFlight !== newest
        ? { outcomes: [{ reference: newest, state: 'APPLIED', appliedMs: this.#clock.now() }] }
        : {}),
    });
    return confirmed;
  }

  // -- what the target reports by itself -----------------------------------------------------------------------------------

  async #late(peerId: string, reference: string, answer: TargetAnswer): Promise<boolean> {
    const session = [...this.#sessions.values()].find(
      ({ entry }) =>
        entry.key.peerId === peerId && entry.mayHold.some((held) => held.reference === reference),
    );
    if (session === undefined) return false;
    const { sessionId } = session.entry.key;
    if (session.inFlight === reference) return true;
    const state =
      answer.result === 'ACCEPTED' ? 'ACCEPTED' : answer.result === 'UNKNOWN' ? 'UNKNOWN' : 'REJECTED';
    if (answer.result === 'ACCEPTED') {
      session.entry = accepted(session.entry, reference);
      this.#succeeded(session);
    } else if (answer.result !== 'UNKNOWN') {
      session.entry = rejected(session.entry, reference);
    }
    this.#log.info(
      { peerId, sessionId, reference },
      `Late answer for session ${sessionId}: ${answer.result}`,
    );
    const recorded = this.#records.write({
      outcomes: [{ reference, state, answeredMs: this.#clock.now() }],
      entries: [session.entry],
    });
    this.#passSoon(session.entry.contextId);
    await recorded;
    return true;
  }

  async #active(key: SessionKey, active: Profile): Promise<void> {
    const session = this.#sessions.get(nameOf(key));
    if (session === undefined) return;
    const nowMs = this.#clock.now();
    session.entry = observedActive(session.entry, active);
    const same = session.entry.mayHold.filter((held) =>
      explains(session.entry, held.profile, active, nowMs, true),
    );
    const newest = session.entry.mayHold.at(-1);
    const applied = newest !== undefined && same.length === 1 && same[0] === newest;
    // Only the newest can be told apart from an answer that is still under way.
    if (applied && session.inFlight === undefined) {
      session.entry = observedActive(accepted(session.entry, newest.reference), active);
      this.#succeeded(session);
    }
    const recorded = this.#records.write({
      entries: [session.entry],
      ...(applied && session.inFlight !== newest.reference
        ? { outcomes: [{ reference: newest.reference, state: 'APPLIED', appliedMs: nowMs }] }
        : {}),
    });
    this.#feedback({ kind: 'active', key, profile: active });
    this.#passSoon(session.entry.contextId);
    await recorded;
  }

  #peerDown(peerId: string): void {
    if (this.#peersDown.has(peerId)) return;
    this.#peersDown.add(peerId);
    this.#cancelReconcile.get(peerId)?.();
    const text = `Peer ${peerId} does not answer; its sessions keep what they accepted until it ends and count with that.`;
    this.#log.warn({ peerId }, text);
    void this.#records.write({
      events: [{ atMs: this.#clock.now(), level: 'alarm', code: 'peer-down', peerId, text }],
    });
    this.#feedback({ kind: 'peer-down', peerId });
    for (const contextId of this.#contextsOf(peerId)) this.#passSoon(contextId);
  }

  #peerUp(peerId: string): void {
    if (!this.#peersDown.delete(peerId)) return;
    const text = `Peer ${peerId} answers again; what is in force is read, nothing is replayed.`;
    this.#log.info({ peerId }, text);
    void this.#records.write({
      events: [{ atMs: this.#clock.now(), level: 'info', code: 'peer-up', peerId, text }],
    });
    this.#feedback({ kind: 'peer-up', peerId });
    this.#reconcileSoon(peerId);
  }

  // -- small things --------------------------------------------------------------------------------------------------------

  #reconcileSoon(peerId: string): void {
    this.#cancelReconcile.get(peerId)?.();
    const cancel = this.#clock.after(fraction(this.#random) * this.#policy.reconcileJitterMs, () => {
      this.#cancelReconcile.delete(peerId);
      if (!this.#closed && !this.#peersDown.has(peerId)) void this.reconcile(peerId);
    });
    this.#cancelReconcile.set(peerId, cancel);
  }

  async #clear(key: SessionKey, contextId: string): Promise<void> {
    let answer: TargetAnswer;
    try {
      answer = await this.#target.clearProfile(key, uuid(this.#random));
    } catch (error) {
      answer = { result: 'UNKNOWN', detail: error instanceof Error ? error.message : String(error) };
    }
    const text = `Session ${key.sessionId} ended; its profile was cleared: ${answer.result}.`;
    this.#log.info({ ...key, contextId }, text);
    void this.#records.write({
      events: [{ atMs: this.#clock.now(), level: 'info', code: 'profile-cleared', contextId, key, text }],
    });
  }

  async #showOnly(assignment: Assignment): Promise<void> {
    const { contextId, planId } = assignment;
    for (const session of this.#in(contextId)) delete session.desired;
    const intents = this.#shadow.show(assignment, this.#clock.now(), this.#band(), this.#random);
    if (intents.length === 0) return;
    await this.#activity.track(() => this.#records.write({ intents }));
    this.#log.info(
      { contextId, planId },
      `Shadow mode: ${intents.length} charging profile(s) shown, nothing sent`,
    );
  }

  #band(): DeadBand {
    return { powerW: this.#policy.deadBandW, renewBeforeMs: this.#policy.renewBeforeMs };
  }

  #wakeLater(
    contextId: string,
    context: Context,
    sessions: readonly LiveSession[],
    decision: Decision,
    nowMs: number,
  ): void {
    context.cancelWake?.();
    delete context.cancelWake;
    const wakes = sessions
      .filter((session) => session.desired !== undefined)
      .map((session) => session.unreachableUntilMs)
      .filter((ms) => ms > nowMs && Number.isFinite(ms));
    if (decision.wakeAtMs !== undefined) wakes.push(decision.wakeAtMs);
    if (wakes.length === 0) return;
    context.cancelWake = this.#clock.after(Math.min(...wakes) - nowMs, () => this.#passSoon(contextId));
  }

  #in(contextId: string): LiveSession[] {
    return [...this.#sessions.values()].filter(({ entry }) => entry.contextId === contextId);
  }

  #contextsOf(peerId: string): Set<string> {
    return new Set(
      [...this.#sessions.values()]
        .filter(({ entry }) => entry.key.peerId === peerId)
        .map(({ entry }) => entry.contextId),
    );
  }

  #reachable(session: LiveSession, nowMs: number): boolean {
    return nowMs >= session.unreachableUntilMs && !this.#peersDown.has(session.entry.key.peerId);
  }
}
