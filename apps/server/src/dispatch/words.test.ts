import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inWords } from './words.ts';

const nowMs = Date.parse('2026-06-01T22:28:00Z');

test('what a profile asks for is told with the day where that is another one: the same time tomorrow is not a quarter of an hour ago', () => {
  const profile = (nextMs: number) => ({
    startMs: nowMs,
    endMs: nowMs + 86_400_000,
    periods: [
      { startMs: nowMs, powerW: 0 },
      { startMs: nextMs, powerW: 11_000 },
    ],
  });
  assert.equal(inWords(profile(Date.parse('2026-06-01T23:15:00Z')), nowMs), '0.0 kW, from 23:15 UTC 11.0 kW');
  assert.equal(
    inWords(profile(Date.parse('2026-06-02T22:15:00Z')), nowMs),
    '0.0 kW, from 2026-06-02 22:15 UTC 11.0 kW',
  );
});
