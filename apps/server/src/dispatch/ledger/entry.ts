import type { Profile, SessionKey } from '../port.ts';
import { sample } from '../power.ts';

/** A profile the station may be following; `reference` names the attempt that sent it. */
export interface Held {
  readonly reference: string;
  readonly profile: Profile;
  /** From here on the station was given less than the profile says: it is sent again before. */
  readonly exactUntilMs?: number;
}

/**
 * What one session may draw at most: the highest of every profile its station may hold. A profile that was sent and not answered
 * stands beside the older one, and after the end of a profile the station is back at its fallback: what it confirmed, else the maximum power
 * (security.md 8 F1: count the highest profile until its end, then the fallback; never 0).
 */
export interface LedgerEntry {
  readonly key: SessionKey;
  readonly contextId: string;
  readonly maxPowerW: number;
  readonly minPowerW: number;
  /** What the station keeps to where no profile of a plan holds, W; absent: nothing but its physical maximum is certain. */
  readonly fallbackW?: number;
  /** true while it is possible that no profile is in force. */
  readonly uncontrolled: boolean;
  readonly mayHold: readonly Held[];
  /** What the station itself reported last; counts inside its window only, because a reported limit may be lifted any time. */
  readonly observed?: Profile;
}

/** Two powers closer than this are the same limit: wires carry one decimal and targets convert units. */
const SAME_POWER_W = 1;

export function newEntry(
  key: SessionKey,
  contextId: string,
  maxPowerW: number,
  minPowerW: number,
): LedgerEntry {
  return { key, contextId, maxPowerW, minPowerW, uncontrolled: true, mayHold: [] };
}

/** Highest import the session may draw at every instant of the grid, W >= 0. Discharge is never relied upon: it counts as 0. */
export function ceilings(entry: LedgerEntry, gridMs: readonly number[]): Float64Array {
  const restW = Math.min(entry.fallbackW ?? entry.maxPowerW, entry.maxPowerW);
  const highest = new Float64Array(gridMs.length);
  if (entry.uncontrolled || entry.mayHold.length === 0) highest.fill(restW);
  for (const { profile } of entry.mayHold) raise(highest, sample(profile, gridMs, restW), entry.maxPowerW);
  if (entry.observed !== undefined) raise(highest, sample(entry.observed, gridMs, 0), entry.maxPowerW);
  return highest;
}

/** A limit above the physical maximum cannot be drawn. */
function raise(highest: Float64Array, powers: Float64Array, maxPowerW: number): void {
  for (let i = 0; i < powers.length; i += 1) {
    const powerW = powers[i]! < maxPowerW ? powers[i]! : maxPowerW;
    if (powerW > highest[i]!) highest[i] = powerW;
  }
}

/** Before anything leaves: from now on the station may hold this profile too. */
export function sending(entry: LedgerEntry, held: Held): LedgerEntry {
  return { ...entry, mayHold: [...entry.mayHold, held] };
}

/** The station confirmed: it holds this profile, or what it says it holds instead, and none that was sent before it. */
export function accepted(
  entry: LedgerEntry,
  reference: string,
  { exactUntilMs, holds }: { readonly exactUntilMs?: number; readonly holds?: Profile } = {},
): LedgerEntry {
  const at = entry.mayHold.findIndex((held) => held.reference === reference);
  if (at < 0) return entry;
  const { observed: _, ...rest } = entry;
  const [held, ...newer] = entry.mayHold.slice(at) as [Held, ...Held[]];
  const known: Held = {
    ...held,
    ...(holds === undefined ? {} : { profile: holds }),
    ...(exactUntilMs === undefined ? {} : { exactUntilMs }),
  };
  return { ...rest, uncontrolled: false, mayHold: [known, ...newer] };
}

/** The station refused: it keeps what it had. */
export function rejected(entry: LedgerEntry, reference: string): LedgerEntry {
  return { ...entry, mayHold: entry.mayHold.filter((held) => held.reference !== reference) };
}

/**
 * The station told what is in force when it was asked. One candidate that says the same over the reported window is it; a
 * report that no candidate explains counts as what is held, until its end.
 */
export function confirmedByReading(entry: LedgerEntry, read: Profile, nowMs: number): LedgerEntry {
  const { observed: _, ...rest } = entry;
  const exact = entry.mayHold.filter((held) => explains(entry, held.profile, read, nowMs, true));
  if (exact.length > 0) return { ...rest, uncontrolled: false, mayHold: exact };
  // Another party's or a local limit may hold the station below what we set (lowest of all): keep what is compatible.
  const above = entry.mayHold.filter((held) => explains(entry, held.profile, read, nowMs, false));
  if (above.length > 0 && !reachesMaximum(entry, read, nowMs)) {
    return { ...rest, mayHold: above };
  }
  return { ...rest, uncontrolled: false, mayHold: [{ reference: 'read', profile: read }] };
}

/** An unasked report: raises what is counted where it is higher, and never lowers it. */
export function observedActive(entry: LedgerEntry, active: Profile): LedgerEntry {
  return { ...entry, observed: active };
}

/** Does holding `candidate` explain the report: the same power at every instant (`exact`), or at least as much? */
export function explains(
  entry: LedgerEntry,
  candidate: Profile,
  report: Profile,
  nowMs: number,
  exact: boolean,
): boolean {
  const untilMs = Math.min(candidate.endMs, report.endMs);
  if (untilMs <= nowMs) return false;
  const gridMs = [
    nowMs,
    ...candidate.periods.map((period) => period.startMs),
    ...report.periods.map((period) => period.startMs),
  ]
    .filter((ms) => ms >= nowMs && ms < untilMs)
    .sort((a, b) => a - b);
  const expected = sample(candidate, gridMs, entry.maxPowerW);
  const reported = sample(report, gridMs, entry.maxPowerW);
  return gridMs.every((_, i) =>
    exact
      ? Math.abs(expected[i]! - reported[i]!) <= SAME_POWER_W
      : reported[i]! <= expected[i]! + SAME_POWER_W,
  );
}

function reachesMaximum(entry: LedgerEntry, read: Profile, nowMs: number): boolean {
  return read.periods.some(
    (period, i) =>
      period.powerW >= entry.maxPowerW - SAME_POWER_W && (read.periods[i + 1]?.startMs ?? read.endMs) > nowMs,
  );
}
