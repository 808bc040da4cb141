import type { DispatchRoom } from './dispatch-room.ts';
import { tellPlanning } from './held-by-others.ts';
import { accepted, explains, observedActive, rejected } from './ledger/entry.ts';
import { recovered } from './live-session.ts';
import type { Profile, SessionKey, TargetAnswer, TargetEvents } from './port.ts';
import { reconcileSessions, reconcileSoon } from './reading.ts';

/** Takes what the target reports by itself. */
export function reportsTo(room: DispatchRoom): TargetEvents {
  return {
    answered: (peerId, reference, answer) => late(room, peerId, reference, answer),
    active: (key, profile) => active(room, key, profile),
    peerDown: (peerId) => peerDown(room, peerId),
    peerUp: (peerId) => peerUp(room, peerId),
    reachability: (keys, reachable) => reachability(room, keys, reachable),
    async committed() {
      // What was just reported reaches the record within this turn of the event loop.
      await new Promise((resolve) => setImmediate(resolve));
      await room.records.committed();
    },
  };
}

async function late(
  room: DispatchRoom,
  peerId: string,
  reference: string,
  answer: TargetAnswer,
): Promise<boolean> {
  const session = room
    .sessionsOfPeer(peerId)
    .find(({ entry }) => entry.mayHold.some((held) => held.reference === reference));
  if (session === undefined) return false;
  const { sessionId } = session.entry.key;
  if (session.inFlight === reference) return true;
  if (answer.result === 'ACCEPTED') {
    session.entry = accepted(session.entry, reference, answer);
    recovered(session);
  } else if (answer.result !== 'UNKNOWN') {
    session.entry = rejected(session.entry, reference);
  }
  room.log.info({ peerId, sessionId, reference }, `Late answer for session ${sessionId}: ${answer.result}`);
  const refused = answer.result === 'UNKNOWN' ? 'UNKNOWN' : 'REJECTED';
  const state = answer.result === 'ACCEPTED' ? 'ACCEPTED' : refused;
  const recorded = room.records.write({
    outcomes: [{ reference, state, answeredMs: room.clock.now() }],
    entries: [session.entry],
  });
  room.passSoon(session.entry.contextId);
  await recorded;
  return true;
}

async function active(room: DispatchRoom, key: SessionKey, profile: Profile): Promise<void> {
  const session = room.find(key);
  if (session === undefined) return;
  const nowMs = room.clock.now();
  const newest = session.entry.mayHold.at(-1);
  const same = session.entry.mayHold.filter((held) =>
    explains(session.entry, held.profile, profile, nowMs, true),
  );
  const applied = newest !== undefined && same.length === 1 && same[0] === newest;
  // While an answer is awaited a report may be older than the message: then it only raises what is counted.
  if (applied && session.inFlight === undefined) {
    session.entry = accepted(session.entry, newest.reference);
    recovered(session);
  }
  session.entry = observedActive(session.entry, profile);
  const recorded = room.records.write({
    entries: [session.entry],
    ...(applied && session.inFlight !== newest.reference
      ? { outcomes: [{ reference: newest.reference, state: 'APPLIED', appliedMs: nowMs }] }
      : {}),
  });
  room.feedback({ kind: 'active', key, profile });
  tellPlanning(room, [session]);
  if (applied) room.passIfNeeded(session);
  else room.passSoon(session.entry.contextId);
  await recorded;
}

function reachability(room: DispatchRoom, keys: readonly SessionKey[], reachable: boolean): void {
  const sessions = keys.flatMap((key) => room.find(key) ?? []);
  if (sessions.length === 0 || room.closed) return;
  if (reachable) {
    for (const session of sessions) session.restoredMs = room.clock.now();
    void room.activity.track(async () => {
      await reconcileSessions(room, sessions);
      tellPlanning(room, sessions);
    });
    return;
  }
  tellPlanning(room, sessions);
  for (const contextId of new Set(sessions.map(({ entry }) => entry.contextId))) room.passSoon(contextId);
}

function peerDown(room: DispatchRoom, peerId: string): void {
  if (room.peersDown.has(peerId)) return;
  room.peersDown.add(peerId);
  room.cancelReconcile.get(peerId)?.();
  const text = `Peer ${peerId} does not answer; its sessions keep what they accepted until it ends and count with that.`;
  room.log.warn({ peerId }, text);
  void room.records.write({
    events: [{ atMs: room.clock.now(), level: 'alarm', code: 'peer-down', peerId, text }],
  });
  room.feedback({ kind: 'peer-down', peerId });
  const contexts = new Set(room.sessionsOfPeer(peerId).map(({ entry }) => entry.contextId));
  for (const contextId of contexts) room.passSoon(contextId);
}

function peerUp(room: DispatchRoom, peerId: string): void {
  if (!room.peersDown.delete(peerId)) return;
  const text = `Peer ${peerId} answers again; what is in force is read, nothing is replayed.`;
  room.log.info({ peerId }, text);
  void room.records.write({
    events: [{ atMs: room.clock.now(), level: 'info', code: 'peer-up', peerId, text }],
  });
  for (const session of room.sessionsOfPeer(peerId)) session.restoredMs = room.clock.now();
  room.feedback({ kind: 'peer-up', peerId });
  reconcileSoon(room, peerId);
}
