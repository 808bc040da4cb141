/** What somebody else wants of a session instead of its plan; the guard cuts it as it cuts plans, and planning leaves the session alone. */
import { type Claim, winner } from './arbitration.ts';
import type { DispatchRoom } from './dispatch-room.ts';
import type { LiveSession } from './live-session.ts';
import type { Profile, SessionKey } from './port.ts';
import { MAX_VALIDITY_MS } from './power.ts';

/** From now on the session shall follow its wish while that holds, else its plan. */
export function settle(session: LiveSession, nowMs: number): void {
  if (session.wish !== undefined && session.wish.endMs <= nowMs) delete session.wish;
  const { wish, planned } = session;
  const claims: (Claim & { readonly profile: Profile })[] = [];
  if (planned !== undefined) claims.push({ actor: 'cpo', profile: planned });
  if (wish !== undefined) {
    const endMs = Math.min(wish.endMs, Math.floor(nowMs / 1000) * 1000 + MAX_VALIDITY_MS);
    claims.push({ actor: 'scsp', profile: { ...wish, endMs } });
  }
  const desired = winner(claims)?.profile;
  if (desired === undefined) delete session.desired;
  else session.desired = desired;
}

/** A wish that ended gives way to the plan at the next pass. */
export function endWish(session: LiveSession, nowMs: number): void {
  if (session.wish !== undefined && session.wish.endMs <= nowMs) settle(session, nowMs);
}

/** Resolves when what may leave at once has left; false: no such session. */
export async function wish(
  room: DispatchRoom,
  key: SessionKey,
  profile: Profile | undefined,
): Promise<boolean> {
  const session = room.find(key);
  if (session === undefined || room.closed) return false;
  if (profile === undefined) delete session.wish;
  else session.wish = profile;
  const nowMs = room.clock.now();
  settle(session, nowMs);
  const { contextId } = session.entry;
  room.feedback({ kind: 'held-by-others', key, contextId });
  if (profile !== undefined && profile.endMs - nowMs <= MAX_VALIDITY_MS) {
    room.clock.after(profile.endMs - nowMs, () => room.passSoon(contextId));
  }
  await room.activity.track(() => room.pass(contextId));
  return true;
}
