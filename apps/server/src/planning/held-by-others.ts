/** Sessions whose power somebody else decides: they draw what they hold, and the plan makes the best of the rest (D1.5-§2.3.1.1-MIX). */
import type { HeldByOthers, SessionKey } from '../dispatch/index.ts';
import type { SnapshotSession } from '../sites/index.ts';
import { chargingPower } from './charging-power.ts';
import { gridEnd, type SlotGrid, slotCeiling, slotStart } from './slot-grid.ts';

/** One such session on the grid of a plan. */
export interface HeldInPlan {
  /** Highest power it may draw in each slot, W; 0 from `freeFromMs` on. */
  readonly powerW: readonly number[];
  /** From here on the plan decides again; the end of the grid or later: not in this plan. */
  readonly freeFromMs: number;
}

const ANY = { minW: 0, maxW: Infinity, maxStayMs: Infinity };

function heldInPlan(
  { profile, untilMs }: Pick<HeldByOthers, 'profile' | 'untilMs'>,
  entry: SnapshotSession,
  grid: SlotGrid,
): HeldInPlan {
  const { maxChargeW } = chargingPower(entry, ANY, grid.nowMs);
  const freeFromMs = Math.min(slotCeiling(grid, untilMs), gridEnd(grid));
  const powerW = Array.from({ length: grid.slots }, (_, slot) => {
    const fromMs = Math.max(slotStart(grid, slot), grid.nowMs);
    const toMs = Math.min(slotStart(grid, slot + 1), freeFromMs);
    return fromMs < toMs ? Math.min(maxChargeW, highestW(profile, fromMs, toMs)) : 0;
  });
  return { powerW, freeFromMs };
}

/** Those of them that are among these sessions, by id. */
export function heldSessions(
  entries: readonly SnapshotSession[],
  held: readonly HeldByOthers[],
  grid: SlotGrid,
): ReadonlyMap<string, HeldInPlan> {
  const byId = new Map(held.map((each) => [nameOf(each.key), each]));
  const found = new Map<string, HeldInPlan>();
  for (const entry of entries) {
    const each = byId.get(nameOf(entry.session));
    if (each !== undefined) found.set(nameOf(entry.session), heldInPlan(each, entry, grid));
  }
  return found;
}

const nameOf = ({ peerId, sessionId }: SessionKey): string => `${peerId}/${sessionId}`;

/** A profile that begins this much later than a plan says nothing of its first moments and is not asked about them, ms. */
const MOMENT_MS = 60_000;

/** Highest power of a profile in a stretch of time, W; before it begins nothing is known and the physical maximum counts. */
function highestW(
  { startMs, endMs, periods }: HeldByOthers['profile'],
  fromMs: number,
  toMs: number,
): number {
  if (fromMs + MOMENT_MS < startMs || periods.length === 0) return Number.POSITIVE_INFINITY;
  let highest = 0;
  for (const [n, { startMs: beginsMs, powerW }] of periods.entries()) {
    const endsMs = periods[n + 1]?.startMs ?? endMs;
    if (beginsMs < toMs && endsMs > fromMs) highest = Math.max(highest, powerW);
  }
  return highest;
}

/** What all of them draw together, W per slot. */
export function sumOf(held: Iterable<HeldInPlan>, slots: number): number[] {
  const sum = new Array<number>(slots).fill(0);
  for (const { powerW } of held) for (const [slot, w] of powerW.entries()) sum[slot]! += w;
  return sum;
}

/** The session as it will be when it is free again: it has charged by then. */
export function whenFree(entry: SnapshotSession, { powerW }: HeldInPlan, grid: SlotGrid): SnapshotSession {
  const hours = (slot: number) =>
    (slotStart(grid, slot + 1) - Math.max(slotStart(grid, slot), grid.nowMs)) / 3_600_000;
  const chargedWh = powerW.reduce((sum, w, slot) => sum + w * hours(slot), 0);
  return { ...entry, session: { ...entry.session, energyWh: entry.session.energyWh + chargedWh } };
}
