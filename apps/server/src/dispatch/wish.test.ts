import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eachDatabase } from '../store/testing/index.ts';
import { powerAt } from './power.ts';
import { flat, type Rig, rig, T0 } from './testing/dispatch-rig.ts';

const MINUTE_MS = 60_000;
const heldW = (r: Rig, session: string) => {
  const held = r.target.held.get(session);
  return held && powerAt(held, r.clock.now());
};
const key = (r: Rig, sessionId: string) => ({ peerId: r.peerId, sessionId });
const until = (powerW: number, startMs: number, endMs: number) => ({
  startMs,
  endMs,
  periods: [{ startMs, powerW }],
});

eachDatabase('wish', (database) => {
  test("D1.5-§2.3.1.1-MIX another party's profile takes the place of the plan, outlives newer plans, and gives way when it is taken back", async () => {
    const r = rig(database.store);
    await r.dispatcher.execute(r.assignment({ a: 8_000 }, 20_000));
    await r.idle();
    assert.ok(await r.dispatcher.wish(key(r, 'a'), flat(5_000, T0)));
    r.clock.advance(MINUTE_MS);
    await r.idle();
    assert.equal(heldW(r, 'a'), 5_000);
    await r.dispatcher.execute(r.assignment({ a: 9_000 }, 20_000));
    await r.idle();
    assert.equal(heldW(r, 'a'), 5_000);
    r.clock.advance(MINUTE_MS);
    assert.ok(await r.dispatcher.wish(key(r, 'a'), undefined));
    await r.idle();
    assert.equal(heldW(r, 'a'), 9_000);
    assert.equal(await r.dispatcher.wish(key(r, 'nobody'), flat(5_000, T0)), false);
  });

  test('D1.5-§2.3.1.1-MIX a wish ends with its validity, and never lifts the sum above the limit', async () => {
    const r = rig(database.store);
    await r.dispatcher.execute(r.assignment({ a: 5_000, b: 7_000 }, 12_000));
    await r.idle();
    r.clock.advance(MINUTE_MS);
    const endMs = T0 + 30 * MINUTE_MS;
    await r.dispatcher.wish(key(r, 'a'), until(11_000, T0, endMs));
    for (let step = 0; step < 4; step += 1) {
      await r.idle();
      r.clock.advance(MINUTE_MS);
    }
    await r.idle();
    const during = [heldW(r, 'a') ?? 0, heldW(r, 'b') ?? 0];
    assert.ok(during[0]! > 5_000, 'the wish got what there is');
    assert.ok(during[0]! + during[1]! <= 12_000);
    r.clock.advance(30 * MINUTE_MS);
    for (let step = 0; step < 4; step += 1) {
      await r.idle();
      r.clock.advance(MINUTE_MS);
    }
    await r.idle();
    assert.equal(heldW(r, 'a'), 5_000);
  });

  test('D1.5-§2.3.1.1-MIX planning hears that others decide over a session, what it holds then, and when they do not any more', async () => {
    const r = rig(database.store);
    const byHand = new Set<string>();
    Object.assign(r.target, {
      heldByHand: ({ sessionId }: { sessionId: string }) => byHand.has(sessionId),
      reachable: ({ sessionId }: { sessionId: string }) => !byHand.has(sessionId),
    });
    const heard = () => r.feedback.filter(({ kind }) => kind === 'held-by-others').length;
    await r.dispatcher.execute(r.assignment({ a: 8_000, b: 9_000 }, 20_000));
    await r.idle();
    assert.deepEqual([heard(), r.dispatcher.heldByOthers(r.contextId)], [0, []]);
    const wished = until(5_000, T0, T0 + 30 * MINUTE_MS);
    await r.dispatcher.wish(key(r, 'a'), wished);
    assert.equal(heard(), 1);
    assert.deepEqual(r.dispatcher.heldByOthers(r.contextId), [
      { key: key(r, 'a'), profile: wished, untilMs: wished.endMs },
    ]);
    byHand.add('b');
    r.target.events?.reachability([key(r, 'b')], true);
    await r.idle();
    assert.equal(heard(), 2);
    const [, b] = r.dispatcher.heldByOthers(r.contextId);
    assert.deepEqual([b?.key, b?.untilMs, b && powerAt(b.profile, T0)], [key(r, 'b'), Infinity, 9_000]);
    byHand.clear();
    r.target.events?.reachability([key(r, 'b')], true);
    await r.dispatcher.wish(key(r, 'a'), undefined);
    await r.idle();
    assert.deepEqual([heard(), r.dispatcher.heldByOthers(r.contextId)], [4, []]);
  });

  test('a wish is not sent in shadow mode', async () => {
    const r = rig(database.store);
    await r.dispatcher.execute(r.assignment({ a: 8_000 }, 20_000));
    await r.idle();
    r.clock.advance(MINUTE_MS);
    await r.dispatcher.wish(key(r, 'a'), flat(5_000, T0));
    await r.idle();
    const sent = r.target.sent.length;
    await r.dispatcher.execute(r.assignment({ a: 8_000 }, 20_000, { shadow: true }));
    r.clock.advance(MINUTE_MS);
    await r.dispatcher.execute(r.assignment({ a: 9_000 }, 20_000, { shadow: true }));
    await r.idle();
    assert.equal(r.target.sent.length, sent);
  });
});
