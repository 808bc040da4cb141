import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ExportColumn } from './exported.ts';
import { spreadsheet } from './spreadsheet.ts';
import { cellsOf } from './testing/spreadsheet-cells.ts';
import { zonedTime } from './zoned-time.ts';

interface Line {
  readonly name: string;
  readonly kwh: number | null;
  readonly atMs: number | null;
}
const COLUMNS: readonly ExportColumn<Line>[] = [
  { key: 'name', kind: 'text', value: ({ name }) => name },
  { key: 'energyKwh', kind: 'number', value: ({ kwh }) => kwh },
  { key: 'endedAt', kind: 'time', value: ({ atMs }) => atMs },
];

test('a workbook holds numbers as numbers, times as days since 1900 in UTC, and texts that are never formulas', async () => {
  const rows: Line[] = [
    { name: '=1+1', kwh: -3.5, atMs: Date.parse('2026-06-01T12:00:00Z') },
    { name: 'a & b <c> "d"', kwh: null, atMs: null },
  ];
  const workbook = Buffer.from(await (await spreadsheet(COLUMNS, rows)).arrayBuffer());
  assert.deepEqual(cellsOf(workbook), [
    ['name', 'energyKwh', 'endedAt (UTC)'],
    ['=1+1', -3.5, 46_174.5],
    ['a & b <c> "d"'],
  ]);
});

test('a time by the clock of a zone says how far that is from UTC, so it is one moment also where a clock goes back', () => {
  assert.equal(zonedTime(Date.parse('2026-06-01T11:15:00Z'), 'Europe/Helsinki'), '2026-06-01T14:15:00+03:00');
  assert.equal(
    zonedTime(Date.parse('2026-10-25T00:30:00Z'), 'Europe/Amsterdam'),
    '2026-10-25T02:30:00+02:00',
  );
  assert.equal(
    zonedTime(Date.parse('2026-10-25T01:30:00Z'), 'Europe/Amsterdam'),
    '2026-10-25T02:30:00+01:00',
  );
  assert.equal(zonedTime(0, 'UTC'), '1970-01-01T00:00:00Z');
  const zones = fc.constantFrom('Europe/Budapest', 'America/St_Johns', 'Asia/Kathmandu', 'UTC');
  const seconds = fc.integer({ min: 0, max: 4_102_444_800 });
  fc.assert(
    fc.property(seconds, zones, (second, zone) => {
      assert.equal(Date.parse(zonedTime(second * 1000, zone)), second * 1000);
    }),
  );
});
