/** When a station had a connection; `untilMs` null while it lasts. */
export interface Connection {
  readonly fromMs: number;
  readonly untilMs: number | null;
}

export interface StationAvailability {
  /** Share of the time since the station first came, 0..1; null: it was not there yet. */
  readonly uptimeShare: number | null;
  readonly outages: readonly { readonly fromMs: number; readonly untilMs: number }[];
}

/** A new socket in place of a broken one takes this long at most; shorter gaps are no malfunction, ms. */
const LEAST_OUTAGE_MS = 5 * 60_000;

/** Uptime and lost connections of one station. @param connections all it ever had */
export function availabilityOf(
  connections: readonly Connection[],
  fromMs: number,
  untilMs: number,
): StationAvailability {
  const sorted = [...connections].sort((a, b) => a.fromMs - b.fromMs);
  const sinceMs = Math.max(fromMs, sorted[0]?.fromMs ?? Number.POSITIVE_INFINITY);
  if (sinceMs >= untilMs) return { uptimeShare: null, outages: [] };
  const gaps: { fromMs: number; untilMs: number }[] = [];
  let reachedMs = sinceMs;
  const goOn = (nextMs: number) => {
    if (nextMs > reachedMs) gaps.push({ fromMs: reachedMs, untilMs: nextMs });
  };
  for (const one of sorted) {
    goOn(Math.min(one.fromMs, untilMs));
    reachedMs = Math.max(reachedMs, Math.min(one.untilMs ?? untilMs, untilMs));
  }
  goOn(untilMs);
  const lostMs = gaps.reduce((sum, gap) => sum + gap.untilMs - gap.fromMs, 0);
  return {
    uptimeShare: 1 - lostMs / (untilMs - sinceMs),
    outages: gaps.filter((gap) => gap.untilMs - gap.fromMs >= LEAST_OUTAGE_MS),
  };
}
