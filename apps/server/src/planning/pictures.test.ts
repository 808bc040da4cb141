import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aContext, aSession, HOUR_MS, newOwner, quarterHours, readSi } from '../sites/testing/fixtures.ts';
import { eachDatabase } from '../store/testing/index.ts';
import { loopBench } from './testing/loop.ts';

eachDatabase('pictures of a context', (database) => {
  test('the newest plan is the one in the database, also where another room made it since; a picture is its parts', async () => {
    const loop = await loopBench(database.store);
    const owner = newOwner();
    const price = quarterHours(loop.clock.now(), [0.1, 0.2, 0.3]);
    await loop.sites.putContext(owner, aContext('C', { price }), readSi);
    for (const [id, kwh] of [
      ['S1', 0],
      ['S2', 1],
    ] as const)
      await loop.sites.putSession(owner, aSession(id, { kwh, evse_uid: `E${kwh + 1}` }));
    const contextId = (await loop.sites.session({ peerId: owner.peerId, sessionId: 'S1' }))!.contextId;
    await loop.pass(100);
    const own = await loop.planning.latest(contextId);
    assert.deepEqual(JSON.parse(JSON.stringify(own)), await loop.planning.plan(own!.number));

    const other = await loopBench(database.store, { nowMs: loop.clock.now() });
    const made = await other.planning.planNow(contextId);
    assert.ok(made!.number > own!.number);
    assert.equal((await loop.planning.latest(contextId))?.number, made?.number);

    const [fromMs, toMs] = [loop.clock.now() - 2 * HOUR_MS, loop.clock.now() + 2 * HOUR_MS];
    const { points, sessions, record, metered } = await loop.planning.picture(contextId, fromMs, toMs);
    assert.deepEqual(points, await loop.planning.siteSeries(contextId, fromMs, toMs));
    assert.deepEqual(sessions, await loop.planning.sessionPictures(contextId));
    assert.equal(record?.number, made?.number);
    assert.ok([...metered.keys()].every((id) => id.startsWith(`${owner.peerId}/`)));
    assert.ok(sessions.length > 0 && points.some(({ importPrice }) => importPrice === 0.2));
    await Promise.all([loop, other].map(({ planning }) => planning.stop()));
  });
});
