import { meanOver, type Series } from './series.ts';
import { wallOfEpoch } from './wall-time.ts';

const STEP_MS = 900_000;

/**
 * A recorded series on the same month, day and time of day of another year, in quarter hours over the range. The wall
 * time is read as if the series had been recorded in the zone of the range; where it has nothing, it is left at its mean.
 */
export function relocatedSeries(
  series: Series,
  range: { readonly startMs: number; readonly endMs: number; readonly timeZone: string },
  year: number,
): Series {
  const recordedYear = new Date(series.startMs + (series.stepMs * series.values.length) / 2).getUTCFullYear();
  const mean = series.values.reduce((sum, value) => sum + value, 0) / Math.max(1, series.values.length);
  const values: number[] = [];
  for (let at = range.startMs; at < range.endMs; at += STEP_MS) {
    const wall = wallOfEpoch(at, range.timeZone);
    const then = Date.UTC(
      recordedYear + (wall.year - year),
      wall.month - 1,
      wall.day,
      wall.hour,
      wall.minute,
    );
    values.push(meanOver(series, then, then + STEP_MS) ?? mean);
  }
  return { startMs: range.startMs, stepMs: STEP_MS, values };
}
