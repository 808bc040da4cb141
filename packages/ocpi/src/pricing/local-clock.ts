/** What the clock on the wall of a Location shows (tariff restrictions are in its local time). */

export interface LocalMoment {
  /** `2026-11-21`. */
  readonly date: string;
  /** 0..1439. */
  readonly minuteOfDay: number;
  readonly weekday: Weekday;
}

export type Weekday = 'MONDAY' | 'TUESDAY' | 'WEDNESDAY' | 'THURSDAY' | 'FRIDAY' | 'SATURDAY' | 'SUNDAY';

export interface LocalClock {
  at(epochMs: number): LocalMoment;
  /** Moments in (`fromMs`, `toMs`) at which the clock shows one of these minutes of the day, or is changed. */
  moments(minutesOfDay: readonly number[], fromMs: number, toMs: number): readonly number[];
}

const WEEKDAYS: readonly Weekday[] = [
  'SUNDAY',
  'MONDAY',
  'TUESDAY',
  'WEDNESDAY',
  'THURSDAY',
  'FRIDAY',
  'SATURDAY',
];
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** The clock of an IANA time zone; undefined where the name is unknown. */
export function localClock(timeZone: string): LocalClock | undefined {
  const format = formatOf(timeZone);
  if (format === undefined) return undefined;
  const offsetMs = (epochMs: number) => localMs(format, epochMs) - epochMs;
  const changes = (fromMs: number, toMs: number): number[] => {
    const found: number[] = [];
    for (let start = fromMs; start < toMs; start += DAY_MS) {
      const end = Math.min(start + DAY_MS, toMs);
      if (offsetMs(start) !== offsetMs(end)) found.push(changeBetween(offsetMs, start, end));
    }
    return found;
  };
  return {
    at(epochMs) {
      const local = localMs(format, epochMs);
      return {
        date: new Date(local).toISOString().slice(0, 10),
        minuteOfDay: Math.floor((local - floorTo(local, DAY_MS)) / MINUTE_MS),
        weekday: WEEKDAYS[new Date(local).getUTCDay()] ?? 'SUNDAY',
      };
    },
    moments(minutesOfDay, fromMs, toMs) {
      const moments = new Set(changes(fromMs, toMs));
      const offsets = new Set([offsetMs(fromMs), offsetMs(toMs)]);
      for (const offset of offsets) {
        for (let day = floorTo(fromMs + offset, DAY_MS); day < toMs + offset; day += DAY_MS) {
          for (const minute of minutesOfDay) moments.add(day + minute * MINUTE_MS - offset);
        }
      }
      return [...moments].filter((ms) => ms > fromMs && ms < toMs).sort((a, b) => a - b);
    },
  };
}

function formatOf(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    return undefined;
  }
}

/** The local wall clock, counted as if it were UTC. */
function localMs(format: Intl.DateTimeFormat, epochMs: number): number {
  const part: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(epochMs)) part[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second) + (epochMs - floorTo(epochMs, 1000));
}

/** The moment at which the offset changes, by halving; changes happen on whole minutes. */
function changeBetween(offsetMs: (epochMs: number) => number, fromMs: number, toMs: number): number {
  const before = offsetMs(fromMs);
  let [low, high] = [fromMs, toMs];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetMs(middle) === before) low = middle;
    else high = middle;
  }
  return high;
}

function floorTo(value: number, step: number): number {
  return Math.floor(value / step) * step;
}
