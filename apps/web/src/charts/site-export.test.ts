import assert from 'node:assert/strict';
import { test } from 'node:test';
import { csvText } from '../components/export/export-rows.ts';
import { siteExport } from './site-export.ts';
import type { SitePicture } from './site-slots.ts';

const evse = (label: string, evseUid: string, meteredW: number[], plannedW: number[]) => ({
  label,
  evseUid,
  meteredW,
  plannedW,
});
const PICTURE = {
  start: '2026-06-01T10:45:00Z',
  now: '2026-06-01T11:00:00Z',
  timeZone: 'Europe/Helsinki',
  currency: 'EUR',
  slotMinutes: 15,
  limitW: [30_000, null],
  baseLoadW: [4_000, 4_500],
  generationW: [null, 1_000],
  plannedNetW: [9_000, 14_500],
  meteredNetW: [10_000, null],
  importPrice: [0.2, 0.25],
  evses: [
    evse('P1', 'a', [6_000, 0], [0, 11_000]),
    evse('P2', 'b', [0, 0], [0, 0]),
    evse('P1', 'c', [0, 0], [0, -500]),
  ],
} as unknown as SitePicture;

test('a chart leaves as its lines and bands: measured where it is over, planned otherwise, the clock of the site, units in the heads', () => {
  const { columns, rows } = siteExport(PICTURE);
  assert.equal(
    csvText(columns, rows),
    [
      'start,end,kind,net (W),planned net (W),limit (W),base load (W),generation (W),cars (W),P1 a (W),P1 c (W),price (EUR/kWh)',
      '2026-06-01T13:45:00+03:00,2026-06-01T14:00:00+03:00,measured,10000,9000,30000,4000,,6000,6000,0,0.2',
      '2026-06-01T14:00:00+03:00,2026-06-01T14:15:00+03:00,planned,14500,14500,,4500,1000,10500,11000,-500,0.25',
      '',
    ].join('\r\n'),
  );
});

test('what is drawn beside the plan is a column of its own', () => {
  const { columns, rows } = siteExport(PICTURE, [null, 12_000]);
  const column = columns.find(({ key }) => key === 'what-if net (W)');
  assert.deepEqual(
    rows.map((row) => column?.value(row)),
    [null, 12_000],
  );
});
