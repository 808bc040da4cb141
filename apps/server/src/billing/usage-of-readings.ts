import type { Activity, UsagePeriod } from '@smac/ocpi';

/** A meter reading of a session. Registers in Wh. */
export interface RegisterReading {
  readonly atMs: number;
  readonly importWh?: number;
  readonly exportWh?: number;
  /** A per phase. */
  readonly currentA?: readonly (number | null)[];
}

/** What the session did from this moment on. */
export interface ActivityChange {
  readonly atMs: number;
  readonly activity: Activity;
}

/**
 * Usage between meter readings: the differences of the import and of the export register, which are never netted (D1.5-Q5-10). It adds up to
 * what the registers show from the first reading to the last; a register that falls, which counted readings never do, takes nothing back.
 * Readings outside the session count at its edges.
 */
export function usageOfReadings(
  session: { readonly startMs: number; readonly endMs: number },
  readings: readonly RegisterReading[],
  activities: readonly ActivityChange[],
): readonly UsagePeriod[] {
  const { startMs, endMs } = session;
  const moments = [
    startMs,
    ...activities.map(({ atMs }) => atMs),
    ...readings.map(({ atMs }) => atMs),
    endMs,
  ].filter((ms) => ms >= startMs && ms <= endMs);
  const edges = [...new Set(moments)].sort((a, b) => a - b);
  const inOrder = readings.toSorted((a, b) => a.atMs - b.atMs);
  const imports = register(session, inOrder, ({ importWh }) => importWh);
  const exports = register(session, inOrder, ({ exportWh }) => exportWh);
  const changes = activities.toSorted((a, b) => a.atMs - b.atMs);
  return edges.slice(1).map((toMs, index) => {
    const fromMs = edges[index] ?? startMs;
    const activity = changes[firstAfter(changes, fromMs) - 1]?.activity ?? 'charging';
    const currents = inOrder[firstAfter(inOrder, toMs - 1)]?.currentA;
    return {
      startMs: fromMs,
      endMs: toMs,
      activity,
      importedWh: (imports(toMs) - imports(fromMs)) / 1000,
      exportedWh: (exports(toMs) - exports(fromMs)) / 1000,
      ...(currents === undefined ? {} : { currentA: currents.reduce<number>((sum, a) => sum + (a ?? 0), 0) }),
    };
  });
}

/** Index of the first entry later than `atMs`, the length if there is none. A day of readings has ten thousand: no search from the front. */
function firstAfter(ordered: readonly { readonly atMs: number }[], atMs: number): number {
  let [from, to] = [0, ordered.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((ordered[middle]?.atMs ?? Infinity) > atMs) to = middle;
    else from = middle + 1;
  }
  return from;
}

/** mWh through a register since the first reading, at any moment; between two readings the flow is constant. */
function register(
  session: { readonly startMs: number; readonly endMs: number },
  readings: readonly RegisterReading[],
  wattHours: (reading: RegisterReading) => number | undefined,
): (atMs: number) => number {
  const points: { atMs: number; milliWh: number }[] = [];
  let before: number | undefined;
  let total = 0;
  for (const reading of readings) {
    const valueWh = wattHours(reading);
    if (valueWh === undefined) continue;
    const milliWh = Math.round(valueWh * 1000);
    if (before !== undefined) total += Math.max(0, milliWh - before);
    before = Math.max(milliWh, before ?? milliWh);
    const atMs = Math.min(Math.max(reading.atMs, session.startMs), session.endMs);
    points.push({ atMs, milliWh: total });
  }
  return (atMs) => {
    const next = firstAfter(points, atMs);
    const [from, to] = [points[next - 1], points[next]];
    if (from === undefined) return 0;
    if (to === undefined) return from.milliWh;
    const share = (atMs - from.atMs) / (to.atMs - from.atMs);
    return from.milliWh + Math.floor((to.milliWh - from.milliWh) * share);
  };
}
