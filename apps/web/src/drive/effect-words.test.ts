import assert from 'node:assert/strict';
import { test } from 'node:test';
import { differenceWord, kilograms } from './effect-words.ts';

test('a comparison says less, more, or that both are the same as far as the page shows', () => {
  const word = (actual: number, uncontrolled: number) =>
    differenceWord(
      { actual: actual.toFixed(2), uncontrolled: uncontrolled.toFixed(2) },
      actual - uncontrolled,
    );
  assert.equal(word(1.4, 4.9), 'less');
  assert.equal(word(5.25, 1.05), 'more');
  assert.equal(word(1.401, 1.404), 'same');
  assert.equal(kilograms('en', 1.05), '1.05 kg');
  assert.equal(kilograms('de', 0.4), '0,40 kg');
});
