import assert from 'node:assert/strict';
import test from 'node:test';
import { eachDatabase } from '../store/testing/index.ts';
import { events, type Rig, rig } from './testing/dispatch-rig.ts';

const MINUTE_MS = 60_000;

eachDatabase('last resort', (database) => {
  /** Two cars at 10 kW each; then the limit falls to 9 kW and these refuse. */
  async function refusing(sessionIds: readonly string[]): Promise<Rig> {
    const r = rig(database.store);
    await r.dispatcher.execute(r.assignment({ a: 10_000, b: 10_000, c: 0 }, 20_000));
    await r.idle();
    r.clock.advance(MINUTE_MS);
    for (const id of sessionIds) r.target.behaviour.set(id, 'refuse');
    await r.dispatcher.execute(r.assignment({ a: 4_200, b: 4_800, c: 0 }, 9_000));
    await r.idle();
    return r;
  }
  const alarms = async (r: Rig) =>
    (await events(database.store, r.contextId))
      .filter(({ level }) => level === 'alarm')
      .map(({ code }) => code);

  test('F9: a refused decrease is tried again, the others make room; only then charging ends, of as few cars as needed, the weakest claim first', async () => {
    const r = await refusing(['a', 'b']);
    assert.deepEqual(r.target.stopped, [], 'not at the first refusal');
    r.clock.advance(30_000);
    await r.idle();
    assert.equal(r.target.sent.filter(({ sessionId }) => sessionId === 'a').length, 3, 'one repetition');
    assert.deepEqual(r.target.stopped, ['a', 'b'], '20 kW stand against 9: neither alone is enough');
    await r.dispatcher.end({ peerId: r.peerId, sessionId: 'a' });
    await r.dispatcher.end({ peerId: r.peerId, sessionId: 'b' });
    r.clock.advance(2 * MINUTE_MS);
    await r.idle();
    assert.deepEqual(r.target.outOfService, []);
    assert.ok((await alarms(r)).includes('charging-ended'));
  });

  test('F9: one car that refuses is enough room for others to be stopped for nothing: only it is ended, and not twice', async () => {
    const r = await refusing(['a']);
    r.clock.advance(30_000);
    await r.idle();
    assert.deepEqual(r.target.stopped, ['a']);
    assert.equal(r.target.held.get('b')?.periods[0]?.powerW, 0, 'the others gave way');
    r.clock.advance(20_000);
    await r.idle();
    assert.deepEqual(r.target.stopped, ['a']);
  });

  test('F9: where charging cannot be ended, or goes on for a minute, the EVSE is taken out of service and people are told', async () => {
    const deaf = rig(database.store);
    deaf.target.unstoppable.add('a');
    const slow = rig(database.store);
    for (const r of [deaf, slow]) {
      await r.dispatcher.execute(r.assignment({ a: 10_000 }, 11_000));
      await r.idle();
      r.clock.advance(MINUTE_MS);
      r.target.behaviour.set('a', 'refuse');
      await r.dispatcher.execute(r.assignment({ a: 0 }, 0));
      await r.idle();
      r.clock.advance(30_000);
      await r.idle();
      assert.deepEqual(r.target.stopped, ['a']);
    }
    assert.deepEqual(deaf.target.outOfService, ['a']);
    assert.deepEqual(slow.target.outOfService, [], 'it said yes');
    slow.clock.advance(MINUTE_MS);
    await slow.idle();
    assert.deepEqual(slow.target.outOfService, ['a']);
    assert.deepEqual((await alarms(slow)).slice(-2), ['charging-ended', 'out-of-service']);
  });
});
