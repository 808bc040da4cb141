import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eachDatabase } from '../store/testing/index.ts';
import { lowerOf, underLimits } from './limit.ts';
import { events, H24, type Rig, rig, T0 } from './testing/dispatch-rig.ts';

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

test('F8 a limit of a phase or a station that fell or is new lowers that part, and no other', () => {
  const always = (powerW: number) => [slot(0, 900, powerW)];
  const profile = { startMs: 0, endMs: 900, periods: [{ startMs: 0, powerW: 0 }] };
  const key = (sessionId: string) => ({ peerId: 'p', sessionId });
  const plan = {
    budget: always(30_000),
    parts: [
      { id: 'phase 1', budget: always(10_000) },
      { id: 'phase 2', budget: always(10_000) },
    ],
    sessions: [
      { key: key('a'), profile, maxPowerW: 11_000, shares: { 'phase 1': 1 } },
      { key: key('b'), profile, maxPowerW: 11_000, shares: { 'phase 2': 1 } },
    ],
  };
  const budget = always(30_000);
  const one = underLimits(plan, { budget, parts: [{ id: 'phase 1', budget: always(4_000) }] });
  assert.deepEqual(one, { ...plan, parts: [{ id: 'phase 1', budget: always(4_000) }, plan.parts[1]] });
  const station = { id: 'station S', budget: always(5_000) };
  const shares = [{ key: key('a'), shares: { 'phase 1': 1, 'station S': 1 } }];
  const added = underLimits(plan, { budget, parts: [...plan.parts, station], shares });
  assert.deepEqual(added?.parts, [...plan.parts, station]);
  assert.deepEqual(
    added?.sessions.map((session) => session.shares),
    [{ 'phase 1': 1, 'station S': 1 }, { 'phase 2': 1 }],
    'only who stands there counts',
  );
  assert.equal(underLimits(plan, { budget, parts: plan.parts }), undefined);
  const nobodys = [{ key: key('new'), shares: { 'station S': 1 } }];
  assert.equal(underLimits(plan, { budget, parts: [...plan.parts, station], shares: nobodys }), undefined);
});

eachDatabase('a limit that fell', (database) => {
  const two = async () => {
    const r = rig(database.store, undefined, { pauseMs: 0 });
    await r.dispatcher.execute(r.assignment({ a: 10_000, b: 10_000 }, 20_000));
    await r.idle();
    return r;
  };

  const told = async (r: Rig) => (await events(database.store, r.contextId)).map(({ code }) => code);

  test('F8 is held a second later at the latest, whether its plan comes or not', async () => {
    const r = await two();
    for (const powerW of [12_000, 9_000]) {
      r.dispatcher.limit(r.contextId, { budget: [slot(T0, T0 + H24, powerW)] });
      r.clock.advance(1_000);
      await r.idle();
      assert.ok(r.target.allowedW(['a', 'b'], r.clock.now(), 11_000) <= powerW);
    }
    assert.deepEqual(await told(r), [], 'the plan asked for no more than the limit it was made under');
    await r.dispatcher.close();
  });

  test('only a plan above the limit it was made under is an alarm: not what others asked for', async () => {
    const r = await two();
    const [wished] = r.assignment({ a: 11_000 }, null).sessions;
    await r.dispatcher.wish(wished!.key, wished!.profile);
    await r.idle();
    assert.ok(r.target.allowedW(['a', 'b'], r.clock.now(), 11_000) <= 20_000);
    assert.deepEqual(await told(r), []);
    await r.dispatcher.wish(wished!.key, undefined);
    await r.dispatcher.execute(r.assignment({ a: 9_000, b: 9_000 }, 12_000));
    await r.idle();
    assert.deepEqual(await told(r), ['plan-above-limit']);
    await r.dispatcher.close();
  });

  test('F8 of one phase, or of a station that had none, is held a second later by who loads it; the others stay', async () => {
    const r = rig(database.store, undefined, { pauseMs: 0 });
    const plan = r.assignment({ a: 10_000, b: 10_000 }, 30_000, {
      parts: [{ id: 'phase 1', budget: [slot(T0, T0 + H24, 12_000)] }],
    });
    const onPhase = { a: 1, b: 0 } as const;
    await r.dispatcher.execute({
      ...plan,
      sessions: plan.sessions.map((session) => ({
        ...session,
        shares: { 'phase 1': onPhase[session.key.sessionId as 'a' | 'b'] },
      })),
    });
    await r.idle();
    const { budget } = plan;
    const fall = async (id: string, powerW: number, who: string) => {
      const key = { peerId: r.peerId, sessionId: who };
      r.dispatcher.limit(r.contextId, {
        budget,
        parts: [{ id, budget: [slot(T0, T0 + H24, powerW)] }],
        shares: [{ key, shares: { 'phase 1': onPhase[who as 'a' | 'b'], [id]: 1 } }],
      });
      r.clock.advance(1_000);
      await r.idle();
      return ['a', 'b'].map((each) => r.target.allowedW([each], r.clock.now(), 11_000));
    };
    assert.deepEqual(await fall('phase 1', 6_000, 'a'), [6_000, 10_000]);
    assert.deepEqual(await fall('station B', 7_000, 'b'), [6_000, 7_000]);
    await r.dispatcher.close();
  });

  test('F8 whose plan comes soon costs one message to each station, and nothing rises above it before', async () => {
    const r = await two();
    const before = r.target.sent.length;
    r.dispatcher.limit(r.contextId, { budget: [slot(T0, T0 + H24, 12_000)] });
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
    quiet.dispatcher.limit(quiet.contextId, { budget: [slot(T0, T0 + H24, 12_000)] });
    await quiet.dispatcher.execute(quiet.assignment({ a: 8_000, b: 4_000 }, 12_000));
    await quiet.idle();
    quiet.clock.advance(2_000);
    await quiet.idle();
    assert.equal(quiet.target.sent.length, 4, 'the first plan and this one');
    for (const each of [r, quiet]) await each.dispatcher.close();
  });
});
