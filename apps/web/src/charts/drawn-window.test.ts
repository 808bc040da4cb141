import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hoursShown, windowOf, within } from './drawn-window.ts';
import type { DrawnSite } from './site-slots.ts';

const SLOTS = 193;
const row = Array.from({ length: SLOTS }, (_, slot) => slot);
const site: DrawnSite = {
  name: 'Turku',
  currency: 'EUR',
  timeZone: 'Europe/Helsinki',
  now: '2026-06-02T00:05:00Z',
  start: '2026-06-01T00:00:00Z',
  slotMinutes: 15,
  limitW: row,
  baseLoadW: row,
  generationW: row,
  meteredNetW: row,
  plannedNetW: row,
  importPrice: row,
  evses: [{ label: 'P1', status: 'AVAILABLE', meteredW: row, plannedW: row, session: null }],
};

test('the chart shows 24 hours back and ahead, or the 12 or 6 around now, each row cut alike', () => {
  assert.deepEqual([hoursShown(null), hoursShown('6'), hoursShown('7')], [24, 6, 24]);
  assert.deepEqual(windowOf(site, 24), { from: 0, to: SLOTS });
  assert.equal(within(site, windowOf(site, 24)), site);
  const six = within(site, windowOf(site, 6));
  assert.equal(six.start, '2026-06-01T18:00:00.000Z');
  assert.deepEqual([six.limitW.length, six.limitW[0], six.limitW.at(-1)], [49, 72, 120]);
  assert.deepEqual(six.evses[0]?.plannedW, six.limitW);
});
