import type { Profile, SessionKey } from './port.ts';
import { MAX_VALIDITY_MS, mergePeriods } from './power.ts';

/** One session of a plan, in the plan's own slots. */
export interface PlannedSession {
  readonly key: SessionKey;
  /** W per slot of the plan, charging positive, discharging negative; as many as there are slots. */
  readonly powerW: readonly number[];
  readonly maxPowerW: number;
  /** Least power at which the EV charges (6 A per phase); default 0. */
  readonly minPowerW?: number;
  /**
   * Up to here the plan knows what the session should do: the announced or learned departure. Default: the end of the plan.
   * A car that is still there afterwards goes on charging with a fair share, it is never stopped at the announced time.
   */
  readonly plannedUntilMs?: number;
}

export interface PlannedSlots {
  readonly nowMs: number;
  /** Ascending and without gaps; slot 0 contains `nowMs`. */
  readonly slots: readonly { readonly startMs: number; readonly endMs: number }[];
  /** W all sessions together may draw, per slot; null = no limit. */
  readonly budgetW: readonly (number | null)[];
  readonly sessions: readonly PlannedSession[];
  /** How long the profiles are valid; capped at 24 h, the default. */
  readonly validityMs?: number;
}

/**
 * A plan in the words of a target: one canonical profile per session, from now on, rounded down to whole W, equal neighbours
 * merged, valid for at most 24 h. What follows a session's planned time is its fair share of what the others leave of the
 * budget, never "unlimited" (security.md 8: no unlimited last period). The sum never exceeds a budget that the plan keeps.
 */
export function shapeProfiles(planned: PlannedSlots): { key: SessionKey; profile: Profile }[] {
  const startMs = Math.floor(planned.nowMs / 1000) * 1000;
  const endMs = startMs + Math.min(planned.validityMs ?? MAX_VALIDITY_MS, MAX_VALIDITY_MS);
  const columns = instants(planned, startMs, endMs);
  const periods = planned.sessions.map(() => [] as { startMs: number; powerW: number }[]);
  for (const atMs of columns) {
    const powers = column(planned, atMs);
    for (const [s, powerW] of powers.entries()) periods[s]!.push({ startMs: atMs, powerW });
  }
  return planned.sessions.map((session, s) => ({
    key: session.key,
    profile: { startMs, endMs, periods: mergePeriods(periods[s]!) },
  }));
}

/** Every instant at which some session's power may change: slot starts and ends of planned time, in whole seconds. */
function instants(planned: PlannedSlots, startMs: number, endMs: number): number[] {
  const all = new Set<number>([startMs]);
  for (const slot of planned.slots) {
    all.add(slot.startMs);
    all.add(slot.endMs);
  }
  for (const session of planned.sessions) {
    if (session.plannedUntilMs !== undefined) all.add(Math.floor(session.plannedUntilMs / 1000) * 1000);
  }
  return [...all].filter((ms) => ms >= startMs && ms < endMs).sort((a, b) => a - b);
}

function column(planned: PlannedSlots, atMs: number): number[] {
  const slot = slotAt(planned, atMs);
  const beyond = slot === undefined;
  const budgetW = (beyond ? planned.budgetW.at(-1) : planned.budgetW[slot]) ?? Number.POSITIVE_INFINITY;
  let leftW = budgetW;
  const waiting: number[] = [];
  const powers = planned.sessions.map((session, s) => {
    if (beyond || atMs >= Math.floor((session.plannedUntilMs ?? Infinity) / 1000) * 1000) {
      waiting.push(s);
      return 0;
    }
    const powerW = Math.trunc(session.powerW[slot] ?? 0) || 0;
    leftW -= Math.max(0, powerW);
    return powerW;
  });
  for (const [s, powerW] of fairShares(planned.sessions, waiting, leftW)) powers[s] = powerW;
  return powers;
}

function slotAt(planned: PlannedSlots, atMs: number): number | undefined {
  const first = planned.slots[0];
  if (first !== undefined && atMs < first.endMs) return 0;
  const found = planned.slots.findIndex((slot) => slot.startMs <= atMs && atMs < slot.endMs);
  return found < 0 ? undefined : found;
}

/** Equal shares up to each one's maximum; who would get less than its minimum gets 0 and leaves its share to the others. */
function fairShares(
  sessions: readonly PlannedSession[],
  waiting: readonly number[],
  leftW: number,
): Map<number, number> {
  const shares = new Map<number, number>();
  const byMaximum = [...waiting].sort((a, b) => sessions[a]!.maxPowerW - sessions[b]!.maxPowerW || a - b);
  let restW = Math.max(0, leftW);
  let rest = byMaximum.length;
  for (const s of byMaximum) {
    const { maxPowerW, minPowerW = 0 } = sessions[s]!;
    const shareW = Math.floor(Math.min(maxPowerW, restW / rest));
    const powerW = shareW >= minPowerW ? shareW : 0;
    shares.set(s, powerW);
    restW -= powerW;
    rest -= 1;
  }
  return shares;
}
