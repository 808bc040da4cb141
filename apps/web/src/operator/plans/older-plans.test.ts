import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withOlder } from './older-plans.ts';

const numbered = (...numbers: number[]) => numbers.map((number) => ({ number }));

test('older plans that were asked for twice are listed once', () => {
  const asked = withOlder(numbered(9, 8), 8, numbered(7, 6)) ?? [];
  assert.deepEqual(asked, numbered(9, 8, 7, 6));
  assert.equal(withOlder(asked, 8, numbered(7, 6)), undefined);
});

test('the newest plans take the place of all', () => {
  assert.deepEqual(withOlder(numbered(9, 8, 7), undefined, numbered(10, 9)), numbered(10, 9));
});
