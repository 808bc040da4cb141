import assert from 'node:assert/strict';
import test from 'node:test';
import { eachDatabase } from '../store/testing/index.ts';
import { events, type Rig, rig } from './testing/dispatch-rig.ts';

const BOTH = ['a', 'b'];

async function both(r: Rig, powerW: number): Promise<void> {
  for (const sessionId of BOTH) {
    await r.dispatcher.measured({ peerId: r.peerId, sessionId }, powerW, r.clock.now());
  }
  await r.idle();
}

eachDatabase('the loop below the plan', (database) => {
  const allowed = (r: Rig) => r.target.allowedW(BOTH, r.clock.now(), 11_000);

  test('security 7.1 cars that draw more together than the limit are lowered by the excess within seconds, until the next plan', async () => {
    const r = rig(database.store);
    const plan = r.assignment({ a: 6_000, b: 6_000 }, 12_000);
    await r.dispatcher.execute(plan);
    await r.idle();
    r.clock.advance(60_000);
    await both(r, 6_400);
    assert.equal(allowed(r), 12_000 - 800);
    // The cars followed: nothing more happens.
    r.clock.advance(60_000);
    await both(r, 6_000);
    assert.equal(allowed(r), 12_000 - 800);
    // They did not follow far enough: once more by what is missing.
    r.clock.advance(60_000);
    await both(r, 6_100);
    assert.equal(allowed(r), 12_000 - 1_000);
    await r.dispatcher.execute(r.assignment({ a: 6_000, b: 6_000 }, 12_000));
    r.clock.advance(20_000);
    await r.idle();
    assert.equal(allowed(r), 12_000);
    const told = (await events(database.store, r.contextId)).map(({ code }) => code);
    assert.deepEqual(told, [], 'no alarm about the plan, which asked for no more than the limit');
    await r.dispatcher.close();
  });

  test('a reading from before a change of limits and an error of the meters are no excess', async () => {
    const r = rig(database.store);
    await r.dispatcher.execute(r.assignment({ a: 10_000, b: 0 }, 12_000));
    await r.idle();
    r.clock.advance(60_000);
    await r.dispatcher.measured({ peerId: r.peerId, sessionId: 'a' }, 10_000, r.clock.now());
    await r.dispatcher.execute(r.assignment({ a: 4_500, b: 7_500 }, 12_000));
    await r.idle();
    r.clock.advance(20_000);
    await r.idle();
    const sent = r.target.sent.length;
    assert.equal(allowed(r), 12_000);
    await r.dispatcher.measured({ peerId: r.peerId, sessionId: 'b' }, 7_560, r.clock.now());
    await r.idle();
    assert.equal(r.target.sent.length, sent);
    await r.dispatcher.close();
  });
});
