import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextLocalTime } from './defaults.ts';

const next = (clockTime: string, after: string) =>
  new Date(nextLocalTime(clockTime, Date.parse(after), 'Europe/Madrid')).toISOString();

test('a usual time is the next one on the clock of the place, a minute ahead at least: what is over a moment later is no wish', () => {
  assert.equal(next('07:15', '2026-06-01T04:00:00Z'), '2026-06-01T05:15:00.000Z');
  assert.equal(next('07:15', '2026-06-01T05:14:00Z'), '2026-06-01T05:15:00.000Z');
  assert.equal(next('07:15', '2026-06-01T05:14:59.900Z'), '2026-06-02T05:15:00.000Z');
  assert.equal(next('07:15', '2026-06-01T05:15:00Z'), '2026-06-02T05:15:00.000Z');
  assert.equal(next('00:00', '2026-06-01T21:50:00Z'), '2026-06-01T22:00:00.000Z');
});

test('a usual time is right over the nights in which the clocks change', () => {
  assert.equal(next('07:15', '2026-10-24T20:00:00Z'), '2026-10-25T06:15:00.000Z');
  assert.equal(next('07:15', '2027-03-27T20:00:00Z'), '2027-03-28T05:15:00.000Z');
  assert.equal(next('07:15', '2026-10-24T05:14:30Z'), '2026-10-25T06:15:00.000Z');
});
