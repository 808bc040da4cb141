const known = new Set<string>();

/** Is this an IANA time zone? A location may name anything; a calendar that cannot be read must not stop planning. */
export function isTimeZone(name: string): boolean {
  if (known.has(name)) return true;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
  } catch {
    return false;
  }
  known.add(name);
  return true;
}
