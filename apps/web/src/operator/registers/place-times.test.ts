import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placeTimes } from './place-times.ts';

const moment = '2026-06-01T21:30:00Z';
const nowMs = Date.parse('2026-06-01T21:45:00Z');
const zoneOf = (zone: string) => zone;

test('a register says moments by the clock of their place, and whose clock it is where places differ', () => {
  const alike = placeTimes(['Europe/Helsinki', 'Europe/Helsinki'], zoneOf);
  assert.equal(alike('en', 'Europe/Helsinki', moment, nowMs), '00:30');
  assert.equal(alike('en', 'Europe/Helsinki', null, nowMs), '–');
  const mixed = placeTimes(['Europe/Helsinki', 'Europe/Madrid'], zoneOf);
  assert.equal(mixed('en', 'Europe/Madrid', moment, nowMs), '23:30 (Europe/Madrid)');
});
