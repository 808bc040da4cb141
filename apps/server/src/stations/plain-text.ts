/** Text of a station as it may be stored and shown: no control characters, no half characters, not longer than `most`. */
export function plainText(value: unknown, most: number): string | null {
  if (typeof value !== 'string') return null;
  const text = value
    .replace(/\p{Cc}/gu, ' ')
    .toWellFormed()
    .trim();
  return text === '' ? null : [...text].slice(0, most).join('');
}
