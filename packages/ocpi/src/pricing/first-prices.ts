import type { PriceComponent, Tariff, TariffElement } from '../model/index.ts';
import { activeComponent, type Dimension, isForDischarging } from './active-component.ts';
import { localClock } from './local-clock.ts';
import type { Situation } from './restrictions.ts';

/** What a tariff asks for, per dimension, with taxes; absent: that costs nothing now. */
export interface FirstPrices {
  /** Per kWh charged. */
  readonly energy?: number;
  /** Per hour of charging. */
  readonly time?: number;
  /** Per hour plugged in without charging. */
  readonly parking?: number;
  /** Once. */
  readonly flat?: number;
  /** Another time, energy or power has another price. */
  readonly varies: boolean;
}

const NAMES = { ENERGY: 'energy', TIME: 'time', PARKING_TIME: 'parking', FLAT: 'flat' } as const;

/**
 * The prices that count for a charge that begins now, as a driver is told them before: by the same rule as the bill of its first minute.
 * @param powerW what it will draw @returns undefined where the time zone is unknown
 */
export function firstPrices(
  tariff: Tariff,
  charge: { readonly atMs: number; readonly powerW: number; readonly timeZone: string },
): FirstPrices | undefined {
  const local = localClock(charge.timeZone)?.at(charge.atMs);
  if (local === undefined) return undefined;
  const { powerW } = charge;
  const now: Situation = { local, usedMilliWh: 0, elapsedMs: 0, minPowerW: powerW, maxPowerW: powerW };
  const entries = (Object.keys(NAMES) as Dimension[]).flatMap((dimension) => {
    const found = activeComponent(tariff, dimension, now, isForCharging);
    return found === undefined ? [] : [[NAMES[dimension], withTaxes(tariff, found.component)]];
  });
  const varies = tariff.elements.some(
    (element) => isForCharging(element) && Object.keys(element.restrictions ?? {}).length > 0,
  );
  return { ...Object.fromEntries(entries), varies };
}

const isForCharging = (element: TariffElement): boolean =>
  !isForDischarging(element) && element.restrictions?.reservation === undefined;

/** To a millionth: what binary fractions add is no part of a price. */
const withTaxes = ({ tax_included }: Tariff, { price, vat = 0 }: PriceComponent): number =>
  tax_included === 'NO' ? Math.round(price * (100 + vat) * 1e4) / 1e6 : price;
