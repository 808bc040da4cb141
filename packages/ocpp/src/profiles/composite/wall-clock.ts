/** A stretch of time with one offset of the local clock from UTC: local = instant + offsetMs. */
interface OffsetStretch {
  readonly fromMs: number;
  readonly offsetMs: number;
}

/** The station's wall clock over a window, for schedules with useLocalTime (K01.FR.90/91). */
export interface WallClock {
  /** Wall-clock time at an instant of the window, written as if it were UTC. */
  readonly wallMs: (instantMs: number) => number;
  /** All offsets that occur in the window. */
  readonly offsetsMs: readonly number[];
  /** The instants in the window at which the clock is put forward or back. */
  readonly changesMs: readonly number[];
}

const DAY_MS = 86_400_000;

/**
 * Reads the zone's rules once for the window [startMs, endMs]. Two changes within one day would be seen as one; no zone
 * has had that.
 */
export function wallClock(timeZone: string, startMs: number, endMs: number): WallClock {
  const offsetAt = offsetReader(timeZone);
  const stretches: OffsetStretch[] = [{ fromMs: startMs, offsetMs: offsetAt(startMs) }];
  for (let from = startMs; from < endMs; from += DAY_MS) {
    const to = Math.min(from + DAY_MS, endMs);
    const after = offsetAt(to);
    if (after === stretches.at(-1)!.offsetMs) continue;
    let [before, changed] = [from, to];
    while (changed - before > 1) {
      const middle = Math.floor((before + changed) / 2);
      if (offsetAt(middle) === after) changed = middle;
      else before = middle;
    }
    stretches.push({ fromMs: changed, offsetMs: after });
  }
  return {
    wallMs: (instantMs) => {
      let offsetMs = stretches[0]!.offsetMs;
      for (const stretch of stretches) if (stretch.fromMs <= instantMs) offsetMs = stretch.offsetMs;
      return instantMs + offsetMs;
    },
    offsetsMs: [...new Set(stretches.map((stretch) => stretch.offsetMs))],
    changesMs: stretches.slice(1).map((stretch) => stretch.fromMs),
  };
}

const readers = new Map<string, (instantMs: number) => number>();

function offsetReader(timeZone: string): (instantMs: number) => number {
  const known = readers.get(timeZone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const reader = (instantMs: number): number => {
    const part: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(instantMs)) part[type] = Number(value);
    const wall = Date.UTC(part.year!, part.month! - 1, part.day!, part.hour!, part.minute!, part.second!);
    return wall - Math.floor(instantMs / 1000) * 1000;
  };
  readers.set(timeZone, reader);
  return reader;
}
