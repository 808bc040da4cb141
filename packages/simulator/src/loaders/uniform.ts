import type { Series } from '../series/series.ts';
import type { Problems } from './loaded.ts';

/** One row of a time series file. */
export interface Point {
  readonly line: number;
  readonly startMs: number;
  readonly value: number;
}

/** Rows in time order with equal distances become a series; a gap, a doubled or a misplaced row is a problem. */
export function uniformSeries(points: readonly Point[], field: string, problems: Problems): Series {
  const [first, second] = points;
  const stepMs = first !== undefined && second !== undefined ? second.startMs - first.startMs : 3_600_000;
  const series = { startMs: first?.startMs ?? 0, stepMs, values: points.map((point) => point.value) };
  if (stepMs <= 0) {
    problems.add(second!.line, field, 'is not after the row before; sort the rows by time');
    return series;
  }
  for (let k = 2; k < points.length; k++) {
    const distanceMs = points[k]!.startMs - points[k - 1]!.startMs;
    if (distanceMs === stepMs) continue;
    const minutes = (ms: number) => Math.round(ms / 60_000);
    problems.add(
      points[k]!.line,
      field,
      distanceMs <= 0
        ? 'is not after the row before; sort the rows by time and remove doubled ones'
        : `comes ${minutes(distanceMs)} min after the row before, the others ${minutes(stepMs)} min; add the missing rows`,
    );
  }
  return series;
}
