/**
 * The loop below the plan: what the meters of all sessions of a context show together is held against its budget with every reading. Cars
 * may stand some per cent above what they are offered, and nobody planned that.
 */
import type { ContextInDispatch, DispatchRoom } from './dispatch-room.ts';
import { ceilings } from './ledger/entry.ts';
import type { LiveSession } from './live-session.ts';
import { learnOverdraw, withoutOverdraw } from './overdraw.ts';
import type { Budget, SessionKey } from './port.ts';
import { powerAt } from './power.ts';
import { fresh, presentAt, withMeasuredBase } from './supply-meter.ts';

/** A car and its meter need this long to follow a new limit (IEC 61851-1 Annex A), ms. */
const SETTLE_MS = 15_000;
/** An older reading says nothing of now, ms. */
const FRESH_MS = 120_000;
/** What several readings say of the room between cars comes into force together, ms. */
const GATHER_MS = 1_000;
/** Meters err by half a per cent; less than this is no excess, W. */
const METER_ERROR = 0.005;
const NOISE_W = 100;

/**
 * Hears one reading. Who draws more than its limit has that left free from now on; where the sum is above the present budget even so, that is
 * lower by the excess until the next plan.
 */
export async function measured(
  room: DispatchRoom,
  key: SessionKey,
  powerW: number,
  atMs: number,
): Promise<void> {
  const session = room.find(key);
  if (session === undefined || room.closed) return;
  session.measured = { powerW, atMs };
  const { contextId } = session.entry;
  const context = room.contexts.get(contextId);
  if (context === undefined) return;
  const nowMs = room.clock.now();
  const own = settled(room, session, nowMs);
  if (own !== undefined && learnOverdraw(session, powerW, own.limitW)) {
    // Meters of a site are read in the same second: each is judged by the limit it was read under.
    context.cancelRoom ??= room.clock.after(GATHER_MS, () => {
      delete context.cancelRoom;
      room.passSoon(contextId);
    });
  }
  const limitW = budgetAt(withMeasuredBase(context.assignment.budget, fresh(room, contextId), nowMs), nowMs);
  if (limitW === null) return;
  const sumW = room.sessionsOf(contextId).reduce((sum, each) => sum + drawn(room, each, nowMs), 0);
  const excessW = Math.ceil(sumW - limitW);
  if (excessW <= limitW * METER_ERROR + NOISE_W) return;
  // Until cars and meters followed the last cut they show the same excess again.
  if (nowMs - (context.relief?.atMs ?? -Infinity) < SETTLE_MS * 2) return;
  context.relief = { powerW: Math.min(limitW, (context.relief?.powerW ?? 0) + excessW), atMs: nowMs };
  room.log.warn(
    { contextId, excessW },
    `The cars draw ${(sumW / 1000).toFixed(1)} kW together where ${(limitW / 1000).toFixed(1)} kW are allowed: all are lowered until the next plan.`,
  );
  await room.activity.track(() => room.pass(contextId));
}

/**
 * What a session draws by its meter; where its limit has changed since, or commands leave room for what it draws too much, no more than it
 * may. That room is left for the limit it shall get: a station that keeps a higher one, because it refuses or is silent, draws more beside it.
 */
function drawn(room: DispatchRoom, session: LiveSession, nowMs: number): number {
  const { measured: reading, overdraw, desired } = session;
  if (reading === undefined || nowMs - reading.atMs > FRESH_MS) return 0;
  const nowW = ceilings(room.entryOf(session), [nowMs])[0]!;
  const leftForW = desired === undefined ? (overdraw?.limitW ?? 0) : (powerAt(desired, nowMs) ?? 0);
  const isLeft = overdraw !== undefined && leftForW >= nowW;
  const isTold = settled(room, session, nowMs) !== undefined && !isLeft;
  return Math.max(0, isTold ? reading.powerW : Math.min(reading.powerW, nowW));
}

/** The limit that its last reading can be judged by; undefined where that has changed around it. */
function settled(
  room: DispatchRoom,
  session: LiveSession,
  nowMs: number,
): { readonly limitW: number } | undefined {
  const fromMs = (session.measured?.atMs ?? 0) - SETTLE_MS;
  const [before, now] = ceilings(room.entryOf(session), [fromMs, nowMs]) as unknown as [number, number];
  return (session.confirmedMs ?? 0) <= fromMs && before === now ? { limitW: now } : undefined;
}

const budgetAt = (budget: Budget, nowMs: number): number | null =>
  (budget.find(({ endMs }) => nowMs < endMs) ?? budget.at(-1))?.powerW ?? null;

/**
 * The budget of the plan with the base load as it is, without what cars are known to draw above their limits, and lower in the present
 * stretch by what all of them drew above it.
 */
export function relieved(room: DispatchRoom, context: ContextInDispatch, nowMs: number): Budget {
  const { assignment, relief } = context;
  const { contextId } = assignment;
  const withBase = withMeasuredBase(assignment.budget, fresh(room, contextId), nowMs);
  const budget = withoutOverdraw(withBase, room.sessionsOf(contextId));
  if (relief === undefined) return budget;
  const at = presentAt(budget, nowMs);
  return budget.map((stretch, n) =>
    n === at && stretch.powerW !== null
      ? { ...stretch, powerW: Math.max(0, stretch.powerW - relief.powerW) }
      : stretch,
  );
}

/** The most that meters and limits that fell took from the budget of the plan, W: the plan did not ask for too much. */
export function takenW(planned: Budget, left: Budget): number {
  const taken = planned.map(({ powerW }, n) => (powerW ?? 0) - (left[n]?.powerW ?? 0));
  return Math.max(0, ...taken);
}
