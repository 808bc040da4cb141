const PLACEHOLDERS: ReadonlySet<string> = new Set(['{amount}', '{currency}', '{reference}', '{return}']);

/** An address of a payment service with gaps for one bill; never in the host, so that no bill leads elsewhere. */
export function isPaymentTemplate(text: string): boolean {
  if (!/^https:\/\/[^/?#{}\s]+[/?]\S*$/.test(text) || !URL.canParse(text)) return false;
  const { username, password } = new URL(text);
  const named: readonly string[] = text.match(/\{[^{}]*\}/g) ?? [];
  return (
    username === '' &&
    password === '' &&
    ['{amount}', '{reference}'].every((one) => named.includes(one)) &&
    named.every((one) => PLACEHOLDERS.has(one))
  );
}
