/** When a TariffElement counts (OCPI 2.3.0 mod_tariffs, TariffRestrictions): every restriction must hold. */
import type { TariffRestrictions } from '../model/index.ts';
import type { LocalMoment } from './local-clock.ts';

/** What the restrictions look at: the state of the session when a period begins. */
export interface Situation {
  readonly local: LocalMoment;
  /** mWh charged since the session began. */
  readonly usedMilliWh: number;
  /** ms since the session began. */
  readonly elapsedMs: number;
  readonly minPowerW: number;
  readonly maxPowerW: number;
  /** A, sum over phases; unknown where the station does not say, and then no restriction on the current holds. */
  readonly minCurrentA?: number;
  readonly maxCurrentA?: number;
  readonly reservation?: 'RESERVATION' | 'RESERVATION_EXPIRES';
}

export function holds(restrictions: TariffRestrictions | undefined, now: Situation): boolean {
  const r = restrictions ?? {};
  return (
    r.reservation === now.reservation &&
    holdsByClock(r, now.local) &&
    atLeast(now.usedMilliWh, r.min_kwh, 1e6) &&
    below(now.usedMilliWh, r.max_kwh, 1e6) &&
    atLeast(now.elapsedMs, r.min_duration, 1000) &&
    below(now.elapsedMs, r.max_duration, 1000) &&
    atLeast(now.minPowerW, r.min_power, 1000) &&
    below(now.maxPowerW, r.max_power, 1000) &&
    atLeast(now.minCurrentA, r.min_current, 1) &&
    below(now.maxCurrentA, r.max_current, 1)
  );
}

/** Local to the Location: date from (inclusive) to (exclusive), time of day that may wrap round midnight, weekday of this very moment. */
function holdsByClock(r: TariffRestrictions, { date, minuteOfDay, weekday }: LocalMoment): boolean {
  if (r.start_date !== undefined && date < r.start_date) return false;
  if (r.end_date !== undefined && date >= r.end_date) return false;
  if (r.day_of_week !== undefined && r.day_of_week.length > 0 && !r.day_of_week.includes(weekday))
    return false;
  const start = minuteOf(r.start_time ?? '00:00');
  const end = minuteOf(r.end_time ?? '00:00');
  // The same time twice is undefined in OCPI; the whole day is the only reading that is not empty. 00:00 as an end is the end of the day.
  if (start === end) return true;
  if (start < end) return minuteOfDay >= start && minuteOfDay < end;
  return minuteOfDay >= start || minuteOfDay < end;
}

/** `13:30` as minute of the day. */
export function minuteOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}

function atLeast(value: number | undefined, limit: number | undefined, scale: number): boolean {
  return limit === undefined || (value !== undefined && value >= Math.round(limit * scale));
}

function below(value: number | undefined, limit: number | undefined, scale: number): boolean {
  return limit === undefined || (value !== undefined && value < Math.round(limit * scale));
}
