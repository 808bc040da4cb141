import {
  billablePeriods,
  chooseTariff,
  type ProfileType,
  priceOf,
  type Tariff,
  type UsagePeriod,
} from '@smac/ocpi';

/** What a driver is told before the bill: an amount with taxes where the tariff has them, or that no tariff counts and nothing is owed. */
export type PriceAhead =
  | { readonly basis: 'tariff'; readonly currency: string; readonly amount: number }
  | { readonly basis: 'free' };

/**
 * What a charge will cost when it goes as `usage` says, by the tariffs of the connector; the same arithmetic as the bill.
 * Undefined: it cannot be priced.
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
  if (tariff === undefined) return { basis: 'free' };
  const named = usage.map((period) => ({ ...period, tariffId: tariff.id }));
  const periods = billablePeriods(named, [tariff], timeZone) ?? named;
  const bill = priceOf({ tariffs: [tariff], periods, timeZone });
  if (!bill.ok) return undefined;
  return { basis: 'tariff', currency: bill.currency, amount: Number(bill.total.afterTaxes) };
}
