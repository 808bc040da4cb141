import assert from 'node:assert/strict';
import { test } from 'node:test';
import { groupRead } from './group-read.ts';

test('RT14 what is asked for at once is read at once, each key once, and nobody waits for what was asked later', async () => {
  const asked: string[][] = [];
  const stored = new Map([
    ['a', 1],
    ['b', 2],
  ]);
  const read = groupRead(
    async (keys: readonly string[]) => {
      asked.push([...keys]);
      return new Map(stored);
    },
    (key) => key,
    3,
  );
  assert.deepEqual(await Promise.all(['a', 'b', 'a', 'c', 'b'].map(read)), [1, 2, 1, undefined, 2]);
  assert.deepEqual(asked, [['a', 'b', 'c'], ['b']]);
  stored.set('a', 3);
  assert.equal(await read('a'), 3, 'what was committed before is seen');
});

test('a read that fails fails for who asked in it, and for nobody after', async () => {
  let fails = true;
  const read = groupRead(
    async () => {
      if (fails) throw new Error('the database is away');
      return new Map([['a', 1]]);
    },
    (key: string) => key,
  );
  await assert.rejects(Promise.all([read('a'), read('b')]), /away/);
  fails = false;
  assert.equal(await read('a'), 1);
});
