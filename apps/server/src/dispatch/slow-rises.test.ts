import assert from 'node:assert/strict';
import test from 'node:test';
import { eachDatabase } from '../store/testing/index.ts';
import { powerAt } from './power.ts';
import { rig, T0 } from './testing/dispatch-rig.ts';

const FLEET = Array.from({ length: 120 }, (_, n) => `car-${n}`);
const all = (powerW: number) => Object.fromEntries(FLEET.map((id) => [id, powerW]));
const MW_PER_MINUTE = 1_000_000 / 60;

eachDatabase('slow rises', (database) => {
  test('security 7.2 F14 more than 1 MW: a lifted limit is used one car after the other, in random order; a cut reaches all at once', async () => {
    const r = rig(database.store);
    const allowedAt = (atMs: number) => r.target.allowedW(FLEET, atMs, 11_000);
    await r.dispatcher.execute(r.assignment(all(0), 0));
    await r.idle();
    assert.equal(allowedAt(T0), 0);
    r.clock.advance(60_000);
    await r.idle();
    const liftedMs = r.clock.now();
    await r.dispatcher.execute(r.assignment(all(10_000), 1_200_000));
    await r.idle();
    const steps = FLEET.map(
      (id) => r.target.held.get(id)!.periods.find(({ powerW }) => powerW === 10_000)!.startMs,
    ).sort((a, b) => a - b);
    const last = steps.at(-1)!;
    assert.ok(last - liftedMs > 300_000 && last - liftedMs <= 700_000, `${last - liftedMs} ms`);
    for (let ms = liftedMs; ms <= last; ms += 10_000) {
      const risenW = allowedAt(ms) - allowedAt(Math.max(liftedMs - 1000, ms - 60_000));
      assert.ok(risenW <= MW_PER_MINUTE * 61 + 10_000, `${risenW} W in a minute`);
    }
    r.clock.advance(300_000);
    await r.idle();
    const cutMs = r.clock.now();
    assert.ok(allowedAt(cutMs) > 200_000);
    await r.dispatcher.execute(r.assignment(all(0), 0));
    await r.idle();
    assert.equal(allowedAt(cutMs), 0);
    await r.dispatcher.close();
  });

  test('security 7.2 below 1 MW nothing is delayed unless a ramp is set', async () => {
    const few = { a: 10_000, b: 10_000, c: 10_000 };
    const none = { a: 0, b: 0, c: 0 };
    const highAt = async (policy: Parameters<typeof rig>[2]) => {
      const r = rig(database.store, undefined, policy);
      await r.dispatcher.execute(r.assignment(none, 30_000));
      await r.idle();
      r.clock.advance(60_000);
      await r.dispatcher.execute(r.assignment(few, 30_000));
      await r.idle();
      const nowMs = r.clock.now();
      await r.dispatcher.close();
      return [0, 10, 20].map(
        (s) =>
          Object.keys(few).filter((id) => powerAt(r.target.held.get(id)!, nowMs + s * 1000) === 10_000)
            .length,
      );
    };
    assert.deepEqual(await highAt({}), [3, 3, 3]);
    assert.deepEqual(await highAt({ rampWPerS: 1_000 }), [1, 2, 3]);
  });

  test('security 7.2 plugs of more than 1 MW below a limit of 1 MW: no rise waits', async () => {
    const r = rig(database.store);
    await r.dispatcher.execute(r.assignment(all(0), 0));
    await r.idle();
    r.clock.advance(60_000);
    await r.dispatcher.execute(r.assignment(all(8_000), 1_000_000));
    await r.idle();
    assert.equal(r.target.allowedW(FLEET, r.clock.now(), 11_000), 120 * 8_000);
    await r.dispatcher.close();
  });

  test('F14 cars whose stations come back after a power cut restart spread over the time that is set', async () => {
    const r = rig(database.store, undefined, { rampWPerS: 100_000, restoreSpreadMs: 600_000 });
    const some = Object.fromEntries(FLEET.slice(0, 20).map((id) => [id, 0]));
    const keys = Object.keys(some).map((sessionId) => ({ peerId: r.peerId, sessionId }));
    await r.dispatcher.execute(r.assignment(some, 300_000));
    await r.idle();
    r.clock.advance(60_000);
    r.target.events?.reachability(keys, true);
    await r.idle();
    const nowMs = r.clock.now();
    await r.dispatcher.execute(
      r.assignment(Object.fromEntries(keys.map(({ sessionId }) => [sessionId, 10_000])), 300_000),
    );
    await r.idle();
    const delays = keys.map(
      ({ sessionId }) =>
        r.target.held.get(sessionId)!.periods.find(({ powerW }) => powerW === 10_000)!.startMs - nowMs,
    );
    assert.ok(
      Math.max(...delays) <= 601_000 && Math.max(...delays) - Math.min(...delays) > 120_000,
      `${delays}`,
    );
    await r.dispatcher.close();
  });
});
