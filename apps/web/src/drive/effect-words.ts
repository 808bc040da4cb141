import { localeOf } from '../words/numbers.ts';

/** Two decimals: a charge is worth some hundred grams. */
export function kilograms(language: string, kg: number): string {
  const digits = { minimumFractionDigits: 2, maximumFractionDigits: 2 };
  return `${new Intl.NumberFormat(localeOf(language), digits).format(kg)} kg`;
}

/** The word for a comparison: what reads the same on the page is no difference, whatever stands behind the digits. */
export function differenceWord(
  { actual, uncontrolled }: { readonly actual: string; readonly uncontrolled: string },
  more: number,
): 'less' | 'more' | 'same' {
  if (actual === uncontrolled) return 'same';
  return more > 0 ? 'more' : 'less';
}
