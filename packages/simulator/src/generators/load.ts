import type { Random } from '../random/random.ts';
import type { Series } from '../series/series.ts';
import { wallOfEpoch, weekdayOf } from '../series/wall-time.ts';

/**
 * Mean load of a commercial site by hour, in parts of its annual maximum: hourly means of the SimBench profile G0
 * (ODbL 1.0, University of Kassel and others). A site that closes at the weekend keeps its night load then.
 */
const WORKDAY: readonly number[] = [
  0.208, 0.182, 0.167, 0.167, 0.197, 0.215, 0.24, 0.326, 0.509, 0.622, 0.626, 0.651, 0.612, 0.522, 0.493,
  0.514, 0.529, 0.526, 0.437, 0.324, 0.286, 0.268, 0.247, 0.233,
];
const NIGHT = 0.2;

export interface LoadOptions {
  readonly startMs: number;
  readonly endMs: number;
  readonly timeZone: string;
  /** Annual maximum of the site, W. */
  readonly peakW: number;
  readonly random: Random;
}

/** Seeded load of a commercial site in quarter hours, W. */
export function generateLoad(options: LoadOptions): Series {
  const values: number[] = [];
  let noise = 0;
  for (let at = options.startMs; at < options.endMs; at += 900_000) {
    const { hour, minute } = wallOfEpoch(at, options.timeZone);
    const isOpen = weekdayOf(at, options.timeZone) <= 5;
    const next = WORKDAY[(hour + 1) % 24]!;
    const mean = isOpen ? WORKDAY[hour]! + ((next - WORKDAY[hour]!) * minute) / 60 : NIGHT;
    noise = 0.8 * noise + 0.08 * options.random.stream(`load ${at}`).normal();
    values.push(Math.round(options.peakW * Math.min(1, Math.max(0.05, mean * (1 + noise)))));
  }
  return { startMs: options.startMs, stepMs: 900_000, values };
}
