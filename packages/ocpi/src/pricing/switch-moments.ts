/** Where a tariff may change its prices: a CPO starts a new ChargingPeriod there (OCPI 2.3.0 mod_cdrs, ChargingPeriod). */
import type { Tariff, TariffRestrictions } from '../model/index.ts';
import { minuteOf } from './restrictions.ts';

export interface SwitchPoints {
  /** Minutes of the local day. */
  readonly minutesOfDay: readonly number[];
  /** ms since the session began. */
  readonly elapsedMs: readonly number[];
  /** mWh charged since the session began. */
  readonly usedMilliWh: readonly number[];
}

const CLOCK_FIELDS = ['start_time', 'end_time', 'start_date', 'end_date', 'day_of_week'] as const;

export function switchPoints(tariff: Tariff): SwitchPoints {
  const all = tariff.elements.flatMap(({ restrictions }) =>
    restrictions === undefined ? [] : [restrictions],
  );
  const byClock = all.some((r) => CLOCK_FIELDS.some((field) => r[field] !== undefined));
  return {
    minutesOfDay: unique([
      ...(byClock ? [0] : []),
      ...given(all, 'start_time').map(minuteOf),
      ...given(all, 'end_time').map(minuteOf),
    ]),
    elapsedMs: unique([...given(all, 'min_duration'), ...given(all, 'max_duration')].map((s) => s * 1000)),
    usedMilliWh: unique(
      [...given(all, 'min_kwh'), ...given(all, 'max_kwh')].map((kWh) => Math.round(kWh * 1e6)),
    ),
  };
}

function given<K extends 'start_time' | 'end_time' | 'min_duration' | 'max_duration' | 'min_kwh' | 'max_kwh'>(
  all: readonly TariffRestrictions[],
  field: K,
): NonNullable<TariffRestrictions[K]>[] {
  return all.map((restrictions) => restrictions[field]).filter((value) => value !== undefined);
}

function unique(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}
