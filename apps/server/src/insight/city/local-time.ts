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

/** A quarter of an hour divides the hours of every zone there is. */
const QUARTER_MS = 15 * 60_000;
const MOST_KEPT = 10_000;
/** More zones than the earth has. */
const MOST_ZONES = 1_000;
const quarters = new Map<string, Map<number, LocalTime>>();

/** What calendar and clock at the site show; asked for every session and hour of a month, so it is kept by quarter hour. */
export function localTime(atMs: number, timeZone: string): LocalTime {
  const quarter = Math.floor(atMs / QUARTER_MS);
  const kept = quarters.get(timeZone) ?? new Map<number, LocalTime>();
  const known = kept.get(quarter);
  if (known !== undefined) return known;
  const found = read(atMs, timeZone);
  if (kept.size >= MOST_KEPT) kept.clear();
  kept.set(quarter, found);
  if (quarters.size < MOST_ZONES) quarters.set(timeZone, kept);
  return found;
}

function read(atMs: number, timeZone: string): LocalTime {
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

/** The same weekdays a year before: 52 weeks. */
export const yearBefore = ({ from, to }: Period): Period => ({
  from: nextDate(from, -364),
  to: nextDate(to, -364),
});

/** @param month like `2026-06` */
export function lastDayOf(month: string): string {
  const [year, number] = month.split('-').map(Number);
  return new Date(Date.UTC(year!, number!, 0)).toISOString().slice(0, 10);
}

interface Bounds {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Of periods in use, by zone; asked for every session. */
const bounds = new WeakMap<Period, Map<string, Bounds>>();

/** From midnight to midnight at the site; a day on which clocks change has 23 or 25 hours. */
export function boundsOf(period: Period, timeZone: string): Bounds {
  const ofPeriod = bounds.get(period) ?? new Map<string, Bounds>();
  const known = ofPeriod.get(timeZone);
  if (known !== undefined) return known;
  const { from, to } = period;
  const found = {
    fromMs: startOfDateMs(from, timeZone),
    untilMs: startOfDateMs(nextDate(to), timeZone),
  };
  ofPeriod.set(timeZone, found);
  bounds.set(period, ofPeriod);
  return found;
}
