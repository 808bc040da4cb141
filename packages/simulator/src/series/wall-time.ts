import { Temporal } from 'temporal-polyfill';

/** A local date and time without a zone. */
export interface WallTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/** Is it a date and time that a calendar and a clock can show? */
export function isWallTime(wall: WallTime): boolean {
  try {
    Temporal.PlainDateTime.from(wall, { overflow: 'reject' });
    return true;
  } catch {
    return false;
  }
}

/** Epoch ms of a wall time in an IANA zone; in the skipped hour the later, in the doubled hour the earlier instant. */
export function epochOfWall(wall: WallTime, timeZone: string): number {
  return Temporal.PlainDateTime.from(wall).toZonedDateTime(timeZone).epochMilliseconds;
}

export function wallOfEpoch(epochMs: number, timeZone: string): WallTime {
  const { year, month, day, hour, minute, second } =
    Temporal.Instant.fromEpochMilliseconds(epochMs).toZonedDateTimeISO(timeZone);
  return { year, month, day, hour, minute, second };
}

/** Local midnight that starts the day of `epochMs`, epoch ms. */
export function startOfDay(epochMs: number, timeZone: string): number {
  return Temporal.Instant.fromEpochMilliseconds(epochMs).toZonedDateTimeISO(timeZone).startOfDay()
    .epochMilliseconds;
}

/** Local midnight `days` calendar days later: 23 or 25 hours per day where the clocks change. */
export function addDays(midnightMs: number, days: number, timeZone: string): number {
  return Temporal.Instant.fromEpochMilliseconds(midnightMs).toZonedDateTimeISO(timeZone).add({ days })
    .epochMilliseconds;
}

/** ISO weekday, 1 = Monday. */
export function weekdayOf(epochMs: number, timeZone: string): number {
  return Temporal.Instant.fromEpochMilliseconds(epochMs).toZonedDateTimeISO(timeZone).dayOfWeek;
}

/** The same month, day and time of day in another year and zone; 29 February falls on the 28th where there is none. */
export function relocate(wall: WallTime, year: number, timeZone: string): number {
  return Temporal.PlainDateTime.from({ ...wall, year }, { overflow: 'constrain' }).toZonedDateTime(timeZone)
    .epochMilliseconds;
}

/** `10:42` in the zone. */
export function clockText(epochMs: number, timeZone: string): string {
  const { hour, minute } = wallOfEpoch(epochMs, timeZone);
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}

/** `2024-05-03` in the zone. */
export function dateText(epochMs: number, timeZone: string): string {
  const { year, month, day } = wallOfEpoch(epochMs, timeZone);
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}
