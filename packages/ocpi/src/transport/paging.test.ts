import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextLink, pageHeaders, readPage } from './paging.ts';

const page = (query: string, dateFromRequired = false) =>
  readPage(new URLSearchParams(query), 1000, dateFromRequired);

test('OCPI 2.12-11 date_from, date_to, offset and limit are read, the limit is capped', () => {
  assert.deepEqual(page('date_from=2026-01-08T12:00:00Z&date_to=2026-01-09T00:00:00&offset=20&limit=5000'), {
    ok: true,
    data: {
      dateFromMs: Date.UTC(2026, 0, 8, 12),
      dateToMs: Date.UTC(2026, 0, 9),
      offset: 20,
      limit: 1000,
    },
  });
  assert.deepEqual(page(''), { ok: true, data: { offset: 0, limit: 100 } });
});

test('X5 a date that is no OCPI DateTime, or a count that is none, is refused with 2001 and the name of the parameter', () => {
  for (const query of [
    'date_from=2019-01-8T12:00:00',
    'date_from=2026-01-08T12:00:00%2B00:00',
    'date_to=yesterday',
    'date_to=',
    'offset=-1',
    'offset=1.5',
    'limit=0',
    'limit=ten',
    'limit=1&limit=2',
  ]) {
    const reading = page(query);
    assert.equal(reading.ok, false, query);
    if (reading.ok) continue;
    assert.equal(reading.error, 'invalidParameters');
    assert.ok(reading.detail.startsWith(query.slice(0, query.indexOf('='))), reading.detail);
  }
  assert.equal(page('', true).ok, false);
});

test('OCPI 2.12-4 Link is absolute, keeps every filter and is absent on the last page', () => {
  const query = new URLSearchParams('date_from=2026-01-08T12:00:00Z&limit=2');
  const headers = (offset: number, returned: number) =>
    pageHeaders('https://a.example/ocpi/x', query, { offset, limit: 2 }, returned, 5, 1000);
  assert.deepEqual(headers(0, 2), {
    'X-Total-Count': '5',
    'X-Limit': '1000',
    Link: '<https://a.example/ocpi/x?date_from=2026-01-08T12%3A00%3A00Z&limit=2&offset=2>; rel="next"',
  });
  assert.equal(headers(4, 1).Link, undefined);
  assert.equal(headers(9, 0).Link, undefined);
});

test('OCPI 2.12-4 the next page is found in any legal form of a Link header', () => {
  assert.equal(nextLink('<https://a.example/?x=1,2>; rel="next"'), 'https://a.example/?x=1,2');
  assert.equal(nextLink('<https://a.example/1>; rel=next'), 'https://a.example/1');
  assert.equal(
    nextLink('<https://a.example/0>; rel="prev", <https://a.example/2>; title="a; b"; rel="last next"'),
    'https://a.example/2',
  );
  assert.equal(nextLink('<https://a.example/0>; rel="prev"'), undefined);
  assert.equal(nextLink('nonsense'), undefined);
  assert.equal(nextLink(undefined), undefined);
});
