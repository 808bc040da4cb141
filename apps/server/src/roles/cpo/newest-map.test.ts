import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NewestMap } from './newest-map.ts';

test('what was told is remembered for so many, and who was not heard of for longest is forgotten', () => {
  const told = new NewestMap<string, number>(2);
  told.set('a', 1);
  told.set('b', 2);
  told.set('a', 3);
  told.set('c', 4);
  assert.deepEqual([told.get('a'), told.get('b'), told.get('c'), told.size], [3, undefined, 4, 2]);
  told.delete('a');
  assert.equal(told.size, 1);
});
