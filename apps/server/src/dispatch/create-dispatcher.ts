import { ContextAlarms } from './alarms.ts';
import { type DispatcherOptions, DispatchRoom } from './dispatch-room.ts';
import type { Dispatcher } from './dispatcher.ts';
import { guardedPass } from './guarded-pass.ts';
import { heldByOthers } from './held-by-others.ts';
import { ceilings, type LedgerEntry, newEntry } from './ledger/entry.ts';
import { limit } from './limit.ts';
import { type LiveSession, liveSession } from './live-session.ts';
import { measured } from './measured.ts';
import type { Assignment, PartShares, Profile, SessionKey, TargetAnswer } from './port.ts';
import { reconcile, reconcileSoon, releasedIfOver } from './reading.ts';
import { reportsTo } from './reports.ts';
import { risesAfterFalls } from './rise-after-fall.ts';
import { slowRises } from './slow-rises.ts';
import { restoreSupplies, supplyMeasured } from './supply-meter.ts';
import { uuid } from './surroundings.ts';
import { settle, wish } from './wish.ts';

/** The dispatch room over a store and one way to the charging stations. */
export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const room = new DispatchRoom(options, guardedPass);
  room.target.listen?.(reportsTo(room));
  return {
    start: () => start(room),
    async execute(assignment) {
      if (room.closed) return;
      await room.activity.track(() =>
        assignment.shadow ? showOnly(room, assignment) : follow(room, assignment),
      );
    },
    begin: (key, contextId, maxPowerW, shares) => begin(room, key, contextId, maxPowerW, shares),
    measured: (key, powerW, atMs) => measured(room, key, powerW, atMs),
    supplyMeasured: (contextId, reading) => supplyMeasured(room, contextId, reading),
    limit: (contextId, limits) => limit(room, contextId, limits),
    end: (key) => end(room, key),
    wish: (key, profile) => wish(room, key, profile),
    reconcile: (peerId) => room.activity.track(() => reconcile(room, peerId)),
    sessions(contextId) {
      const nowMs = room.clock.now();
      const wanted = contextId === undefined ? room.sessions.all() : room.sessionsOf(contextId);
      return wanted.map((session) => ({
        key: session.entry.key,
        contextId: session.entry.contextId,
        ceilingW: ceilings(room.entryOf(session), [nowMs])[0]!,
        uncontrolled: session.entry.uncontrolled,
        inFlight: session.inFlight !== undefined,
        reachable: room.reachable(session, nowMs),
      }));
    },
    heldByOthers: (contextId) => heldByOthers(room, contextId),
    held: (key) => certainlyHeld(room.find(key)?.entry),
    drawn: (key) => room.find(key)?.measured,
    async close() {
      room.closed = true;
      for (const { cancelWake, cancelGather, cancelRoom, cancelHold } of room.contexts.values()) {
        cancelWake?.();
        cancelGather?.();
        cancelRoom?.();
        cancelHold?.();
      }
      for (const cancel of room.cancelReconcile.values()) cancel();
      for (const base of room.bases.values()) base.cancelEnd();
      // What cannot be written any more was logged; the ledger as it is counts no station too low.
      await room.records.committed().catch(() => {});
    },
  };
}

/** Confirmed, and nothing newer on its way. */
function certainlyHeld(entry: LedgerEntry | undefined): Profile | undefined {
  return entry === undefined || entry.uncontrolled || entry.mayHold.length !== 1
    ? undefined
    : entry.mayHold[0]!.profile;
}

async function start(room: DispatchRoom): Promise<void> {
  await restoreSupplies(room);
  const peers = new Set<string>();
  for (const entry of await room.records.load()) {
    room.sessions.add({ ...liveSession(entry), restoredMs: room.clock.now() });
    peers.add(entry.key.peerId);
  }
  for (const peerId of peers) reconcileSoon(room, peerId);
}

