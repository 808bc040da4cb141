/** What an event says, as a digest: a number that comes twice is the same event only when it says the same. */
import { createHash } from 'node:crypto';

/** `offline` is left out: it tells how an event was sent, and a station that sends it again may tell another way. */
export function contentOf(payload: Readonly<Record<string, unknown>>): string {
  const { offline: _, ...said } = payload;
  return createHash('sha256')
    .update(JSON.stringify(ordered(said)))
    .digest('base64url')
    .slice(0, 22);
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, inside]) => [name, ordered(inside)]);
}
