import { startOfDayMs } from '../local-day.ts';
import type { Period } from './facts.ts';

const DAY_MS = 24 * 3_600_000;
const formats = new Map<string, Intl.DateTimeFormat>();

export interface LocalTime {
  /** `2026-06-01`. */
  readonly date: string;
  /** 0 is Monday. */
  readonly weekday: number;
  /** 0..23. */
  readonly hour: number;
}

/** What calendar and clock at the site show. */
export function localTime(atMs: number, timeZone: string): LocalTime {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-CA', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
    });
    formats.set(timeZone, format);
  }
  const part = Object.fromEntries(format.formatToParts(atMs).map(({ type, value }) => [type, value]));
  const date = `${part.year}-${part.month}-${part.day}`;
  const weekday = (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7;
  return { date, weekday, hour: Number(part.hour) };
}

const MOST_KEPT = 10_000;
const starts = new Map<string, number>();

/** Midnight at the site with which the day begins; asked for every session, so it is kept. */
export function startOfDateMs(date: string, timeZone: string): number {
  const key = `${date} ${timeZone}`;
  const known = starts.get(key);
  if (known !== undefined) return known;
  const noonMs = Date.parse(`${date}T12:00:00Z`);
  const there = localTime(noonMs, timeZone).date;
  const shiftMs = there === date ? 0 : there < date ? DAY_MS : -DAY_MS;
  const startMs = startOfDayMs(noonMs + shiftMs, timeZone);
  if (starts.size >= MOST_KEPT) starts.clear();
  starts.set(key, startMs);
  return startMs;
}

export function nextDate(date: string, days = 1): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

export function daysOf({ from, to }: Period): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS) + 1;
}

/** As many days right before. */
export function previousOf(period: Period): Period {
  const days = daysOf(period);
  return { from: nextDate(period.from, -days), to: nextDate(period.from, -1) };
}

/** From midnight to midnight at the site; a day on which clocks change has 23 or 25 hours. */
export function boundsOf({ from, to }: Period, timeZone: string): { fromMs: number; untilMs: number } {
  return { fromMs: startOfDateMs(from, timeZone), untilMs: startOfDateMs(nextDate(to), timeZone) };
}
