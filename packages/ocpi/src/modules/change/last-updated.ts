import { isDeepStrictEqual } from 'node:util';
import { type Outcome, refused } from '../../exchange/outcome.ts';
import { parseDateTime } from '../../model/date-time.ts';

/** Clocks of two platforms may differ by so much (X42). */
const FUTURE_TOLERANCE_MS = 5 * 60_000;

interface Dated {
  readonly last_updated: string;
}

/**
 * What to do with a pushed object (X42). `apply`: newer than what is stored. `ignore`: older, or the same once more; answer 1000 and change
 * nothing. Refused with 2001: another content under the same time, or more than five minutes in the future. For a PATCH, `incoming` is
 * the merged object.
 */
export function decideLastUpdated(
  stored: Dated | undefined,
  incoming: Dated,
  nowMs: number,
): Outcome<'apply' | 'ignore'> {
  const incomingMs = parseDateTime(incoming.last_updated);
  if (incomingMs === undefined) {
    return refused('invalidParameters', 'last_updated must be a UTC time like 2026-11-21T10:15:00Z.');
  }
  if (incomingMs > nowMs + FUTURE_TOLERANCE_MS) {
    return refused(
      'invalidParameters',
      `last_updated ${incoming.last_updated} is more than 5 minutes in the future; check the clock.`,
    );
  }
  const storedMs = stored && parseDateTime(stored.last_updated);
  if (storedMs === undefined || incomingMs > storedMs) return { ok: true, data: 'apply' };
  if (incomingMs < storedMs || isDeepStrictEqual(stored, incoming)) return { ok: true, data: 'ignore' };
  return refused(
    'invalidParameters',
    'last_updated is that of the stored object, but the content differs; raise last_updated with every change.',
  );
}
