import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { csvText, jsonText } from '../export/export-rows.ts';
import type { Column } from './column.ts';
import {
  addressChanges,
  NO_QUERY,
  nextSort,
  pickedOf,
  pickedText,
  rangeOf,
  rangeText,
  type TableQuery,
  tableQueryOf,
} from './table-query.ts';
import { choicesOf, pageOf, ROWS_AT_ONCE, ROWS_PER_PAGE, rowsOf } from './table-rows.ts';

interface Line {
  readonly name: string;
  readonly kwh: number | null;
  readonly atMs: number | null;
  readonly state: string;
}
const heading = 'nav.sites';
const COLUMNS: readonly Column<Line>[] = [
  { key: 'name', heading, kind: 'text', value: ({ name }) => name },
  { key: 'energyKwh', heading, kind: 'number', value: ({ kwh }) => kwh, text: ({ kwh }) => `${kwh} kWh` },
  { key: 'endedAt', heading, kind: 'time', value: ({ atMs }) => atMs },
  {
    key: 'state',
    heading,
    kind: 'choice',
    value: ({ state }) => state,
    text: ({ state }) => (state === 'a' ? 'Active' : 'Ended'),
  },
];
const at = (text: string) => Date.parse(text);
const LINES: readonly Line[] = [
  { name: 'Kauppatori 10', kwh: 7.5, atMs: at('2026-06-01T20:59:00Z'), state: 'a' },
  { name: 'kauppatori 9', kwh: 12, atMs: at('2026-06-01T21:00:00Z'), state: 'e' },
  { name: 'Satama', kwh: null, atMs: null, state: 'e' },
];
const namesOf = (query: Partial<TableQuery>, zone = 'Europe/Helsinki') =>
  rowsOf(LINES, COLUMNS, { ...NO_QUERY, ...query }, zone).map(({ name }) => name);

test('a column is filtered by its kind: a part of a text, picked values, a range of numbers, days of the zone', () => {
  assert.deepEqual(namesOf({ filters: { name: 'SAT' } }), ['Satama']);
  assert.deepEqual(namesOf({ filters: { state: 'a' } }), ['Kauppatori 10']);
  assert.deepEqual(namesOf({ filters: { state: 'a,e' } }).length, 3);
  assert.deepEqual(namesOf({ filters: { energyKwh: '7.5..' } }), ['Kauppatori 10', 'kauppatori 9']);
  assert.deepEqual(namesOf({ filters: { energyKwh: '..8' } }), ['Kauppatori 10'], 'not known is not 0');
  // 23:59 and 00:00 in Turku: two days there, one day in Amsterdam.
  assert.deepEqual(namesOf({ filters: { endedAt: '2026-06-02..2026-06-02' } }), ['kauppatori 9']);
  assert.equal(namesOf({ filters: { endedAt: '2026-06-01..2026-06-01' } }, 'Europe/Amsterdam').length, 2);
  assert.deepEqual(namesOf({ filters: { energyKwh: '8..', state: 'a' } }), []);
  const zone = ({ name }: Line) => (name === 'Kauppatori 10' ? 'Europe/Helsinki' : 'Europe/Amsterdam');
  const columns = COLUMNS.map((column) => (column.kind === 'time' ? { ...column, zone } : column));
  const query = { ...NO_QUERY, filters: { endedAt: '2026-06-01..2026-06-01' } };
  const ofTheirPlaces = rowsOf(LINES, columns, query, 'Asia/Tokyo').map(({ name }) => name);
  assert.deepEqual(ofTheirPlaces, ['Kauppatori 10', 'kauppatori 9'], 'the day that the cell shows');
});

test('free text finds rows that hold every word, as shown or as a code', () => {
  assert.deepEqual(namesOf({ text: 'kauppa active' }), ['Kauppatori 10']);
  assert.deepEqual(namesOf({ text: ' 12 KWH ' }), ['kauppatori 9']);
  assert.deepEqual(namesOf({ text: 'kauppa satama' }), []);
});

