/**
 * What is left when a limit that is in force now cannot be kept by profiles, because stations refuse them or do not answer, twice: their
 * charging is ended, and an EVSE where even that fails is taken out of service (security.md 8 F9). The guard has lowered all others by then.
 */
import type { DispatchRoom } from './dispatch-room.ts';
import type { Overload } from './guard/decision.ts';
import { ceilings } from './ledger/entry.ts';
import type { LiveSession } from './live-session.ts';
import type { TargetAnswer } from './port.ts';
import { powerAt } from './power.ts';
import { kilowatts } from './words.ts';

/** The first attempt and its repetition. */
const ATTEMPTS = 2;
/** A station that agreed to end a session has so long to do it. */
const END_MS = 60_000;

/** Takes the next step with as few sessions as the excess needs. */
export function lastResort(room: DispatchRoom, contextId: string, overload: Overload, nowMs: number): void {
  if (overload.fromMs > nowMs) return;
  const because = overload.because.flatMap((key) => room.find(key) ?? []);
  const ending = because.filter(({ relief }) => relief === 'ending');
  let excessW = overload.excessW - ending.reduce((sum, session) => sum + ceilingOf(session, nowMs), 0);
  for (const session of weakestFirst(because, nowMs)) {
    if (excessW <= 0) return;
    if (!mayBeEnded(room, session)) continue;
    excessW -= ceilingOf(session, nowMs);
    session.relief = 'ending';
    void room.activity.track(() => endCharging(room, contextId, session));
  }
}

function mayBeEnded(room: DispatchRoom, { entry, failures, relief }: LiveSession): boolean {
  const { target } = room;
  return (
    target.stop !== undefined &&
    relief === undefined &&
    failures >= ATTEMPTS &&
    (target.reachable?.(entry.key) ?? true)
  );
}

/** To whom the plan gives least has the weakest claim. */
function weakestFirst(sessions: readonly LiveSession[], nowMs: number): LiveSession[] {
  const plannedW = ({ desired }: LiveSession) => (desired && powerAt(desired, nowMs)) ?? 0;
  return [...sessions].sort((a, b) => plannedW(a) - plannedW(b) || ceilingOf(b, nowMs) - ceilingOf(a, nowMs));
}

const ceilingOf = ({ entry }: LiveSession, nowMs: number) => ceilings(entry, [nowMs])[0] ?? 0;

async function endCharging(room: DispatchRoom, contextId: string, session: LiveSession): Promise<void> {
  const { key } = session.entry;
  const answer = await asked(room, () => room.target.stop?.(key));
  tell(
    room,
    contextId,
    session,
    'charging-ended',
    answer,
    `Session ${key.sessionId} refused a lower profile twice while the limit is exceeded by it; its charging is ended`,
  );
  if (answer.result !== 'ACCEPTED') return takeOut(room, contextId, session);
  room.clock.after(END_MS, () => {
    if (room.isLive(session) && !room.closed)
      void room.activity.track(() => takeOut(room, contextId, session));
  });
}

async function takeOut(room: DispatchRoom, contextId: string, session: LiveSession): Promise<void> {
  session.relief = 'out-of-service';
  const { key } = session.entry;
  const answer = await asked(room, () => room.target.takeOutOfService?.(key));
  const text = `The charging of session ${key.sessionId} (${kilowatts(ceilingOf(session, room.clock.now()))}) could not be ended; its EVSE is taken out of service and a person must go there`;
  tell(room, contextId, session, 'out-of-service', answer, text);
}

async function asked(
  room: DispatchRoom,
  ask: () => Promise<TargetAnswer> | undefined,
): Promise<TargetAnswer> {
  try {
    return (await ask()) ?? { result: 'NOT_SUPPORTED', detail: 'there is no way to do it' };
  } catch (error) {
    room.log.error({ error }, 'Defect: a target threw instead of answering');
    return { result: 'UNKNOWN', detail: String(error) };
  }
}

function tell(
  room: DispatchRoom,
  contextId: string,
  { entry: { key } }: LiveSession,
  code: string,
  answer: TargetAnswer,
  what: string,
): void {
  const text = `${what}: ${'detail' in answer ? `${answer.result}, ${answer.detail}` : 'accepted'}.`;
  room.log.error({ ...key, contextId }, text);
  void room.records.write({
    events: [{ atMs: room.clock.now(), level: 'alarm', code, contextId, key, text }],
  });
}
