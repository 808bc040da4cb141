/** What a session costs: pure, exact, and the same for CPO and eMSP. */
export { billablePeriods } from './billable-periods.ts';
export { type PeriodsToPrice, priceChargingPeriods, toChargingPeriod } from './charging-periods.ts';
export { chooseTariff } from './choose-tariff.ts';
export { type FirstPrices, firstPrices } from './first-prices.ts';
export type { Rounding } from './money.ts';
export { OCPI_ROUNDING } from './money.ts';
export {
  type Amounts,
  type Bill,
  type BillLine,
  type NotPriced,
  priceOf,
  type SessionToPrice,
} from './price-of.ts';
export { splitUsage } from './split-usage.ts';
export type { Activity, UsagePeriod } from './usage.ts';
