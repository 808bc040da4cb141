import assert from 'node:assert/strict';
import { test } from 'node:test';
import { momentMs, outside } from './outside.ts';

test('moments leave as RFC 3339 UTC without the unit in their name; lengths of time and values keep theirs', () => {
  const inside = {
    startMs: 0,
    endMs: null,
    solveMs: 12,
    durationMs: 900_000,
    powerW: 7,
    list: [{ atMs: 1_767_225_600_123 }],
  };
  assert.deepEqual(outside(inside), {
    start: '1970-01-01T00:00:00.000Z',
    end: null,
    solveMs: 12,
    durationMs: 900_000,
    powerW: 7,
    list: [{ at: '2026-01-01T00:00:00.123Z' }],
  });
});

test('a time without a zone, or that is none, is refused', () => {
  assert.equal(momentMs('2026-01-01T01:00:00+01:00'), 1_767_225_600_000);
  assert.equal(momentMs('2026-01-01T00:00Z'), 1_767_225_600_000);
  for (const text of ['2026-01-01T00:00:00', '2026-01-01', '2026-13-01T00:00:00Z', 'tomorrow', '0']) {
    assert.equal(momentMs(text), undefined, text);
  }
});
