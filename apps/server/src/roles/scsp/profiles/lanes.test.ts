import assert from 'node:assert/strict';
import test from 'node:test';
import { Lanes } from './lanes.ts';

test('a peer gets at most so many requests at a time, the others wait in order; another peer is not held up', async () => {
  const lanes = new Lanes(2);
  const finish: (() => void)[] = [];
  const begun: string[] = [];
  const work = (name: string) => () => {
    begun.push(name);
    return new Promise<void>((resolve) => finish.push(resolve));
  };
  const all = [...'abcd'].map((name) => lanes.run('peer', work(name)));
  const other = lanes.run('other', work('x'));
  assert.deepEqual(begun, ['a', 'b', 'x']);
  while (begun.length < 5 || finish.length > 0) {
    finish.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
  await Promise.all([...all, other]);
  assert.deepEqual(begun, ['a', 'b', 'x', 'c', 'd']);
});

test('work that fails frees its place', async () => {
  const lanes = new Lanes(1);
  await assert.rejects(lanes.run('peer', () => Promise.reject(new Error('broken'))));
  assert.equal(await lanes.run('peer', async () => 7), 7);
});
