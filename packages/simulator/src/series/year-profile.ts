import type { Series } from './series.ts';
import { wallOfEpoch } from './wall-time.ts';

/** A typical year of 365 days in wall time: what load and PV files hold. The year it was recorded in does not matter. */
export interface YearProfile {
  readonly stepMinutes: number;
  /** From 1 January 00:00, 365 days without a 29 February and without a change of clocks. */
  readonly values: readonly number[];
}

const DAYS_BEFORE_MONTH = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
const MINUTE_MS = 60_000;

/** Position of a wall time in a year of 365 days, minutes; 29 February counts as the 28th. */
export function minuteOfYear(wall: { month: number; day: number; hour: number; minute: number }): number {
  const day = wall.month === 2 && wall.day === 29 ? 28 : wall.day;
  return ((DAYS_BEFORE_MONTH[wall.month - 1]! + day - 1) * 24 + wall.hour) * 60 + wall.minute;
}

/** The profile as a series over [startMs, endMs) at the same months, days and times of day in `timeZone`, times `scale`. */
export function seriesOfYear(
  profile: YearProfile,
  range: { readonly startMs: number; readonly endMs: number; readonly timeZone: string },
  scale = 1,
): Series {
  const stepMs = profile.stepMinutes * MINUTE_MS;
  const values: number[] = [];
  for (let at = range.startMs; at < range.endMs; at += stepMs) {
    const minute = minuteOfYear(wallOfEpoch(at, range.timeZone));
    values.push(profile.values[Math.floor(minute / profile.stepMinutes) % profile.values.length]! * scale);
  }
  return { startMs: range.startMs, stepMs, values };
}
