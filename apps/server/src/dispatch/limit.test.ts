import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eachDatabase } from '../store/testing/index.ts';
import { lowerOf } from './limit.ts';
import { H24, rig, T0 } from './testing/dispatch-rig.ts';

const slot = (startMs: number, endMs: number, powerW: number | null) => ({ startMs, endMs, powerW });

test('F8 a limit that fell lowers the budget of the plan in force, and only where it fell', () => {
  const held = [slot(0, 900, 10_000), slot(900, 1_800, 10_000), slot(1_800, 2_700, null)];
  const cut = [slot(300, 900, 10_020), slot(900, 1_800, 4_000), slot(1_800, 2_700, 6_000)];
  assert.deepEqual(lowerOf(held, cut), [
    slot(0, 900, 10_000),
    slot(900, 1_800, 4_000),
    slot(1_800, 2_700, 6_000),
  ]);
  assert.equal(lowerOf(held, [slot(0, 900, 12_000), slot(900, 2_700, null)]), undefined);
  assert.equal(lowerOf(held, [slot(0, 1_800, 9_970)]), undefined);
});

eachDatabase('a limit that fell', (database) => {
  const two = async () => {
    const r = rig(database.store, undefined, { pauseMs: 0 });
    await r.dispatcher.execute(r.assignment({ a: 10_000, b: 10_000 }, 20_000));
    await r.idle();
    return r;
  };

  test('F8 is held a second later at the latest, whether its plan comes or not', async () => {
    const r = await two();
    for (const powerW of [12_000, 9_000]) {
      r.dispatcher.limit(r.contextId, [slot(T0, T0 + H24, powerW)]);
      r.clock.advance(1_000);
      await r.idle();
      assert.ok(r.target.allowedW(['a', 'b'], r.clock.now(), 11_000) <= powerW);
    }
    await r.dispatcher.close();
  });

  test('F8 whose plan comes soon costs one message to each station, and nothing rises above it before', async () => {
    const r = await two();
    const before = r.target.sent.length;
    r.dispatcher.limit(r.contextId, [slot(T0, T0 + H24, 12_000)]);
    await r.dispatcher.begin({ peerId: r.peerId, sessionId: 'new' }, r.contextId, 1_000);
    await r.idle();
    assert.ok(r.target.allowedW(['a', 'b'], r.clock.now(), 11_000) + 1_000 <= 12_000, 'whoever comes counts');
    const meanwhile = r.target.sent.length;
    await r.dispatcher.execute(r.assignment({ a: 5_000, b: 5_000, new: 1_000 }, 12_000));
    await r.idle();
    r.clock.advance(2_000);
    await r.idle();
    assert.ok(r.target.sent.length - before <= 5 && meanwhile > before);
    const quiet = await two();
    quiet.dispatcher.limit(quiet.contextId, [slot(T0, T0 + H24, 12_000)]);
    await quiet.dispatcher.execute(quiet.assignment({ a: 8_000, b: 4_000 }, 12_000));
    await quiet.idle();
    quiet.clock.advance(2_000);
    await quiet.idle();
    assert.equal(quiet.target.sent.length, 4, 'the first plan and this one');
    for (const each of [r, quiet]) await each.dispatcher.close();
  });
});
