/** What charging costs: tariffs that another person approved, and a CDR for every session. */
export { type BillTransactionsOptions, billTransactions } from './bill-transactions.ts';
export type {
  Billing,
  CdrDelivery,
  CdrQuery,
  Cdrs,
  Payment,
  Payments,
  ProposedTariff,
  TariffCeiling,
  TariffPlace,
  TariffRevision,
  Tariffs,
} from './billing.ts';
export { type BillingOptions, createBilling } from './create-billing.ts';
export type { SessionFacts } from './facts.ts';
export { paymentLink } from './payment-link.ts';
export { type PriceAhead, priceAhead } from './price-ahead.ts';
export { type AmountSoFar, createPriceSoFar } from './price-so-far.ts';
export { previewTariff, type TariffPreview, type TypicalCharge } from './tariff-preview.ts';
export { tariffsAt } from './tariff-rules.ts';
export { type ActivityChange, type RegisterReading, usageOfReadings } from './usage-of-readings.ts';
