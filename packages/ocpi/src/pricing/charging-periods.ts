/** ChargingPeriods of OCPI (mod_cdrs) to and from what the price looks at. */
import { type CdrDimension, type ChargingPeriod, formatDateTime, parseDateTime } from '../model/index.ts';
import type { Bill, NotPriced, SessionToPrice } from './price-of.ts';
import { priceVolumes } from './price-of.ts';
import { milli, powerOf, type UsagePeriod, type Volumes } from './usage.ts';

const HOUR_MS = 3_600_000;

/** What a CDR says about a period. Both directions of energy are listed, never their sum. */
export function toChargingPeriod(period: UsagePeriod): ChargingPeriod {
  const { startMs, endMs, activity, importedWh, exportedWh, currentA, tariffId } = period;
  const hours = fourDecimals((endMs - startMs) / HOUR_MS);
  const dimensions: CdrDimension[] = [{ type: timeDimension(activity), volume: hours }];
  if (importedWh > 0) dimensions.push({ type: 'ENERGY', volume: fourDecimals(importedWh / 1000) });
  if (exportedWh > 0) dimensions.push({ type: 'ENERGY', volume: -fourDecimals(exportedWh / 1000) });
  if (importedWh > 0 || exportedWh > 0) {
    const kW = fourDecimals(powerOf(period) / 1000);
    dimensions.push({ type: kW < 0 ? 'MIN_POWER' : 'MAX_POWER', volume: kW });
  }
  if (currentA !== undefined) dimensions.push({ type: 'MAX_CURRENT', volume: currentA });
  return {
    start_date_time: formatDateTime(startMs),
    dimensions,
    ...(tariffId === undefined ? {} : { tariff_id: tariffId }),
  };
}

function timeDimension(activity: UsagePeriod['activity']): CdrDimension['type'] {
  if (activity === 'parking') return 'PARKING_TIME';
  return activity === 'reserved' || activity === 'reservation-expired' ? 'RESERVATION_TIME' : 'TIME';
}

export interface PeriodsToPrice extends Omit<SessionToPrice, 'periods'> {
  readonly periods: readonly ChargingPeriod[];
  readonly endDateTime: string;
  /** The reservation was never used. */
  readonly reservationExpired?: boolean;
}

/** Prices the periods of a CDR as they are: to check what another party billed. */
export function priceChargingPeriods(session: PeriodsToPrice): Bill | NotPriced {
  const volumes: Volumes[] = [];
  for (const [index, period] of session.periods.entries()) {
    const startMs = parseDateTime(period.start_date_time);
    const endMs = parseDateTime(session.periods[index + 1]?.start_date_time ?? session.endDateTime);
    if (startMs === undefined || endMs === undefined || endMs < startMs) {
      return { ok: false, code: 'broken-period', detail: `Period ${index} does not end after it starts.` };
    }
    volumes.push(volumesOfChargingPeriod(period, startMs, endMs, session.reservationExpired === true));
  }
  return priceVolumes({ ...session, volumes });
}

function volumesOfChargingPeriod(
  period: ChargingPeriod,
  startMs: number,
  endMs: number,
  reservationExpired: boolean,
): Volumes {
  const of = (type: CdrDimension['type']) =>
    period.dimensions.filter((dimension) => dimension.type === type).map(({ volume }) => volume);
  const sum = (volumes: readonly number[]) => volumes.reduce((total, volume) => total + volume, 0);
  const importedMilliWh = milli(sum(of('ENERGY').filter((kWh) => kWh > 0)) * 1000);
  const exportedMilliWh = milli(-sum(of('ENERGY').filter((kWh) => kWh < 0)) * 1000);
  const meanW =
    endMs > startMs ? ((importedMilliWh - exportedMilliWh) / 1000) * (HOUR_MS / (endMs - startMs)) : 0;
  const extreme = (wanted: 'MAX' | 'MIN', what: 'POWER' | 'CURRENT') => {
    const other = wanted === 'MAX' ? 'MIN' : 'MAX';
    return of(`${wanted}_${what}`)[0] ?? of(`${other}_${what}`)[0];
  };
  const [minKw, maxKw] = [extreme('MIN', 'POWER'), extreme('MAX', 'POWER')];
  const [minCurrentA, maxCurrentA] = [extreme('MIN', 'CURRENT'), extreme('MAX', 'CURRENT')];
  return {
    startMs,
    chargingMs: wholeSeconds(sum(of('TIME'))),
    parkingMs: wholeSeconds(sum(of('PARKING_TIME'))),
    reservedMs: wholeSeconds(sum(of('RESERVATION_TIME'))),
    reservationExpired,
    importedMilliWh,
    exportedMilliWh,
    minPowerW: minKw === undefined ? meanW : minKw * 1000,
    maxPowerW: maxKw === undefined ? meanW : maxKw * 1000,
    ...(minCurrentA === undefined ? {} : { minCurrentA }),
    ...(maxCurrentA === undefined ? {} : { maxCurrentA }),
    ...(period.tariff_id === undefined ? {} : { tariffId: period.tariff_id }),
  };
}

/** Four decimals of an hour are 0.36 s: whole seconds survive, 0.0833 h is five minutes again. */
function wholeSeconds(hours: number): number {
  return Math.round(hours * 3600) * 1000;
}

function fourDecimals(value: number): number {
  return Number(value.toFixed(4));
}
