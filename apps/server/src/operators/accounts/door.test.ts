import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDoor } from './door.ts';

test('ASVS-15.2.2 a crowd at the door does not wait without end: who finds no room is told when to come again', async () => {
  const door = createDoor(2);
  const first = Promise.withResolvers<void>();
  const work = (until: Promise<void>) => () => until.then(() => ({ ok: true as const, data: 'in' }));
  const one = door(work(first.promise));
  const two = door(async () => {
    await first.promise;
    throw new Error('a defect');
  });
  const third = await door(() => assert.fail('there is no room'));
  assert.equal(third.ok, false);
  assert.equal(!third.ok && third.code, 'busy');
  assert.equal(!third.ok && third.retryAfterMs, 5_000);
  first.resolve();
  assert.deepEqual(await one, { ok: true, data: 'in' });
  await assert.rejects(two, /a defect/);
  for (let index = 0; index < 3; index += 1)
    assert.equal((await door(work(Promise.resolve()))).ok, true, 'room again, after a defect too');
});
