/** Sessions that do not follow their plan, because another party or a person gave them a profile: planning counts with what they hold. */
import type { DispatchRoom } from './dispatch-room.ts';
import { ceilings } from './ledger/entry.ts';
import type { LiveSession } from './live-session.ts';
import type { HeldByOthers, Profile } from './port.ts';
import { MAX_VALIDITY_MS, mergePeriods } from './power.ts';

export function heldByOthers(room: DispatchRoom, contextId: string): HeldByOthers[] {
  const nowMs = room.clock.now();
  return room.sessionsOf(contextId).flatMap((session) => {
    const { key } = session.entry;
    const { wish } = session;
    if (room.target.heldByHand?.(key) === true) {
      return [{ key, profile: countedFor(room, session, nowMs), untilMs: Number.POSITIVE_INFINITY }];
    }
    if (wish === undefined || wish.endMs <= nowMs) return [];
    return [{ key, profile: wish, untilMs: wish.endMs }];
  });
}

/** What the ledger counts a session with, from now on. */
function countedFor(room: DispatchRoom, session: LiveSession, nowMs: number): Profile {
  const entry = room.entryOf(session);
  const endMs = nowMs + MAX_VALIDITY_MS;
  const profiles = [
    ...entry.mayHold.map(({ profile }) => profile),
    ...(entry.observed ? [entry.observed] : []),
  ];
  const changesMs = profiles.flatMap((profile) => [
    profile.endMs,
    ...profile.periods.map(({ startMs }) => startMs),
  ]);
  const gridMs = [...new Set([nowMs, ...changesMs])]
    .filter((ms) => ms >= nowMs && ms < endMs)
    .sort((a, b) => a - b);
  const powers = ceilings(entry, gridMs);
  return {
    startMs: nowMs,
    endMs,
    periods: mergePeriods(gridMs.map((startMs, i) => ({ startMs, powerW: powers[i]! }))),
  };
}

/** Planning is told when somebody takes a session out of its hands, changes what it holds, or gives it back. */
export function tellPlanning(room: DispatchRoom, sessions: readonly LiveSession[]): void {
  for (const session of sessions) {
    const { key, contextId } = session.entry;
    const isHeld = room.target.heldByHand?.(key) === true;
    if (isHeld || session.wasHeldByHand === true) room.feedback({ kind: 'held-by-others', key, contextId });
    if (isHeld) session.wasHeldByHand = true;
    else delete session.wasHeldByHand;
  }
}
