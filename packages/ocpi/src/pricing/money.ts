/** Exact money: whole numbers of 10^-12 of the currency while it is added up, decimal text outside. Floats are never accumulated. */

/** How an amount becomes the one that is billed; OCPI leaves it to laws, contracts and currencies (mod_tariffs, note on rounding). */
export interface Rounding {
  /** Digits after the point, 0..12. OCPI numbers have four. */
  readonly decimals: number;
}

export const OCPI_ROUNDING: Rounding = { decimals: 4 };

const PICO_DIGITS = 12;
const MILLION = 1_000_000n;

/** A JSON number as whole millionths; more digits have no meaning in a price. */
export function millionths(value: number): bigint {
  return BigInt(value.toFixed(6).replace('.', ''));
}

/** Price per kWh in millionths times mWh. Exact. */
export function energyCost(priceMicro: bigint, milliWh: number): bigint {
  return priceMicro * BigInt(milliWh);
}

/** Price per hour in millionths times milliseconds. */
export function timeCost(priceMicro: bigint, durationMs: number): bigint {
  return divided(priceMicro * BigInt(durationMs) * 10n, 36n);
}

/** A price that is due once. */
export function fixedCost(priceMicro: bigint): bigint {
  return priceMicro * MILLION;
}

export function amountOf(value: number): bigint {
  return fixedCost(millionths(value));
}

/** `vat` in percent, on top of the amount. */
export function withTax(amount: bigint, vat: number): bigint {
  return divided(amount * taxFactor(vat), MILLION);
}

/** The amount without the `vat` percent that it holds. */
export function withoutTax(amount: bigint, vat: number): bigint {
  return divided(amount * MILLION, taxFactor(vat));
}

function taxFactor(vat: number): bigint {
  return MILLION + millionths(vat) / 100n;
}

/** Half away from zero. */
export function divided(numerator: bigint, denominator: bigint): bigint {
  const doubled = 2n * numerator;
  const shift = numerator < 0n ? -denominator : denominator;
  return (doubled + shift) / (2n * denominator);
}

export function rounded(amount: bigint, { decimals }: Rounding): bigint {
  const unit = 10n ** BigInt(PICO_DIGITS - decimals);
  return divided(amount, unit) * unit;
}

/** `-12.5`: as few digits as the amount has. */
export function decimalText(amount: bigint): string {
  const digits = (amount < 0n ? -amount : amount).toString().padStart(PICO_DIGITS + 1, '0');
  const fraction = digits.slice(-PICO_DIGITS).replace(/0+$/, '');
  const text =
    fraction === '' ? digits.slice(0, -PICO_DIGITS) : `${digits.slice(0, -PICO_DIGITS)}.${fraction}`;
  return amount < 0n ? `-${text}` : text;
}
