/**
 * OCPI DateTime: RFC 3339, UTC only, `Z` or no designator, optional fraction (OCPI 2.3.0 `types`). "+00:00 is not the same as UTC".
 */
const FORM = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?Z?$/;

/**
 * Epoch milliseconds of an OCPI DateTime, or undefined when the text is not one. The text is never handed to `Date.parse`, which
 * reads a time without designator as local time. Digits after the millisecond are cut; a leap second counts as the second after.
 */
export function parseDateTime(text: string): number | undefined {
  const match = FORM.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 60) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1) return undefined;
  const milliseconds = match[7] === undefined ? 0 : Number(match[7].slice(0, 3).padEnd(3, '0'));
  return date.getTime() + ((hour * 60 + minute) * 60 + second) * 1000 + milliseconds;
}

/** `2026-11-21T10:15:00Z`, with milliseconds only where they are not zero: at most 24 of the 25 characters OCPI allows. */
export function formatDateTime(epochMs: number): string {
  return new Date(Math.floor(epochMs)).toISOString().replace('.000Z', 'Z');
}
