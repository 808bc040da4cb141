import { type Connection, toBatteryW } from './connection.ts';

const MS_PER_H = 3_600_000;

/**
 * A stretch of time over which a car's power follows one formula: constant, a straight ramp on the mains side, or a battery
 * that grows or decays exponentially along its charge curve. Energies over any part of it are exact.
 */
export interface Course {
  readonly startMs: number;
  /** When something else begins; Infinity when it goes on. */
  readonly endMs: number;
  readonly mainsW: number;
  /** Straight ramp, W per ms. */
  readonly slopeWPerMs: number;
  /** Exponential along the charge curve, 1/ms of the battery's power. */
  readonly ratePerMs: number;
  /** The power goes into cabin and battery heating, not into charge. */
  readonly isHeating: boolean;
}

export function rest(startMs: number, endMs: number): Course {
  return { startMs, endMs, mainsW: 0, slopeWPerMs: 0, ratePerMs: 0, isHeating: false };
}

/** Mains power at an instant of the course, W. */
export function powerAt(course: Course, connection: Connection, atMs: number): number {
  const ms = atMs - course.startMs;
  if (course.ratePerMs === 0) return course.mainsW + course.slopeWPerMs * ms;
  const batteryW = toBatteryW(connection, course.mainsW) * Math.exp(course.ratePerMs * ms);
  return (batteryW + connection.idleLossW) / (1 - connection.lossShare);
}

/** Mains and battery energy of the course up to an instant, Wh; signs as powers. */
export function energyTo(course: Course, connection: Connection, atMs: number) {
  const ms = atMs - course.startMs;
  if (course.ratePerMs === 0) {
    const meanW = course.mainsW + (course.slopeWPerMs * ms) / 2;
    const mainsWh = (meanW * ms) / MS_PER_H;
    // Losses are affine in the power, so the mean power stands for the ramp as long as its sign does not change.
    return { mainsWh, batteryWh: (toBatteryW(connection, meanW) * ms) / MS_PER_H };
  }
  const startW = toBatteryW(connection, course.mainsW);
  const batteryWh = (startW * Math.expm1(course.ratePerMs * ms)) / course.ratePerMs / MS_PER_H;
  return {
    mainsWh: (batteryWh + (connection.idleLossW * ms) / MS_PER_H) / (1 - connection.lossShare),
    batteryWh,
  };
}

/** ms until a rising energy reaches `targetWh`, at most `mostMs`: bisection to a microsecond. */
export function reaches(energyWh: (ms: number) => number, targetWh: number, mostMs: number): number {
  if (Number.isFinite(mostMs) && energyWh(mostMs) < targetWh) return Number.POSITIVE_INFINITY;
  let high = Number.isFinite(mostMs) ? mostMs : 1;
  while (energyWh(high) < targetWh) {
    high *= 2;
    if (high > 1e12) return Number.POSITIVE_INFINITY;
  }
  let low = 0;
  while (high - low > 1e-3) {
    const middle = (low + high) / 2;
    if (energyWh(middle) < targetWh) low = middle;
    else high = middle;
  }
  return high;
}
