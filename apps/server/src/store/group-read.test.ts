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

test('while as many reads are under way as may be, what is asked for gathers into the next, and a read that failed makes room as well', async () => {
  const asked: string[][] = [];
  const answers: PromiseWithResolvers<ReadonlyMap<string, string>>[] = [];
  const read = groupRead(
    (keys: readonly string[]) => {
      asked.push([...keys]);
      const answer = Promise.withResolvers<ReadonlyMap<string, string>>();
      answers.push(answer);
      return answer.promise;
    },
    (key) => key,
    500,
    1,
  );
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const first = read('a');
  await turn();
  const later = [read('b'), read('a')];
  await turn();
  later.push(read('c'));
  await turn();
  assert.deepEqual(asked, [['a']]);
  answers[0]?.reject(new Error('away'));
  await assert.rejects(first, /away/);
  await turn();
  assert.deepEqual(
    asked,
    [['a'], ['b', 'a', 'c']],
    'one read for all who came meanwhile, begun after they came',
  );
  answers[1]?.resolve(new Map([['b', 'B']]));
  assert.deepEqual(await Promise.all(later), ['B', undefined, undefined]);
});
