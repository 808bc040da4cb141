import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inTurn, oneAtATime } from './in-turn.ts';

/** Works whose ends the test decides. */
function works() {
  const begun: { end: () => void; fail: () => void }[] = [];
  const work = () =>
    new Promise<void>((resolve, reject) => {
      begun.push({ end: resolve, fail: () => reject(new Error('lost')) });
    });
  return { begun, work };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

test('whoever asks while a reading is under way gets one that began afterwards, all of them the same', async () => {
  const { begun, work } = works();
  const read = oneAtATime(work);
  const [first, second, third] = [read(), read(), read()];
  assert.equal(second, third);
  await settled();
  assert.equal(begun.length, 1);
  begun[0]?.end();
  await first;
  await settled();
  assert.equal(begun.length, 2);
  const fourth = read();
  assert.notEqual(fourth, third, 'the second began before this one was asked for');
  begun[1]?.end();
  await second;
  await settled();
  begun[2]?.end();
  await fourth;
  const fifth = read();
  assert.equal(begun.length, 4, 'nothing is under way: it begins at once');
  begun[3]?.end();
  await fifth;
});

test('a reading that fails does not keep the next one from being read', async () => {
  const { begun, work } = works();
  const read = oneAtATime(work);
  const lost = assert.rejects(read(), /lost/);
  const next = read();
  begun[0]?.fail();
  await lost;
  await settled();
  begun[1]?.end();
  await next;
  assert.equal(begun.length, 2);
});

test('works are done in the order in which they were asked for, also after one that failed', async () => {
  const done: number[] = [];
  const turn = inTurn();
  const { begun, work } = works();
  const first = assert.rejects(turn(work), /lost/);
  const second = turn(async () => {
    done.push(2);
    return 'two';
  });
  await settled();
  assert.deepEqual(done, []);
  begun[0]?.fail();
  await first;
  assert.equal(await second, 'two');
});
