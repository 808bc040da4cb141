import type { Transactions } from '../transactions/index.ts';
import type { Cdrs } from './billing.ts';
import { type FactSources, factsOf } from './session-facts.ts';

export interface AmountSoFar {
  /** Before taxes, where a tariff states both. */
  readonly amount: number;
  /** What the driver pays: as the receipt will say it. */
  readonly withTaxes: number;
  readonly currency: string;
}

/** @returns what a transaction of an own station costs so far; undefined where nothing has a price there */
export function createPriceSoFar(
  sources: FactSources & {
    readonly transactions: Pick<Transactions, 'get' | 'readings'>;
    readonly cdrs: Pick<Cdrs, 'price'>;
  },
): (transactionId: string) => Promise<AmountSoFar | undefined> {
  return async (transactionId) => {
    const transaction = await sources.transactions.get(transactionId);
    const facts = transaction === undefined ? undefined : await factsOf(sources, transaction);
    const price = facts === undefined ? undefined : await sources.cdrs.price(facts);
    if (price === undefined || !price.ok || price.data === undefined) return undefined;
    const { before_taxes: amount, taxes = [] } = price.data.totalCost;
    const withTaxes = taxes.reduce((sum, tax) => sum + tax.amount, amount);
    return { amount, withTaxes, currency: price.data.currency };
  };
}
