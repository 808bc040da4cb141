import type { Random } from '../random/random.ts';
import type { Series } from '../series/series.ts';
import { startOfDay } from '../series/wall-time.ts';

export interface PvOptions {
  readonly startMs: number;
  readonly endMs: number;
  readonly timeZone: string;
  /** Rating of the array, W. */
  readonly peakW: number;
  /** Degrees; default Berlin, 52.5 north, 13.4 east. */
  readonly latitude?: number;
  readonly longitude?: number;
  readonly random: Random;
}

const DAY_MS = 86_400_000;
const RADIANS = Math.PI / 180;

/**
 * Share of the rating that a clear sky gives at an instant: sine of the solar elevation (declination and hour angle,
 * Cooper 1969, equation of time neglected) with the air-mass attenuation 0.7^(AM^0.678) of Meinel 1976, at 85 % system yield.
 */
export function clearSky(atMs: number, latitude: number, longitude: number): number {
  const dayOfYear = (atMs - Date.UTC(new Date(atMs).getUTCFullYear(), 0, 1)) / DAY_MS;
  const declination = 23.45 * RADIANS * Math.sin(2 * Math.PI * ((284 + dayOfYear) / 365));
  const solarHours = (atMs % DAY_MS) / 3_600_000 + longitude / 15;
  const hourAngle = (solarHours - 12) * 15 * RADIANS;
  const phi = latitude * RADIANS;
  const sine =
    Math.sin(phi) * Math.sin(declination) + Math.cos(phi) * Math.cos(declination) * Math.cos(hourAngle);
  if (sine <= 0.01) return 0;
  return 0.85 * sine * (0.7 ** ((1 / sine) ** 0.678) / 0.7);
}

/** Seeded generation in quarter hours, W: clear sky, a clearness per day and clouds that pass. */
export function generatePv(options: PvOptions): Series {
  const { latitude = 52.5, longitude = 13.4 } = options;
  const values: number[] = [];
  let cloud = 0;
  for (let at = options.startMs; at < options.endMs; at += 900_000) {
    const day = options.random.stream(`sky ${startOfDay(at, options.timeZone)}`);
    const clearness = 0.25 + 0.75 * Math.sqrt(day.next());
    cloud = 0.75 * cloud + 0.2 * options.random.stream(`cloud ${at}`).normal();
    const sky = Math.min(1, Math.max(0.08, clearness + cloud * (1.1 - clearness)));
    values.push(Math.round(options.peakW * clearSky(at + 450_000, latitude, longitude) * sky));
  }
  return { startMs: options.startMs, stepMs: 900_000, values };
}
