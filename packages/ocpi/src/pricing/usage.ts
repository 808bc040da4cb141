/** What a session used, before anything has a price. */

/**
 * `paused`: the vehicle asks for power and gets none, e.g. by smart charging; billed as TIME, never as PARKING_TIME (CdrDimensionType,
 * erratum of 2.2.1 and 2.3.0). `parking`: the vehicle asks for nothing. `reserved`: before the session; `reservation-expired`: the driver
 * never came.
 */
export type Activity = 'charging' | 'paused' | 'parking' | 'reserved' | 'reservation-expired';

/** A stretch of a session during which the power counts as constant. */
export interface UsagePeriod {
  /** Epoch ms. */
  readonly startMs: number;
  readonly endMs: number;
  readonly activity: Activity;
  /** Wh through the import register, from 0; counted to the milliwatt-hour. */
  readonly importedWh: number;
  /** Wh through the export register, from 0; never netted with the import. */
  readonly exportedWh: number;
  /** W, negative while discharging; default: energy by time. */
  readonly powerW?: number;
  /** A, sum over the phases. */
  readonly currentA?: number;
  /** Tariff that counts in this period; default: the first one. */
  readonly tariffId?: string;
}

/** One charging period as the price sees it: whole milliseconds and milliwatt-hours. */
export interface Volumes {
  readonly startMs: number;
  readonly chargingMs: number;
  readonly parkingMs: number;
  readonly reservedMs: number;
  readonly reservationExpired: boolean;
  readonly importedMilliWh: number;
  readonly exportedMilliWh: number;
  readonly minPowerW: number;
  readonly maxPowerW: number;
  readonly minCurrentA?: number;
  readonly maxCurrentA?: number;
  readonly tariffId?: string;
}

const HOUR_MS = 3_600_000;

export function volumesOf(period: UsagePeriod): Volumes {
  const { startMs, endMs, activity, currentA, tariffId } = period;
  const durationMs = endMs - startMs;
  const charging = activity === 'charging' || activity === 'paused';
  const powerW = powerOf(period);
  return {
    startMs,
    chargingMs: charging ? durationMs : 0,
    parkingMs: activity === 'parking' ? durationMs : 0,
    reservedMs: charging || activity === 'parking' ? 0 : durationMs,
    reservationExpired: activity === 'reservation-expired',
    importedMilliWh: milli(period.importedWh),
    exportedMilliWh: milli(period.exportedWh),
    minPowerW: powerW,
    maxPowerW: powerW,
    ...(currentA === undefined ? {} : { minCurrentA: currentA, maxCurrentA: currentA }),
    ...(tariffId === undefined ? {} : { tariffId }),
  };
}

export function powerOf({ startMs, endMs, importedWh, exportedWh, powerW }: UsagePeriod): number {
  if (powerW !== undefined) return powerW;
  return endMs > startMs ? ((importedWh - exportedWh) * HOUR_MS) / (endMs - startMs) : 0;
}

export function milli(value: number): number {
  return Math.round(value * 1000);
}
