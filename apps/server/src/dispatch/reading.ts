import type { DispatchRoom } from './dispatch-room.ts';
import { confirmedByReading } from './ledger/entry.ts';
import { type LiveSession, recovered } from './live-session.ts';
import type { Profile } from './port.ts';
import { fraction } from './surroundings.ts';

const READ_WINDOW_S = 24 * 3_600;

/** Reads what is in force; true when that is the newest profile the session may hold. */
export async function readInForce(room: DispatchRoom, session: LiveSession): Promise<boolean> {
  const { key } = session.entry;
  const newest = session.entry.mayHold.at(-1)?.reference;
  let read: Profile | undefined;
  try {
    read = await room.target.readProfile(key, READ_WINDOW_S);
  } catch (error) {
    room.log.error({ ...key, error }, 'Defect: a target threw instead of answering');
  }
  if (read === undefined || !room.isLive(session)) return false;
  // An attempt that left meanwhile is not part of what was read.
  if (session.entry.mayHold.at(-1)?.reference !== newest) return false;
  const nowMs = room.clock.now();
  session.entry = confirmedByReading(session.entry, read, nowMs);
  const held = session.entry.mayHold;
  const confirmed = newest !== undefined && held.length === 1 && held[0]!.reference === newest;
  // While its answer is awaited the attempt gets its state from there.
  const applied = confirmed && session.inFlight !== newest;
  void room.records.write({
    entries: [session.entry],
    ...(applied ? { outcomes: [{ reference: newest, state: 'APPLIED', appliedMs: nowMs }] } : {}),
  });
  return confirmed;
}

/**
 * After an outage or a restart: sessions that are over are released, of all others the profile in force is read, and what differs
 * from the plan is sent. Nothing is replayed (X40).
 */
export function reconcile(room: DispatchRoom, peerId: string): Promise<void> {
  return reconcileSessions(room, room.sessionsOfPeer(peerId));
}

/** The same for some sessions only, e.g. those of a station that came back. */
export async function reconcileSessions(room: DispatchRoom, sessions: readonly LiveSession[]): Promise<void> {
  const contexts = new Set<string>();
  await Promise.all(
    sessions.map(async (session) => {
      contexts.add(session.entry.contextId);
      if (await releasedIfOver(room, session)) return;
      await readInForce(room, session);
      recovered(session);
    }),
  );
  for (const contextId of contexts) await room.pass(contextId);
}

/**
 * A session that is over has no share any more, whatever it may hold; true when it was released. Needed where nobody said so: it ended
 * while the process was away, or while a plan that still had it was on its way here.
 */
export async function releasedIfOver(room: DispatchRoom, session: LiveSession): Promise<boolean> {
  const { key } = session.entry;
  try {
    if ((await room.target.knows?.(key)) !== false || !room.isLive(session)) return false;
    room.sessions.delete(key);
    await room.records.write({ gone: [key] });
    return true;
  } catch (error) {
    room.log.error({ ...key, error }, 'It was not found out whether a session is over; it keeps its share');
    return false;
  }
}

/** The same a little later, so that not everybody asks at once. */
export function reconcileSoon(room: DispatchRoom, peerId: string): void {
  room.cancelReconcile.get(peerId)?.();
  const cancel = room.clock.after(fraction(room.random) * room.policy.reconcileJitterMs, () => {
    room.cancelReconcile.delete(peerId);
    if (room.closed || room.peersDown.has(peerId)) return;
    void room.activity.track(() => reconcile(room, peerId));
  });
  room.cancelReconcile.set(peerId, cancel);
}
