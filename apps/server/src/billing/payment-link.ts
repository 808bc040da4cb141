import type { Payment } from './billing.ts';

/** The address at which one bill is paid; the template was checked when the server started (`SMAC_PAY_URL`). */
export function paymentLink(
  template: string,
  { cdrId, amount, currency }: Pick<Payment, 'cdrId' | 'amount' | 'currency'>,
  returnUrl: string,
): string {
  const values: Readonly<Record<string, string>> = {
    '{amount}': amount.toFixed(2),
    '{currency}': currency,
    '{reference}': cdrId,
    '{return}': returnUrl,
  };
  return template.replace(/\{[a-z]+\}/g, (name) => encodeURIComponent(values[name] ?? name));
}
