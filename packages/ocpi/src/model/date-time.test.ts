import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatDateTime, parseDateTime } from './date-time.ts';

test('OCPI types DateTime: the six forms of the specification are UTC', () => {
  const cases: [string, number][] = [
    ['2015-06-29T20:39:09Z', Date.UTC(2015, 5, 29, 20, 39, 9)],
    ['2015-06-29T20:39:09', Date.UTC(2015, 5, 29, 20, 39, 9)],
    ['2016-12-29T17:45:09.2Z', Date.UTC(2016, 11, 29, 17, 45, 9, 200)],
    ['2016-12-29T17:45:09.2', Date.UTC(2016, 11, 29, 17, 45, 9, 200)],
    ['2018-01-01T01:08:01.123Z', Date.UTC(2018, 0, 1, 1, 8, 1, 123)],
    ['2018-01-01T01:08:01.123456', Date.UTC(2018, 0, 1, 1, 8, 1, 123)],
    ['0099-02-28T00:00:00Z', new Date('0099-02-28T00:00:00Z').getTime()],
  ];
  for (const [text, expected] of cases) assert.equal(parseDateTime(text), expected, text);
});

test('X5 OCPI types DateTime: offsets (also +00:00), one-digit days and impossible dates are refused', () => {
  const refused = [
    '2026-11-21T10:00:00+00:00',
    '2026-11-21T10:00:00+01:00',
    '2019-01-8T12:00:00',
    '2026-02-30T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-11-21T24:00:00Z',
    '2026-11-21T23:60:00Z',
    '2026-11-21',
    '2026-11-21 10:00:00Z',
    '2026-11-21T10:00:00z',
    '',
  ];
  for (const text of refused) assert.equal(parseDateTime(text), undefined, text);
  assert.equal(parseDateTime('2024-02-29T00:00:00Z'), Date.UTC(2024, 1, 29));
});

test('OCPI types DateTime: a time without designator is UTC whatever the time zone of the machine is', () => {
  const module = new URL('./date-time.ts', import.meta.url).href;
  const code = `const { parseDateTime } = await import('${module}'); console.log(parseDateTime('2026-07-01T12:00:00'));`;
  for (const TZ of ['Europe/Helsinki', 'America/St_Johns', 'UTC']) {
    const out = execFileSync(process.execPath, ['--input-type=module', '-e', code], {
      env: { ...process.env, TZ },
    });
    assert.equal(Number(out.toString()), Date.UTC(2026, 6, 1, 12), TZ);
  }
});

test('OCPI types DateTime: what we write is at most 25 characters and reads back to the same millisecond', () => {
  const latest = Date.UTC(9999, 11, 31);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: latest }), (epochMs) => {
      const text = formatDateTime(epochMs);
      assert.ok(text.length <= 25 && text.endsWith('Z'), text);
      assert.equal(parseDateTime(text), epochMs);
    }),
  );
});
