import assert from 'node:assert/strict';
import { type PriceComponent, parseDateTime, type Tariff, type TariffElement } from '../../model/index.ts';
import { type Bill, billablePeriods, priceOf, type UsagePeriod } from '../index.ts';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;

/** A tariff out of its elements. */
export function tariffOf(elements: readonly TariffElement[], more: Partial<Tariff> = {}): Tariff {
  return {
    country_code: 'FI',
    party_id: 'TKU',
    id: 'T1',
    currency: 'EUR',
    tax_included: 'NO',
    last_updated: '2026-11-21T08:00:00Z',
    ...more,
    elements: [...elements],
  };
}

export function component(
  type: PriceComponent['type'],
  price: number,
  vat?: number,
  step_size = 1,
): PriceComponent {
  return { type, price, step_size, ...(vat === undefined ? {} : { vat }) };
}

/** Stretches one after the other, `minutes` long each. */
export function usage(
  start: string,
  ...stretches: readonly (Partial<UsagePeriod> & { readonly minutes: number })[]
): UsagePeriod[] {
  let startMs = parseDateTime(start) ?? Number.NaN;
  return stretches.map(({ minutes, ...rest }) => {
    const endMs = startMs + minutes * MINUTE_MS;
    const period = { startMs, endMs, activity: 'charging' as const, importedWh: 0, exportedWh: 0, ...rest };
    startMs = endMs;
    return period;
  });
}

/** The bill of a session after its periods were cut where prices change. */
export function bill(
  tariff: Tariff | readonly Tariff[],
  periods: readonly UsagePeriod[],
  timeZone = 'UTC',
): Bill {
  const tariffs = 'elements' in tariff ? [tariff] : tariff;
  const cut = billablePeriods(periods, tariffs, timeZone);
  assert.ok(cut);
  const priced = priceOf({ tariffs, periods: cut, timeZone });
  assert.ok(priced.ok, JSON.stringify(priced));
  return priced;
}

/** `before/after` taxes. */
export function totals({ total }: Bill): string {
  return `${total.beforeTaxes}/${total.afterTaxes}`;
}
