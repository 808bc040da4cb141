/**
 * The meter at the supply point in the loop below the plan. What it shows beyond the cars is the base load as it is; while the reading is
 * fresh that stands in the place of the forecast, in seconds and without a plan (security.md 7.1). A reading that is stale counts for
 * nothing: then the forecast holds again (security.md 8 F10).
 */
import type { ContextInDispatch, DispatchRoom } from './dispatch-room.ts';
import { ceilings } from './ledger/entry.ts';
import type { LiveSession } from './live-session.ts';
import type { Budget } from './port.ts';
import type { SupplyRecord } from './records.ts';
import { kilowatts } from './words.ts';

/** What the meter of a supply point showed. */
export interface SupplyReading {
  /** Net import, W; export is negative. */
  readonly powerW: number;
  readonly atMs: number;
  /** From here on it says nothing of now. */
  readonly untilMs: number;
}

/** The base load as it was measured last. */
export interface MeasuredBase {
  readonly powerW: number;
  readonly atMs: number;
  readonly untilMs: number;
  readonly cancelEnd: () => void;
}

/** A car and its meter need this long to follow a new limit (IEC 61851-1 Annex A), ms. */
const SETTLE_MS = 15_000;
/** An older reading of a car says nothing of now, ms. */
const FRESH_MS = 120_000;
/** Less is noise of meters, W. */
const FELT_W = 100;

/** Hears one reading of the meter at the supply point of a context. Readings may come before its first plan. */
export async function supplyMeasured(
  room: DispatchRoom,
  contextId: string,
  { powerW, atMs, untilMs }: SupplyReading,
): Promise<void> {
  const nowMs = room.clock.now();
  const known = fresh(room, contextId);
  if (room.closed || untilMs <= nowMs || (known !== undefined && atMs < known.atMs)) return;
  const cars = carsAt(room, contextId, Math.min(atMs, nowMs));
  // While cars still follow their last limits, the base load is at least what is left when each draws the most it may.
  const context = room.contexts.get(contextId);
  const before = known?.powerW ?? forecast(context, nowMs);
  const baseW = cars.isSettled ? powerW - cars.drawnW : Math.max(before, powerW - cars.mostW);
  const isFelt = known === undefined || Math.abs(known.powerW - baseW) > FELT_W;
  const heldW = isFelt ? baseW : known.powerW;
  hold(room, { contextId, powerW, baseW: heldW, atMs, untilMs });
  // Nobody waits for it: what is lost with the process is told again within the minute.
  void room.records.write({ supplies: [{ contextId, powerW, baseW: heldW, atMs, untilMs }] });
  if (context === undefined || context.assignment.shadow) return;
  const isDue = isFelt || isAbove(context, powerW, nowMs) || isNearBorder(context, nowMs, untilMs);
  if (isDue) await room.activity.track(() => room.pass(contextId));
}

/** After a restart: what the meters showed last counts on until it is stale, and people read how old it is. */
export async function restoreSupplies(room: DispatchRoom): Promise<void> {
  const nowMs = room.clock.now();
  for (const supply of await room.records.supplies()) {
    const { contextId, powerW, baseW, atMs, untilMs } = supply;
    // A clock that was set back must not make it count for longer than the meter meant.
    const isFresh = atMs <= nowMs && untilMs > nowMs;
    if (isFresh) hold(room, supply);
    const ageS = Math.max(0, Math.round((nowMs - atMs) / 1000));
    room.log.info(
      { contextId, powerW, baseW, ageS, isFresh },
      `The meter of the supply point showed ${kilowatts(powerW)} ${ageS} s ago, ${kilowatts(baseW)} of it beside the cars: ${isFresh ? 'it counts until it is stale' : 'too old, the forecast holds'}`,
    );
  }
}

function hold(room: DispatchRoom, { contextId, baseW, atMs, untilMs }: SupplyRecord): void {
  room.bases.get(contextId)?.cancelEnd();
  const cancelEnd = room.clock.after(untilMs - room.clock.now(), () => room.passSoon(contextId));
  room.bases.set(contextId, { powerW: baseW, atMs, untilMs, cancelEnd });
}

/** The base load where the last reading is fresh. */
export function fresh(room: DispatchRoom, contextId: string): MeasuredBase | undefined {
  const base = room.bases.get(contextId);
  return base !== undefined && base.untilMs > room.clock.now() ? base : undefined;
}

/**
 * The budget of the plan, in the present stretch with the base load as it is instead of the forecast. Whatever a meter says, cars never get
 * more than the limit of the supply point, or than the plan gave them. A stretch that begins while the reading is fresh gets no more than that
 * leaves, either: cars would rise at its first instant, before anybody has read the meter or planned again.
 */
export function withMeasuredBase(budget: Budget, base: MeasuredBase | undefined, nowMs: number): Budget {
  const at = presentAt(budget, nowMs);
  if (base === undefined || at < 0) return budget;
  return budget.map((stretch, n) => {
    const { startMs, powerW: plannedW, baseW: forecastW } = stretch;
    const isMeant = n === at || (n > at && startMs < base.untilMs);
    if (!isMeant || plannedW === null || forecastW === undefined) return stretch;
    const limitW = plannedW + forecastW;
    const mostW = n === at ? Math.max(limitW, plannedW) : plannedW;
    return { ...stretch, powerW: Math.max(0, Math.min(Math.floor(limitW - base.powerW), mostW)) };
  });
}

export const presentAt = (budget: Budget, nowMs: number): number =>
  budget.findIndex(({ endMs }) => nowMs < endMs);

const forecast = (context: ContextInDispatch | undefined, nowMs: number) =>
  context?.assignment.budget[presentAt(context.assignment.budget, nowMs)]?.baseW ?? Number.NEGATIVE_INFINITY;

function isAbove({ assignment: { budget } }: ContextInDispatch, powerW: number, nowMs: number): boolean {
  const present = budget[presentAt(budget, nowMs)];
  if (present?.powerW == null || present.baseW === undefined) return false;
  return powerW > present.powerW + present.baseW + FELT_W;
}

const isNearBorder = ({ assignment }: ContextInDispatch, nowMs: number, untilMs: number) =>
  assignment.budget.some(({ startMs }) => startMs > nowMs && startMs < untilMs);

interface Cars {
  /** What they draw by their meters; who has none draws what it may. */
  readonly drawnW: number;
  /** The most they may have drawn. */
  readonly mostW: number;
  /** None of them was given another limit just before. */
  readonly isSettled: boolean;
}

function carsAt(room: DispatchRoom, contextId: string, atMs: number): Cars {
  let drawnW = 0;
  let mostW = 0;
  let isSettled = true;
  for (const session of room.sessionsOf(contextId)) {
    const [before, now] = ceilings(room.entryOf(session), [atMs - SETTLE_MS, atMs]) as unknown as [
      number,
      number,
    ];
    const isSteady = before === now && isConfirmed(session, atMs - SETTLE_MS);
    const reading = session.measured;
    const isRead = reading !== undefined && atMs - reading.atMs <= FRESH_MS;
    // A reading from before the last limit shows what was drawn under the one before.
    const isNew = isRead && isConfirmed(session, reading.atMs - SETTLE_MS);
    isSettled &&= isSteady && (isNew || !isRead);
    drawnW += isRead ? reading.powerW : now;
    mostW += Math.max(before, now, isRead ? reading.powerW : 0);
  }
  return { drawnW, mostW, isSettled };
}

const isConfirmed = ({ confirmedMs = 0, inFlight }: LiveSession, atMs: number) =>
  inFlight === undefined && confirmedMs <= atMs;
