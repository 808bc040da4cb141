import { isDeepStrictEqual } from 'node:util';
import { type Outcome, parseDateTime, refused } from '@smac/ocpi';

/** How far ahead of our clock a `last_updated` may be (X42). */
const FUTURE_TOLERANCE_MS = 5 * 60_000;

/**
 * X42 for pushes: 'apply' the object, or 'ignore' it (older than what is stored, or the same again: answered as done, nothing
 * changes); equal `last_updated` with another content and times more than 5 minutes ahead are refused.
 */
export function judgeFreshness(
  stored: { readonly lastUpdatedMs: number; readonly object: unknown } | undefined,
  incoming: { readonly last_updated: string },
  merged: unknown,
  nowMs: number,
): Outcome<'apply' | 'ignore'> {
  const atMs = parseDateTime(incoming.last_updated);
  if (atMs === undefined) {
    return refused(
      'invalidParameters',
      `last_updated: must be a UTC date and time, got ${incoming.last_updated}`,
    );
  }
  if (atMs > nowMs + FUTURE_TOLERANCE_MS) {
    return refused(
      'invalidParameters',
      `last_updated: ${incoming.last_updated} is more than 5 minutes in the future; set the clock of the sender`,
    );
  }
  if (stored === undefined || atMs > stored.lastUpdatedMs) return { ok: true, data: 'apply' };
  if (atMs < stored.lastUpdatedMs) return { ok: true, data: 'ignore' };
  if (isDeepStrictEqual(stored.object, merged)) return { ok: true, data: 'ignore' };
  return refused(
    'invalidParameters',
    'last_updated: equal to the stored object but the content differs; send a newer last_updated with every change',
  );
}

/** Epoch ms of an OCPI DateTime that was validated before. */
export function validMs(dateTime: string): number {
  const atMs = parseDateTime(dateTime);
  if (atMs === undefined) throw new Error(`Not an OCPI DateTime: ${dateTime}`);
  return atMs;
}
