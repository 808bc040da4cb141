import Type, { type Static } from 'typebox';
import { list, number, optional, text } from './primitives.ts';

/** OCPI 2.3.0 `types` TaxAmount. */
export const taxAmountSchema = Type.Object({
  name: text(255),
  account_number: optional(text(255)),
  percentage: optional(number()),
  amount: number(),
});
export type TaxAmount = Static<typeof taxAmountSchema>;

/** OCPI 2.3.0 `types` Price. */
export const priceSchema = Type.Object({ before_taxes: number(), taxes: list(taxAmountSchema) });
export type Price = Static<typeof priceSchema>;

/** OCPI 2.2.1 `types` Price. */
export const price221Schema = Type.Object({ excl_vat: number(), incl_vat: optional(number()) });
export type Price221 = Static<typeof price221Schema>;

/** OCPI 2.3.0 `mod_tariffs` PriceLimit. */
export const priceLimitSchema = Type.Object({ before_taxes: number(), after_taxes: optional(number()) });
export type PriceLimit = Static<typeof priceLimitSchema>;
