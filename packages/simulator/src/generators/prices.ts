import type { Random } from '../random/random.ts';
import type { Series } from '../series/series.ts';
import { addDays, startOfDay, wallOfEpoch, weekdayOf } from '../series/wall-time.ts';

/**
 * Mean German day-ahead price by hour of the day in 2024, ct/kWh (netztransparenz.de spot price): a morning and an evening
 * peak and the valley that photovoltaics dig between them.
 */
const MEAN_CT: readonly number[] = [
  7.43, 6.88, 6.62, 6.49, 6.56, 7.24, 9.01, 10.09, 9.67, 8.12, 6.75, 5.82, 5.1, 4.7, 4.88, 5.85, 7.3, 9.4,
  11.03, 12.32, 12.08, 10.13, 8.93, 7.81,
];

export interface PriceOptions {
  readonly startMs: number;
  readonly days: number;
  readonly timeZone: string;
  readonly random: Random;
}

/** Seeded hourly day-ahead prices per kWh; sunny and windy days go below zero around noon, a few hours in a hundred. */
export function generatePrices(options: PriceOptions): Series {
  const startMs = startOfDay(options.startMs, options.timeZone);
  const endMs = addDays(startMs, options.days, options.timeZone);
  const values: number[] = [];
  let noise = 0;
  for (let at = startMs; at < endMs; at += 3_600_000) {
    const midnightMs = startOfDay(at, options.timeZone);
    const day = options.random.stream(`price day ${midnightMs}`);
    const isWeekend = weekdayOf(at, options.timeZone) > 5;
    const level = Math.max(0.08, 1 + 0.38 * day.normal()) * (isWeekend ? 0.85 : 1);
    const sun = Math.max(0, 0.15 + day.normal());
    const hour = wallOfEpoch(at, options.timeZone).hour;
    const noon = Math.exp(-(((hour - 13) / 2.6) ** 2));
    noise = 0.7 * noise + 0.6 * options.random.stream(`price hour ${at}`).normal();
    values.push(
      (MEAN_CT[hour]! * level + 4.2 * noon - 7.5 * sun * noon * (isWeekend ? 1.25 : 1) + noise) / 100,
    );
  }
  return { startMs, stepMs: 3_600_000, values: values.map((value) => Math.round(value * 1e5) / 1e5) };
}