async function follow(room: DispatchRoom, assignment: Assignment): Promise<void> {
  const { contextId, planId } = assignment;
  const context = room.contexts.get(contextId) ?? {
    assignment,
    ownBudget: assignment.budget,
    alarms: new ContextAlarms(contextId),
    open: true,
  };
  const before = room.contexts.get(contextId)?.assignment;
  context.assignment = assignment;
  context.ownBudget = assignment.budget;
  delete context.relief;
  context.cancelHold?.();
  delete context.cancelHold;
  room.contexts.set(contextId, context);
  const planned = new Set<LiveSession>();
  for (const { key, profile, maxPowerW, minPowerW = 0, shares } of assignment.sessions) {
    room.shadow.forget(key);
    let session = room.find(key);
    if (session === undefined) {
      session = liveSession(newEntry(key, contextId, maxPowerW, minPowerW));
      room.sessions.add(session);
    }
    room.sessions.move(session, contextId);
    session.entry = { ...session.entry, maxPowerW, minPowerW };
    session.planned = profile;
    session.planId = planId;
    if (shares === undefined) delete session.shares;
    else session.shares = shares;
    planned.add(session);
  }
  slowRises(room, context, before, [...planned]);
  const together = [...planned];
  const profiles = risesAfterFalls(
    together.map((session) => session.planned!),
    assignment.budget,
    room.clock.now(),
  );
  for (const [n, session] of together.entries()) session.planned = profiles[n]!;
  for (const session of planned) settle(session, room.clock.now());
  leaveOut(
    room,
    room.sessionsOf(contextId).filter((session) => !planned.has(session)),
  );
  await room.pass(contextId);
}

/** Sessions the newest plan does not know: nothing is sent to them, and those that are over give their share back. */
function leaveOut(room: DispatchRoom, sessions: readonly LiveSession[]): void {
  for (const session of sessions) {
    delete session.planned;
    settle(session, room.clock.now());
    void room.activity.track(async () => {
      if (await releasedIfOver(room, session)) room.passSoon(session.entry.contextId);
    });
  }
}

async function showOnly(room: DispatchRoom, assignment: Assignment): Promise<void> {
  const { contextId, planId } = assignment;
  // Nothing is sent in shadow mode, whoever wants it.
  for (const session of room.sessionsOf(contextId)) delete session.wish;
  leaveOut(room, room.sessionsOf(contextId));
  const intents = room.shadow.show(assignment, room.clock.now(), room.band(), room.random);
  if (intents.length === 0) return;
  await room.records.write({ intents });
  room.log.info(
    { contextId, planId },
    `Shadow mode: ${intents.length} charging profile(s) shown, nothing sent`,
  );
}

/** Recorded before the others are told: after a kill the newcomer still counts. */
async function begin(
  room: DispatchRoom,
  key: SessionKey,
  contextId: string,
  maxPowerW: number,
  shares?: PartShares,
): Promise<void> {
  if (room.closed || room.find(key) !== undefined) return;
  const session = liveSession(newEntry(key, contextId, maxPowerW, 0));
  if (shares !== undefined) session.shares = shares;
  room.sessions.add(session);
  await room.records.write({ entries: [session.entry] });
  await room.activity.track(() => room.pass(contextId));
}

async function end(room: DispatchRoom, key: SessionKey): Promise<void> {
  room.shadow.forget(key);
  const session = room.find(key);
  if (session === undefined) return;
  room.sessions.delete(key);
  const { contextId, mayHold } = session.entry;
  const recorded = room.records.write({
    gone: [key],
    ...(session.inFlight === undefined
      ? {}
      : { outcomes: [{ reference: session.inFlight, state: 'ENDED' }] }),
  });
  room.passSoon(contextId);
  if (mayHold.length > 0 && !room.peersDown.has(key.peerId) && !room.closed) {
    void room.activity.track(() => clear(room, key, contextId));
  }
  await recorded;
}

async function clear(room: DispatchRoom, key: SessionKey, contextId: string): Promise<void> {
  let answer: TargetAnswer;
  try {
    answer = await room.target.clearProfile(key, uuid(room.random));
  } catch (error) {
    answer = { result: 'UNKNOWN', detail: error instanceof Error ? error.message : String(error) };
    room.log.error({ ...key, error }, 'Defect: a target threw instead of answering');
  }
  const text = `Session ${key.sessionId} ended; its profile was cleared: ${answer.result}.`;
  room.log.info({ ...key, contextId }, text);
  void room.records.write({
    events: [{ atMs: room.clock.now(), level: 'info', code: 'profile-cleared', contextId, key, text }],
  });
}
