/** Price and PriceLimit, 2.2.1 <-> 2.3.0 (OCPI 2.3.0 `types`, `mod_tariffs`). */
import type { Price, Price221, PriceLimit } from '../model/index.ts';
import { compact } from './losses.ts';

/** Money on the wire has four decimals; six leave room and still undo binary fractions. */
function rounded(amount: number): number {
  return Number(amount.toFixed(6));
}

/** The difference between both amounts becomes one tax; without `incl_vat` nothing is known about taxes. */
export function priceFrom221(price: Price221): Price {
  if (price.incl_vat === undefined) return { before_taxes: price.excl_vat };
  return {
    before_taxes: price.excl_vat,
    taxes: [{ name: 'VAT', amount: rounded(price.incl_vat - price.excl_vat) }],
  };
}

/** All taxes together become the difference; an empty list of taxes means that there are none. */
export function priceTo221(price: Price): Price221 {
  if (price.taxes === undefined) return { excl_vat: price.before_taxes };
  const taxes = price.taxes.reduce((sum, tax) => sum + tax.amount, 0);
  return { excl_vat: price.before_taxes, incl_vat: rounded(price.before_taxes + taxes) };
}

export function priceLimitFrom221(price: Price221): PriceLimit {
  return compact({ before_taxes: price.excl_vat, after_taxes: price.incl_vat });
}

export function priceLimitTo221(limit: PriceLimit): Price221 {
  return compact({ excl_vat: limit.before_taxes, incl_vat: limit.after_taxes });
}
