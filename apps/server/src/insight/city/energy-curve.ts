import type { CitySession, EnergyPoint } from './facts.ts';

/** Below this mean power a car hangs on the cable and does not charge, W. */
export const LEAST_CHARGING_W = 100;
const HOUR_MS = 3_600_000;

/** Start, readings and the last known energy as one curve that never runs back in time or energy. */
export function curveOf(
  startMs: number,
  readings: readonly EnergyPoint[],
  last: EnergyPoint,
): readonly EnergyPoint[] {
  const curve: EnergyPoint[] = [{ atMs: startMs, energyWh: 0 }];
  for (const point of [...readings, last].sort((a, b) => a.atMs - b.atMs || a.energyWh - b.energyWh)) {
    const before = curve.at(-1)!;
    if (point.atMs <= before.atMs) continue;
    curve.push({ atMs: point.atMs, energyWh: Math.max(before.energyWh, point.energyWh) });
  }
  return curve;
}

/** Time in which energy flowed, ms. Every sum a session is part of asks for it: adding up costs less than keeping what came out. */
export function chargingMs({ points }: Pick<CitySession, 'points'>): number {
  let ms = 0;
  for (let n = 1; n < points.length; n += 1) {
    const before = points[n - 1]!;
    const { atMs, energyWh } = points[n]!;
    const lasted = atMs - before.atMs;
    if (((energyWh - before.energyWh) * HOUR_MS) / lasted >= LEAST_CHARGING_W) ms += lasted;
  }
  return ms;
}

export interface Piece {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly wh: number;
}

/** What flowed between two readings, spread evenly over that time. */
export function pieces(points: readonly EnergyPoint[]): Piece[] {
  return points.slice(1).map((point, n) => {
    const before = points[n]!;
    return { fromMs: before.atMs, untilMs: point.atMs, wh: point.energyWh - before.energyWh };
  });
}

/** Cuts pieces at multiples of `stepMs` (UTC) and tells the energy of each part. */
export function eachPart(
  points: readonly EnergyPoint[],
  stepMs: number,
  tell: (stepStartMs: number, wh: number) => void,
): void {
  for (const { fromMs, untilMs, wh } of pieces(points)) {
    if (wh <= 0) continue;
    for (let atMs = fromMs; atMs < untilMs; ) {
      const stepStartMs = Math.floor(atMs / stepMs) * stepMs;
      const endMs = Math.min(stepStartMs + stepMs, untilMs);
      tell(stepStartMs, (wh * (endMs - atMs)) / (untilMs - fromMs));
      atMs = endMs;
    }
  }
}
