import assert from 'node:assert/strict';
import test from 'node:test';
import { eachDatabase } from '../store/testing/index.ts';
import { events, flat, rig, rows, T0 } from './testing/dispatch-rig.ts';

eachDatabase('dispatch', (database) => {
  test('D4.2-§5.4: a profile goes through SENT, ACCEPTED and APPLIED, with plan, answer and times on record', async () => {
    const r = rig(database.store);
    r.target.behaviour.set('a', 'hold');
    await r.dispatcher.execute(r.assignment({ a: 7_000 }, 11_000));
    await r.idle();
    assert.deepEqual(
      (await rows(database.store, r.contextId)).map((row) => row.state),
      ['SENT'],
    );
    r.target.behaviour.clear();
    r.target.release();
    await r.idle();
    await r.dispatcher.close();
    const [accepted] = await rows(database.store, r.contextId);
    assert.equal(accepted?.state, 'ACCEPTED');
    assert.equal(accepted?.plan_id, r.assignment({}, 0).planId);
    assert.equal(accepted?.answered_ms, T0);
    await r.target.events?.active({ peerId: r.peerId, sessionId: 'a' }, flat(7_000, T0));
    assert.equal((await rows(database.store, r.contextId))[0]?.state, 'APPLIED');
    assert.ok(
      r.log.lines.some((line) => line.includes('a 7.0 kW')),
      'a person can follow the log',
    );
  });

  test('D4.2-§5.4: no answer in time is UNKNOWN; the reading that follows decides, without a second message', async () => {
    const r = rig(database.store);
    r.target.behaviour.set('a', 'take-silently');
    await r.dispatcher.execute(r.assignment({ a: 7_000 }, 11_000));
    await r.idle();
    assert.equal(r.target.sent.length, 1);
    assert.equal(r.dispatcher.sessions(r.contextId)[0]?.ceilingW, 7_000);
    assert.equal((await rows(database.store, r.contextId))[0]?.state, 'ACCEPTED');
  });

  test('D4.2-§5.4: an unanswered profile counts with the highest that may be held, the others are lowered, an alarm is raised, one retry follows', async () => {
    const r = rig(database.store);
    await r.dispatcher.execute(r.assignment({ a: 8_000, b: 8_000 }, 16_000));
    await r.idle();
    r.clock.advance(60_000);
    r.target.behaviour.set('a', 'lose');
    r.target.readable = false;
    await r.dispatcher.execute(r.assignment({ a: 4_200, b: 8_000 }, 12_500));
    await r.idle();
    assert.equal(r.target.held.get('a')?.periods[0]?.powerW, 8_000);
    assert.equal(r.target.held.get('b')?.periods[0]?.powerW, 4_500, 'the other session makes room');
    assert.equal(
      (await rows(database.store, r.contextId)).find((row) => row.state === 'UNKNOWN')?.session_id,
      'a',
    );
    const alarms = (await events(database.store, r.contextId)).filter((event) => event.level === 'alarm');
    assert.deepEqual(
      alarms.map((event) => event.code),
      ['decrease-not-confirmed'],
    );
    const before = r.target.sent.length;
    r.target.behaviour.set('a', 'accept');
    r.clock.advance(30_000);
    await r.idle();
    assert.ok(
      r.target.sent.slice(before).some((sent) => sent.sessionId === 'a'),
      'one retry',
    );
    assert.equal(r.target.held.get('a')?.periods[0]?.powerW, 4_200);
    r.clock.advance(10_000);
    await r.idle();
    assert.equal(r.target.held.get('b')?.periods.at(-1)?.powerW, 8_000, 'and the room is given back');
  });

  test('requirements 5.8: the rise leaves only after the decrease it needs was confirmed; the stations never allow more than the limit', async () => {
    const r = rig(database.store, undefined, { pauseMs: 0 });
    await r.dispatcher.execute(r.assignment({ a: 10_000, b: 4_200 }, 15_000));
    await r.idle();
    r.target.behaviour.set('a', 'hold');
    await r.dispatcher.execute(r.assignment({ a: 4_200, b: 10_000 }, 15_000));
    await r.idle();
    assert.equal(r.target.held.get('b')?.periods[0]?.powerW, 4_200, 'waits');
    r.target.behaviour.clear();
    r.target.release();
    await r.idle();
    const [first, risen] = r.target.held.get('b')!.periods;
    assert.ok(first!.powerW <= 5_000, `${first!.powerW} W while the car of a falls`);
    assert.deepEqual(risen, { startMs: T0 + 8_000, powerW: 10_000 });
    assert.ok(r.target.allowedW(['a', 'b'], T0, 11_000) <= 15_000);
  });

  test('D4.2-§5.4: REJECTED keeps the old profile, and nobody relies on the refused one', async () => {
    const r = rig(database.store, undefined, { pauseMs: 0 });
    await r.dispatcher.execute(r.assignment({ a: 6_000 }, 11_000));
    await r.idle();
    r.target.behaviour.set('a', 'refuse');
    await r.dispatcher.execute(r.assignment({ a: 9_000 }, 11_000));
    await r.idle();
    assert.equal(r.dispatcher.sessions(r.contextId)[0]?.ceilingW, 6_000);
    assert.ok((await rows(database.store, r.contextId)).some((row) => row.state === 'REJECTED'));
    const answers = r.feedback.filter((each) => each.kind === 'answer').map((each) => each.answer.result);
    assert.deepEqual(answers, ['ACCEPTED', 'REJECTED']);
  });

  test('a target that never takes profiles is not asked again; it counts at its maximum and the others get the rest', async () => {
    const r = rig(database.store);
    r.target.behaviour.set('a', 'not-supported');
    await r.dispatcher.execute(r.assignment({ a: 5_000, b: 5_000 }, 16_000));
    await r.idle();
    r.clock.advance(3_600_000);
    await r.dispatcher.execute(r.assignment({ a: 5_000, b: 9_000 }, 16_000));
    await r.idle();
    assert.equal(r.target.sent.filter((sent) => sent.sessionId === 'a').length, 1);
    assert.equal(r.target.held.get('b')?.periods[0]?.powerW, 5_000);
  });

  test('TOO_OFTEN backs off and comes again by itself', async () => {
    const r = rig(database.store);
    r.target.behaviour.set('a', 'too-often');
    await r.dispatcher.execute(r.assignment({ a: 5_000 }, 11_000));
    await r.idle();
    assert.equal(r.target.sent.length, 1);
    r.clock.advance(15_000);
    await r.idle();
    assert.equal(r.target.sent.length, 1, 'not before the pause is over');
    r.target.behaviour.clear();
    r.clock.advance(6_000);
    await r.idle();
    assert.equal(r.target.held.get('a')?.periods[0]?.powerW, 5_000);
  });

  test('security 5: at most one message per 10 s and session, unless the limit needs it now', async () => {
    const r = rig(database.store);
    await r.dispatcher.execute(r.assignment({ a: 9_000 }, 11_000));
    await r.idle();
    r.clock.advance(3_000);
    await r.dispatcher.execute(r.assignment({ a: 6_000 }, 11_000));
    await r.idle();
    assert.equal(r.target.sent.length, 1, 'a wish waits');
    await r.dispatcher.execute(r.assignment({ a: 5_000 }, 5_000));
    await r.idle();
    assert.equal(r.target.sent.length, 2, 'the limit does not');
    await r.dispatcher.execute(r.assignment({ a: 8_000 }, 11_000));
    r.clock.advance(10_000);
    await r.idle();
    assert.equal(r.target.held.get('a')?.periods[0]?.powerW, 8_000, 'what waited leaves by itself');
  });

  test('shadow mode: plan and show, send nothing, keep a record', async () => {
    const r = rig(database.store);
    await r.dispatcher.execute(r.assignment({ a: 9_000 }, 11_000, { shadow: true }));
    await r.dispatcher.execute(r.assignment({ a: 9_050 }, 11_000, { shadow: true }));
    await r.idle();
    assert.equal(r.target.sent.length, 0);
    assert.deepEqual(
      (await rows(database.store, r.contextId)).map((row) => row.state),
      ['SHADOW'],
    );
  });

  test('D1.5-§2.3.1.1-CPb: the end of a session clears its profile and frees its share at once', async () => {
    const r = rig(database.store, undefined, { pauseMs: 0 });
    await r.dispatcher.execute(r.assignment({ a: 8_000, b: 4_200 }, 12_500));
    await r.idle();
    await r.dispatcher.end({ peerId: r.peerId, sessionId: 'a' });
    await r.dispatcher.execute(r.assignment({ b: 11_000 }, 12_500));
    await r.idle();
    assert.deepEqual(r.target.cleared, ['a']);
    assert.equal(r.target.held.get('b')?.periods[0]?.powerW, 11_000);
    await r.dispatcher.close();
    const left = await database.store.db
      .selectFrom('dispatch_ledger')
      .select('session_id')
      .where('context_id', '=', r.contextId)
      .execute();
    assert.deepEqual(
      left.map((row) => row.session_id),
      ['b'],
    );
  });

  test('F2 restart between send and answer: both profiles count, nothing is replayed, the reading decides (X40)', async () => {
    const first = rig(database.store);
    await first.dispatcher.execute(first.assignment({ a: 9_000, b: 5_000 }, 14_000));
    await first.idle();
    first.clock.advance(60_000);
    first.target.behaviour.set('a', 'hold');
    await first.dispatcher.execute(first.assignment({ a: 5_000, b: 9_000 }, 14_000));
    await first.idle();
    // The process is killed here: nothing of the first dispatcher runs on. The station took the profile meanwhile.
    const sent = first.target.sent.at(-1)!;
    assert.equal(sent.sessionId, 'a');
    first.target.held.set('a', sent.profile);
    first.target.behaviour.clear();

    const second = rig(database.store, first);
    await second.dispatcher.start();
    assert.equal(
      second.dispatcher.sessions(second.contextId).find((s) => s.key.sessionId === 'a')?.ceilingW,
      9_000,
    );
    const messages = second.target.sent.length;
    second.clock.advance(5_000);
    await second.idle();
    assert.equal(second.target.sent.length, messages, 'read, not replayed');
    assert.equal(
      second.dispatcher.sessions(second.contextId).find((s) => s.key.sessionId === 'a')?.ceilingW,
      5_000,
    );
    assert.ok(
      (await rows(database.store, first.contextId)).some(
        (row) => row.session_id === 'a' && row.state === 'APPLIED',
      ),
    );
    await second.dispatcher.execute(second.assignment({ a: 5_000, b: 9_000 }, 14_000));
    await second.idle();
    assert.equal(second.target.held.get('b')?.periods[0]?.powerW, 9_000);
  });

  test('F2 a session that is over by the restart gives its share free', async () => {
    const first = rig(database.store, undefined, { pauseMs: 0 });
    await first.dispatcher.execute(first.assignment({ a: 8_000, b: 4_200 }, 12_500));
    await first.idle();
    first.target.over.add('a');
    const second = rig(database.store, first, { pauseMs: 0 });
    await second.dispatcher.start();
    second.clock.advance(5_000);
    await second.idle();
    assert.deepEqual(
      second.dispatcher.sessions(second.contextId).map((s) => s.key.sessionId),
      ['b'],
    );
    await second.dispatcher.execute(second.assignment({ b: 11_000 }, 12_500));
    await second.idle();
    assert.equal(second.target.held.get('b')?.periods[0]?.powerW, 11_000);
  });

  test('a result that comes after the restart is taken for the attempt it names', async () => {
    const first = rig(database.store);
    first.target.behaviour.set('a', 'hold');
    await first.dispatcher.execute(first.assignment({ a: 5_000 }, 11_000));
    await first.idle();
    const { reference } = first.target.sent[0]!;
    const second = rig(database.store, first);
    await second.dispatcher.start();
    assert.equal(second.dispatcher.sessions(second.contextId)[0]?.ceilingW, 11_000);
    assert.equal(
      await second.target.events?.answered('another-peer', reference, { result: 'ACCEPTED' }),
      false,
    );
    assert.equal(
      await second.target.events?.answered(second.peerId, reference, { result: 'ACCEPTED' }),
      true,
    );
    assert.equal(second.dispatcher.sessions(second.contextId)[0]?.ceilingW, 5_000);
    assert.equal(
      await second.target.events?.answered(second.peerId, reference, { result: 'ACCEPTED' }),
      true,
    );
    assert.equal((await rows(database.store, first.contextId))[0]?.state, 'ACCEPTED');
  });

  test('F5 a peer that is down keeps what it accepted; nothing is sent to it; when it is back everything is read and the difference sent', async () => {
    const r = rig(database.store);
    await r.dispatcher.execute(r.assignment({ a: 8_000 }, 11_000));
    await r.idle();
    r.target.events?.peerDown(r.peerId);
    r.clock.advance(60_000);
    await r.dispatcher.execute(r.assignment({ a: 5_000 }, 11_000));
    await r.idle();
    assert.equal(r.target.sent.length, 1);
    assert.equal(r.dispatcher.sessions(r.contextId)[0]?.ceilingW, 8_000);
    r.target.held.delete('a');
    r.target.held.set('a', flat(11_000, T0));
    r.target.events?.peerUp(r.peerId);
    r.clock.advance(5_000);
    await r.idle();
    assert.equal(r.target.held.get('a')?.periods[0]?.powerW, 5_000);
    assert.deepEqual(
      r.feedback.filter((each) => each.kind !== 'answer').map((each) => each.kind),
      ['peer-down', 'peer-up'],
    );
  });

  test('D1.5-§2.3.1.1-MIX: a station that reports more than it was given raises what is counted, and is told again when the limit needs it', async () => {
    const r = rig(database.store, undefined, { pauseMs: 0 });
    await r.dispatcher.execute(r.assignment({ a: 5_000, b: 5_000 }, 10_000));
    await r.idle();
    const sent = r.target.sent.length;
    await r.target.events?.active({ peerId: r.peerId, sessionId: 'a' }, flat(11_000, T0));
    await r.idle();
    assert.ok(
      r.target.sent
        .slice(sent)
        .some((each) => each.sessionId === 'a' && each.profile.periods[0]?.powerW === 5_000),
    );
    assert.ok(r.feedback.some((each) => each.kind === 'active'));
  });

  test('F11 what cannot be recorded is not sent', async () => {
    const broken = {
      ...database.store,
      transaction: () => Promise.reject(new Error('the disk is full')),
    };
    const r = rig(broken);
    await r.dispatcher.execute(r.assignment({ a: 5_000 }, 11_000));
    await assert.rejects(r.idle(), /the disk is full/);
    assert.equal(r.target.sent.length, 0);
    assert.equal(r.dispatcher.sessions(r.contextId)[0]?.ceilingW, 11_000);
  });
});
