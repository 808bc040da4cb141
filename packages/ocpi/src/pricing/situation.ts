import type { Tariff } from '../model/index.ts';
import { type ActiveComponent, activeComponent, isForDischarging } from './active-component.ts';
import type { LocalClock } from './local-clock.ts';
import type { Situation } from './restrictions.ts';
import type { Volumes } from './usage.ts';

/** What came before a period. */
export interface Progress {
  /** Start of the session itself, without a reservation before it. Epoch ms. */
  readonly sessionStartMs: number;
  readonly usedMilliWh: number;
}

/** The prices that count in one period; absent: free. */
export interface ActivePrices {
  readonly flats: readonly ActiveComponent[];
  readonly energy?: ActiveComponent | undefined;
  readonly discharge?: ActiveComponent | undefined;
  readonly time?: ActiveComponent | undefined;
  readonly parking?: ActiveComponent | undefined;
  readonly reservation?: ActiveComponent | undefined;
}

export function situationOf(period: Volumes, progress: Progress, clock: LocalClock): Situation {
  const { minPowerW, maxPowerW, minCurrentA, maxCurrentA } = period;
  return {
    local: clock.at(period.startMs),
    usedMilliWh: progress.usedMilliWh,
    elapsedMs: Math.max(0, period.startMs - progress.sessionStartMs),
    minPowerW,
    maxPowerW,
    ...(minCurrentA === undefined ? {} : { minCurrentA }),
    ...(maxCurrentA === undefined ? {} : { maxCurrentA }),
  };
}

/**
 * Prices by dimension. A reservation looks at reservation elements only and a session at all others; when it expired, what is said about
 * expiring comes before what is said about reserving (OCPI 2.3.0 mod_tariffs, ReservationRestrictionType).
 */
export function activePrices(tariff: Tariff, period: Volumes, now: Situation): ActivePrices {
  if (period.reservedMs > 0) {
    const reserved: Situation = { ...now, reservation: 'RESERVATION' };
    const expired: Situation = { ...now, reservation: 'RESERVATION_EXPIRES' };
    const situations = period.reservationExpired ? [expired, reserved] : [reserved];
    const found = (type: 'FLAT' | 'TIME') =>
      situations.flatMap((one) => activeComponent(tariff, type, one) ?? []);
    return { flats: found('FLAT'), reservation: found('TIME')[0] };
  }
  const flat = activeComponent(tariff, 'FLAT', now);
  const { importedMilliWh, exportedMilliWh } = period;
  // Both directions inside one period: each is priced as what it is, not at the power of the sum.
  const charging = { ...now, minPowerW: Math.max(0, now.minPowerW), maxPowerW: Math.max(0, now.maxPowerW) };
  const discharging = {
    ...now,
    minPowerW: Math.min(-1e-9, now.minPowerW),
    maxPowerW: Math.min(-1e-9, now.maxPowerW),
  };
  return {
    flats: flat === undefined ? [] : [flat],
    energy:
      importedMilliWh > 0
        ? activeComponent(tariff, 'ENERGY', charging, (element) => !isForDischarging(element))
        : undefined,
    discharge:
      exportedMilliWh > 0 ? activeComponent(tariff, 'ENERGY', discharging, isForDischarging) : undefined,
    time: period.chargingMs > 0 ? activeComponent(tariff, 'TIME', now) : undefined,
    parking: period.parkingMs > 0 ? activeComponent(tariff, 'PARKING_TIME', now) : undefined,
  };
}
