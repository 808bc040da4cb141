import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ReplyCache } from './reply-cache.ts';

function filled(cache: ReplyCache, count: number, reply = 'r'): void {
  for (let index = 0; index < count; index += 1) cache.begin(`id-${index}`, 'c').answered(reply, true);
}

test('the newest answers are kept, by number and by size', () => {
  const cache = new ReplyCache({ replies: 3, characters: 100, carried: 1 });
  filled(cache, 5);
  assert.equal(cache.size, 3);
  assert.equal(cache.recall('id-1', 'c').kind, 'new');
  assert.deepEqual(cache.recall('id-2', 'c'), { kind: 'answered', reply: 'r' });
  cache.begin('large', 'c').answered('x'.repeat(99), true);
  assert.equal(cache.size, 2, 'the characters of all answers together are bounded too');
  cache.begin('larger', 'c').answered('x'.repeat(200), true);
  assert.equal(cache.size, 0);
});

test('of an earlier connection only the newest answers stay, and what is in work', () => {
  const cache = new ReplyCache({ carried: 2 });
  const inWork = cache.begin('slow', 'c');
  filled(cache, 10);
  cache.beginConnection();
  assert.equal(cache.recall('id-7', 'c').kind, 'new');
  assert.equal(cache.recall('id-9', 'c').kind, 'answered');
  let told: string | null = null;
  const known = cache.recall('slow', 'c');
  assert.ok(known.kind === 'in-work');
  known.whenDone((reply) => {
    told = reply;
  });
  inWork.answered('done', true);
  assert.equal(told, 'done');
  assert.deepEqual(cache.recall('slow', 'c'), { kind: 'answered', reply: 'done' });
});

test('what was not executed is not kept: a failure, a dropped call; another content is another message', () => {
  const cache = new ReplyCache();
  cache.begin('a', 'c').answered('error', false);
  cache.begin('b', 'c').dropped();
  assert.deepEqual([cache.recall('a', 'c').kind, cache.recall('b', 'c').kind], ['new', 'new']);
  cache.begin('d', 'c').answered('r', true);
  assert.equal(cache.recall('d', 'other').kind, 'other-message');
  const first = cache.begin('e', 'one');
  cache.begin('e', 'two').answered('second', true);
  first.answered('first', true);
  assert.deepEqual(cache.recall('e', 'two'), { kind: 'answered', reply: 'second' });
  assert.equal(cache.size, 2);
});
