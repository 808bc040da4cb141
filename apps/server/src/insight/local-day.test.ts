import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startOfDayMs } from './local-day.ts';

const CASES = [
  ['2026-06-01T10:15:00Z', 'Europe/Helsinki', '2026-05-31T21:00:00Z'],
  ['2026-06-01T21:00:00Z', 'Europe/Helsinki', '2026-06-01T21:00:00Z'],
  ['2026-06-01T23:59:59Z', 'UTC', '2026-06-01T00:00:00Z'],
  // Clocks went forward at 01:00 UTC, and back.
  ['2026-03-29T12:00:00Z', 'Europe/Madrid', '2026-03-28T23:00:00Z'],
  ['2026-10-25T12:00:00Z', 'Europe/Madrid', '2026-10-24T22:00:00Z'],
] as const;

test('what is shown for today begins at midnight of the site, also on days that clocks change', () => {
  for (const [at, zone, start] of CASES)
    assert.equal(new Date(startOfDayMs(Date.parse(at), zone)).toISOString(), new Date(start).toISOString());
});
