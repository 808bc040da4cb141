import type { ContextInDispatch, DispatchRoom } from './dispatch-room.ts';
import { decide } from './guard/decide.ts';
import type { Decision } from './guard/decision.ts';
import { lastResort } from './last-resort.ts';
import type { LiveSession } from './live-session.ts';
import { relieved, takenW } from './measured.ts';
import { partsWithoutOverdraw } from './overdraw.ts';
import { sendAll } from './sending.ts';
import { endWish } from './wish.ts';

/** One pass of the guard over a context: what may leave now leaves, what must wait gets a timer, what people must know is told. */
export async function guardedPass(room: DispatchRoom, contextId: string): Promise<void> {
  const context = room.contexts.get(contextId);
  if (context === undefined || room.closed) return;
  const nowMs = room.clock.now();
  const sessions = room.sessionsOf(contextId);
  for (const session of sessions) endWish(session, nowMs);
  const { planId, parts } = context.assignment;
  const budget = relieved(room, context, nowMs);
  const decision = decide(
    sessions.map((session) => ({
      entry: room.entryOf(session),
      ...(session.desired === undefined ? {} : { desired: session.desired }),
      inFlight: session.inFlight !== undefined,
      reachable: room.reachable(session, nowMs),
      notBeforeMs: session.notBeforeMs,
      ...(session.shares === undefined ? {} : { shares: session.shares }),
      ...(session.falling === undefined || session.falling.untilMs <= nowMs
        ? {}
        : { falling: session.falling }),
    })),
    budget,
    nowMs,
    room.band(),
    partsWithoutOverdraw(parts ?? [], sessions),
  );
  context.cancelGather?.();
  delete context.cancelGather;
  context.leftInFlight =
    sessions.filter(({ inFlight }) => inFlight !== undefined).length + decision.sends.length;
  context.open = decision.waiting.length > 0 || decision.overload !== undefined;
  wakeLater(room, context, sessions, decision, nowMs);
  // Profiles that others asked for stand in no plan.
  const isPlansOwn = sessions.every(({ wish }) => wish === undefined);
  const overPlannedW = isPlansOwn ? decision.overPlannedW - takenW(context.ownBudget, budget) : 0;
  const events = context.alarms.judge(planId, decision.overload, overPlannedW, nowMs);
  if (events.length > 0) void room.records.write({ events });
  for (const { level, text } of events) {
    room.log[level === 'alarm' ? 'error' : 'info']({ contextId, planId }, text);
  }
  if (decision.overload !== undefined) lastResort(room, contextId, decision.overload, nowMs);
  if (decision.sends.length > 0) await sendAll(room, contextId, decision.sends, nowMs);
}

/** The next pass when the pause between two messages is over, or a session that failed may be tried again. */
function wakeLater(
  room: DispatchRoom,
  context: ContextInDispatch,
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
  const { contextId } = context.assignment;
  context.cancelWake = room.clock.after(Math.min(...wakes) - nowMs, () => room.passSoon(contextId));
}
