import {
  billablePeriods,
  chooseTariff,
  type ProfileType,
  priceOf,
  type Tariff,
  type UsagePeriod,
} from '@smac/ocpi';

/** What a driver is told before the bill: an amount with taxes where the tariff has them. */
export interface PriceAhead {
  readonly currency: string;
  readonly amount: number;
}

/**
 * What a charge will cost when it goes as `usage` says, by the tariffs of the connector; the same arithmetic as the bill.
 * Undefined: no tariff counts here, or it cannot be priced.
 */
export function priceAhead(
  tariffs: readonly Tariff[],
  wish: {
    readonly startMs: number;
    readonly profileType: string;
    readonly usage: readonly UsagePeriod[];
    readonly timeZone: string;
  },
): PriceAhead | undefined {
  const { startMs, usage, timeZone } = wish;
  const tariff = chooseTariff(tariffs, { atMs: startMs, profileType: wish.profileType as ProfileType });
  if (tariff === undefined) return undefined;
  const named = usage.map((period) => ({ ...period, tariffId: tariff.id }));
  const periods = billablePeriods(named, [tariff], timeZone) ?? named;
  const bill = priceOf({ tariffs: [tariff], periods, timeZone });
  return bill.ok ? { currency: bill.currency, amount: Number(bill.total.afterTaxes) } : undefined;
}

/** Price of a kWh as a tariff states it first, with VAT; null where energy has no price of its own. */
export function statedPerKwh(tariff: Tariff): number | null {
  const energy = tariff.elements
    .flatMap(({ price_components }) => price_components)
    .find(({ type }) => type === 'ENERGY');
  if (energy === undefined) return null;
  return tariff.tax_included === 'NO' ? energy.price * (1 + (energy.vat ?? 0) / 100) : energy.price;
}
