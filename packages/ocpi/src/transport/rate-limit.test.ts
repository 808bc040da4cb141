import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RateLimit } from './rate-limit.ts';

test('security: OCPI a burst passes, then one request per permit, per key', () => {
  const clock = { ms: 0, now: () => clock.ms };
  const limit = new RateLimit(2, 3, clock);
  assert.deepEqual(
    [1, 2, 3].map(() => limit.take('a')),
    [0, 0, 0],
  );
  assert.equal(limit.take('a'), 1);
  assert.equal(limit.take('b'), 0);
  clock.ms += 500;
  assert.equal(limit.take('a'), 0);
  assert.equal(limit.take('a'), 1);
  clock.ms -= 60_000;
  assert.equal(limit.take('a'), 1);
});
