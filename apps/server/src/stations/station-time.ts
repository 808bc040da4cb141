/** A moment as the platform keeps it. */
export interface StationTime {
  readonly atMs: number;
  /** true: the station's own time could not be believed, this is when the message arrived. */
  readonly isSuspect: boolean;
}

const DAY_MS = 24 * 3_600_000;
/** A station may have been offline for long: what it recorded then is still true. */
const OLDEST_MS = 400 * DAY_MS;
const AHEAD_MS = 10 * 60_000;

/**
 * The time a station wrote into a message, or when the message arrived where that is absurd: not a date, more than ten minutes ahead,
 * more than 400 days old (T-POISON, F13). Without a zone it is UTC (1.6 section 3.16).
 */
export function stationTime(text: unknown, receivedMs: number): StationTime {
  const suspect = { atMs: receivedMs, isSuspect: true };
  if (typeof text !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text) || text.length > 40)
    return suspect;
  const atMs = Date.parse(/(Z|[+-]\d\d:?\d\d)$/i.test(text) ? text : `${text}Z`);
  if (Number.isNaN(atMs)) return suspect;
  if (atMs > receivedMs + AHEAD_MS || atMs < receivedMs - OLDEST_MS) return suspect;
  return { atMs, isSuspect: false };
}
