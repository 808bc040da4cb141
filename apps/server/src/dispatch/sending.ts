import type { DispatchRoom } from './dispatch-room.ts';
import { judgeFailure } from './failure.ts';
import type { Send } from './guard/decision.ts';
import { accepted, rejected, sending } from './ledger/entry.ts';
import { confirmedBy, type LiveSession, recovered } from './live-session.ts';
import type { TargetAnswer } from './port.ts';
import { readInForce } from './reading.ts';
import type { DispatchEvent, Intent } from './records.ts';
import { uuid } from './surroundings.ts';
import { inWords } from './words.ts';

interface Leaving {
  readonly session: LiveSession;
  readonly intent: Intent;
}

/** While the first stations answer, what leaves for the next ones is recorded. */
const AT_ONCE = 100;

/** Records what is about to leave, then lets it leave: after a kill the restart knows what may be out there. */
export async function sendAll(
  room: DispatchRoom,
  contextId: string,
  sends: readonly Send[],
  nowMs: number,
): Promise<void> {
  const leaving = sends.map((send) => prepare(room, contextId, send, nowMs));
  for (let from = 0; from < leaving.length; from += AT_ONCE) {
    // Who ended meanwhile has no place in the record any more.
    const portion = leaving.slice(from, from + AT_ONCE).filter(({ session }) => room.isLive(session));
    if (room.closed) return;
    try {
      await room.records.write({
        intents: portion.map(({ intent }) => intent),
        entries: portion.map(({ session }) => session.entry),
      });
    } catch {
      takeBack(room, contextId, leaving.slice(from), nowMs);
      return;
    }
    for (const each of portion) {
      if (room.isLive(each.session)) void room.activity.track(() => send(room, each));
    }
  }
  const shown = leaving
    .slice(0, 3)
    .map(({ intent: { key, profile } }) => `${key.sessionId} ${inWords(profile, nowMs)}`);
  const more = leaving.length > shown.length ? '; ...' : '';
  room.log.info(
    { contextId, planId: leaving[0]?.intent.planId, profiles: leaving.length },
    `Sent ${leaving.length} charging profile(s): ${shown.join('; ')}${more}`,
  );
}

/** From here on the ledger counts the new profile beside what is held, whether it ever arrives or not. */
function prepare(room: DispatchRoom, contextId: string, send: Send, nowMs: number): Leaving {
  const session = room.find(send.key)!;
  const reference = uuid(room.random);
  session.inFlight = reference;
  delete session.carried;
  if (!send.partial && session.desired !== undefined) session.carried = session.desired;
  session.entry = sending(session.entry, { reference, profile: send.profile });
  const { key, profile, reason } = send;
  const planId = session.planId ?? '';
  return {
    session,
    intent: { reference, planId, contextId, key, state: 'SENT', reason, profile, sentMs: nowMs },
  };
}

/** Not recorded, so not sent; tried again after the pause. */
function takeBack(room: DispatchRoom, contextId: string, leaving: readonly Leaving[], nowMs: number): void {
  for (const { session, intent } of leaving) {
    session.entry = rejected(session.entry, intent.reference);
    delete session.inFlight;
    session.notBeforeMs = nowMs + room.policy.pauseMs;
  }
  room.clock.after(room.policy.pauseMs, () => room.passSoon(contextId));
}

async function send(room: DispatchRoom, { session, intent }: Leaving): Promise<void> {
  session.notBeforeMs = room.clock.now() + room.pauseMs(session);
  let answer: TargetAnswer;
  try {
    answer = await room.target.setProfile(intent.key, intent.profile, intent.reference);
  } catch (error) {
    answer = { result: 'UNKNOWN', detail: error instanceof Error ? error.message : String(error) };
    room.log.error({ reference: intent.reference, error }, 'Defect: a target threw instead of answering');
  }
  await answered(room, { session, intent }, answer);
}

async function answered(
  room: DispatchRoom,
  { session, intent }: Leaving,
  answer: TargetAnswer,
): Promise<void> {
  const { key, contextId, reference } = intent;
  if (session.inFlight !== reference) return;
  let confirmed = answer.result === 'ACCEPTED';
  if (answer.result === 'ACCEPTED') {
    confirmedBy(session, accepted(session.entry, reference, answer), room.clock.now());
  } else if (answer.result === 'UNKNOWN') {
    // One attempt, then one look at what is in force (X40). It may show the new profile, the old one, or nothing.
    confirmed = await readInForce(room, session);
  } else {
    session.entry = rejected(session.entry, reference);
  }
  if (!room.isLive(session)) return;
  delete session.inFlight;
  const nowMs = room.clock.now();
  let events: DispatchEvent[] = [];
  if (confirmed) session.confirmedMs = nowMs;
  if (confirmed) recovered(session);
  else events = failed(room, session, intent, answer, nowMs);
  const detail = 'detail' in answer ? `${answer.result}: ${answer.detail}` : undefined;
  room.log[confirmed ? 'info' : 'warn'](
    { peerId: key.peerId, sessionId: key.sessionId, contextId, reference },
    `Profile of session ${key.sessionId} ${confirmed ? 'accepted' : `not in force: ${detail}`}`,
  );
  const state = confirmed ? 'ACCEPTED' : answer.result === 'UNKNOWN' ? 'UNKNOWN' : 'REJECTED';
  void room.records.write({
    outcomes: [{ reference, state, answeredMs: nowMs, ...(detail === undefined ? {} : { detail }) }],
    entries: [session.entry],
    events,
  });
  room.feedback({ kind: 'answer', key, contextId, answer: confirmed ? { result: 'ACCEPTED' } : answer });
  if (confirmed) room.passIfNeeded(session);
  else room.passSoon(contextId);
}

function failed(
  room: DispatchRoom,
  session: LiveSession,
  intent: Intent,
  answer: TargetAnswer,
  nowMs: number,
): DispatchEvent[] {
  session.failures += 1;
  const { unreachableUntilMs, event } = judgeFailure(session, intent, answer, nowMs, room.policy);
  session.unreachableUntilMs = unreachableUntilMs;
  return event === undefined ? [] : [event];
}
