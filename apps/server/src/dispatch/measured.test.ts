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

  test('security 7.1 cars that draw a little more together than the limit are lowered by the excess within seconds, until the next plan', async () => {
    const r = rig(database.store);
    await r.dispatcher.execute(r.assignment({ a: 6_000, b: 6_000 }, 12_000));
    await r.idle();
    r.clock.advance(60_000);
    await both(r, 6_095);
    assert.equal(allowed(r), 12_000 - 190);
    // The cars followed: nothing more happens.
    r.clock.advance(60_000);
    await both(r, 6_000);
    assert.equal(allowed(r), 12_000 - 190);
    await r.dispatcher.execute(r.assignment({ a: 6_300, b: 5_700 }, 12_000));
    r.clock.advance(20_000);
    await r.idle();
    assert.equal(allowed(r), 12_000);
    const told = (await events(database.store, r.contextId)).map(({ code }) => code);
    assert.deepEqual(told, [], 'no alarm about the plan, which asked for no more than the limit');
    await r.dispatcher.close();
  });

  test('security 7.1 a car that always draws more than its limit leaves that room, in every plan, until it keeps to its limit', async () => {
    const r = rig(database.store);
    const follow = async () => {
      r.clock.advance(20_000);
      await r.idle();
    };
    const plan = () => r.dispatcher.execute(r.assignment({ a: 6_000, b: 6_000 }, 12_000));
    await plan();
    await r.idle();
    r.clock.advance(60_000);
    await both(r, 6_400);
    await follow();
    assert.equal(allowed(r), 12_000 - 800);
    // The same share of a lower limit is nothing new.
    r.clock.advance(60_000);
    await both(r, (5_600 * 6_400) / 6_000);
    await follow();
    assert.equal(allowed(r), 12_000 - 800);
    await plan();
    await follow();
    assert.equal(allowed(r), 12_000 - 800);
    r.clock.advance(60_000);
    await both(r, 5_600);
    await follow();
    assert.equal(allowed(r), 12_000);
    const told = (await events(database.store, r.contextId)).map(({ code }) => code);
    assert.deepEqual(told, []);
    await r.dispatcher.close();
  });

  test('security 7.1 what one car draws too much is seen beside a car that takes less than it may', async () => {
    const r = rig(database.store);
    await r.dispatcher.execute(r.assignment({ a: 4_200, b: 7_800 }, 12_000));
    await r.idle();
    r.clock.advance(60_000);
    for (const [sessionId, powerW] of [
      ['a', 4_530],
      ['b', 7_470],
    ] as const)
      await r.dispatcher.measured({ peerId: r.peerId, sessionId }, powerW, r.clock.now());
    r.clock.advance(20_000);
    await r.idle();
    assert.equal(r.target.allowedW(['a'], r.clock.now(), 11_000), 4_200);
    assert.equal(r.target.allowedW(['b'], r.clock.now(), 11_000), 7_800 - 330);
    await r.dispatcher.close();
  });

  test('security 7.1 a car that draws too much at a limit its station does not give up is counted whole: no room was left for that', async () => {
    const r = rig(database.store);
    const read = async (a: number, b: number) => {
      r.clock.advance(60_000);
      for (const [sessionId, powerW] of [
        ['a', a],
        ['b', b],
      ] as const)
        await r.dispatcher.measured({ peerId: r.peerId, sessionId }, powerW, r.clock.now());
      r.clock.advance(20_000);
      await r.idle();
    };
    await r.dispatcher.execute(r.assignment({ a: 6_000, b: 6_000 }, 12_000));
    await r.idle();
    await read(6_480, 5_400);
    r.target.behaviour.set('a', 'lose');
    await r.dispatcher.execute(r.assignment({ a: 1_000, b: 10_500 }, 12_000));
    await r.idle();
    const givenW = () => r.target.allowedW(['b'], r.clock.now(), 11_000);
    // What is left of the excess is seen again by the next readings.
    await read(6_480, givenW());
    await read(6_480, givenW());
    const errorOfMetersW = 160;
    assert.ok(6_480 + givenW() <= 12_000 + errorOfMetersW, `${givenW()} W beside 6480 W`);
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
