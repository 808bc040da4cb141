import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromSiteClock, onSiteClock } from './site-clock.ts';

test('a time is typed and read by the clock of the site, wherever its reader is', () => {
  assert.equal(onSiteClock('2026-06-01T07:03:00Z', 'Europe/Helsinki'), '2026-06-01T10:03');
  assert.equal(fromSiteClock('2026-06-01T10:03', 'Europe/Helsinki'), '2026-06-01T07:03:00.000Z');
  assert.equal(fromSiteClock('2026-01-01T00:30', 'America/New_York'), '2026-01-01T05:30:00.000Z');
  assert.deepEqual([onSiteClock('', 'UTC'), fromSiteClock('', 'UTC')], ['', '']);
});

test('on the nights clocks change, every time that is shown comes back as it was typed', () => {
  for (const shown of [
    '2026-03-29T01:59',
    '2026-03-29T03:00',
    '2026-10-25T01:59',
    '2026-10-25T02:30',
    '2026-10-25T03:00',
  ])
    assert.equal(onSiteClock(fromSiteClock(shown, 'Europe/Madrid'), 'Europe/Madrid'), shown);
  // Left out that night.
  assert.match(
    onSiteClock(fromSiteClock('2026-03-29T02:30', 'Europe/Madrid'), 'Europe/Madrid'),
    /^2026-03-29T0[13]:30$/,
  );
});
