/** A quantity that is constant over equal steps: powers in W, prices per kWh, intensities in g/kWh. */
export interface Series {
  /** Start of the first step, epoch ms. */
  readonly startMs: number;
  readonly stepMs: number;
  readonly values: readonly number[];
}

/** End of the last step, epoch ms. */
export function endOf(series: Series): number {
  return series.startMs + series.stepMs * series.values.length;
}

/** The value that holds at `atMs`, or undefined outside the series. */
export function valueAt(series: Series, atMs: number): number | undefined {
  return series.values[Math.floor((atMs - series.startMs) / series.stepMs)];
}

/** Time-weighted mean over [fromMs, toMs), of the part the series covers; undefined where it covers nothing. */
export function meanOver(series: Series, fromMs: number, toMs: number): number | undefined {
  const from = Math.max(fromMs, series.startMs);
  const to = Math.min(toMs, endOf(series));
  let sum = 0;
  for (let at = from; at < to; ) {
    const step = Math.floor((at - series.startMs) / series.stepMs);
    const next = Math.min(to, series.startMs + (step + 1) * series.stepMs);
    sum += series.values[step]! * (next - at);
    at = next;
  }
  return to > from ? sum / (to - from) : undefined;
}

/** The series on another grid: means per step, the last value held where the series ends early. */
export function resample(series: Series, startMs: number, stepMs: number, count: number): Series {
  const values: number[] = [];
  for (let k = 0; k < count; k++) {
    const from = startMs + k * stepMs;
    const mean = meanOver(series, from, from + stepMs);
    values.push(mean ?? values.at(-1) ?? series.values[0] ?? 0);
  }
  return { startMs, stepMs, values };
}

export function mapSeries(series: Series, change: (value: number, atMs: number) => number): Series {
  return {
    ...series,
    values: series.values.map((value, k) => change(value, series.startMs + k * series.stepMs)),
  };
}