test('sorting takes numbers by size, texts as people do, and puts what is not known last both ways', () => {
  assert.deepEqual(namesOf({ sort: 'name' }), ['kauppatori 9', 'Kauppatori 10', 'Satama']);
  assert.deepEqual(namesOf({ sort: '-energyKwh' }), ['kauppatori 9', 'Kauppatori 10', 'Satama']);
  assert.deepEqual(namesOf({ sort: 'energyKwh' }), ['Kauppatori 10', 'kauppatori 9', 'Satama']);
  assert.deepEqual(
    namesOf({}),
    LINES.map(({ name }) => name),
  );
  assert.deepEqual(
    ['', 'a', '-a'].map((sort) => nextSort(sort, 'a')),
    ['a', '-a', ''],
  );
  assert.equal(nextSort('-b', 'a'), 'a');
});

test('filter, order and page stand in the address and come back from it, also for two tables of one page', () => {
  const query = fc.record({
    text: fc.string(),
    filters: fc.dictionary(fc.constantFrom('name', 'state', 'energyKwh'), fc.string({ minLength: 1 })),
    sort: fc.constantFrom('', 'name', '-energyKwh'),
    page: fc.integer({ min: 1, max: 99 }),
  });
  const write = (address: URLSearchParams, wanted: TableQuery, table: string) => {
    const changes = addressChanges(tableQueryOf(address, COLUMNS, table), wanted, table);
    for (const [name, value] of Object.entries(changes)) {
      if (value === '') address.delete(name);
      else address.set(name, value);
    }
  };
  fc.assert(
    fc.property(query, query, query, (first, other, second) => {
      const address = new URLSearchParams('to=1');
      for (const [wanted, table] of [
        [first, ''],
        [other, 'b'],
        [second, ''],
      ] as const)
        write(address, wanted, table);
      const read = new URLSearchParams(address.toString());
      const plain = (one: TableQuery) => ({ ...one, filters: { ...one.filters } });
      assert.deepEqual(plain(tableQueryOf(read, COLUMNS, '')), plain(second));
      assert.deepEqual(plain(tableQueryOf(read, COLUMNS, 'b')), plain(other));
      assert.equal(read.get('to'), '1');
    }),
  );
});

test('an address of an older page: columns that are gone and pages that are no numbers are left out', () => {
  const read = tableQueryOf(new URLSearchParams('f.gone=1&sort=-gone&page=x&f.name='), COLUMNS);
  assert.deepEqual(read, NO_QUERY);
});

test('picked values and ranges are written so that they come back', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ minLength: 1 }), { minLength: 1 }), (values) => {
      assert.deepEqual(pickedOf(pickedText(values)), values);
    }),
  );
  assert.deepEqual(rangeOf(rangeText('5', '')), { from: '5', to: '' });
  assert.deepEqual(rangeText('', ''), '');
});

test('choices are the values that are there, in words, with how many rows have each', () => {
  const states = COLUMNS[3] as Column<Line>;
  assert.deepEqual(choicesOf(LINES, states), [
    { value: 'a', text: 'Active', count: 1 },
    { value: 'e', text: 'Ended', count: 2 },
  ]);
});

test('above 200 rows there are pages, and a page behind the last is the last', () => {
  const many = Array.from({ length: ROWS_AT_ONCE + 1 }, (_, n) => n);
  assert.equal(pageOf(many.slice(1), 3).rows.length, ROWS_AT_ONCE);
  const last = pageOf(many, 99);
  assert.deepEqual([last.page, last.pages, last.rows], [3, 3, [200]]);
  assert.equal(pageOf(many, 2).rows[0], ROWS_PER_PAGE);
});

test('exports hold values by key, times in UTC, what is not known as nothing', () => {
  assert.equal(
    csvText(COLUMNS, LINES.slice(1)),
    'name,energyKwh,endedAt,state\r\nkauppatori 9,12,2026-06-01T21:00:00.000Z,e\r\nSatama,,,e\r\n',
  );
  assert.deepEqual(JSON.parse(jsonText(COLUMNS, LINES.slice(2))), [
    { name: 'Satama', energyKwh: null, endedAt: null, state: 'e' },
  ]);
});

test('a text that a spreadsheet would run is kept a text; a number below 0 stays a number', () => {
  for (const evil of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', ' =1', '\r\n=1', '＝1'])
    assert.match(csvText(COLUMNS, [{ ...LINES[0]!, name: evil }]).split('state\r\n')[1] ?? '', /^"?'/, evil);
  const one = { name: 'say "a", b', kwh: -3.5, atMs: null, state: 'a' };
  assert.equal(csvText(COLUMNS, [one]).split('\r\n')[1], '"say ""a"", b",-3.5,,a');
});
