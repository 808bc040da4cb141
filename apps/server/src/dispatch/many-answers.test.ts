import assert from 'node:assert/strict';
import test from 'node:test';
import { eachDatabase } from '../store/testing/index.ts';
import { rig } from './testing/dispatch-rig.ts';

const FALLING = Array.from({ length: 30 }, (_, n) => `falls-${n}`);
const RISING = Array.from({ length: 30 }, (_, n) => `rises-${n}`);
const IDS = [...FALLING, ...RISING];
const powers = (fallingW: number, risingW: number) =>
  Object.fromEntries([
    ...FALLING.map((id) => [id, fallingW] as const),
    ...RISING.map((id) => [id, risingW] as const),
  ]);

eachDatabase('answers of many stations', (database) => {
  test('requirements 5.8: who waits for room gets what was confirmed free, however many others do not answer', async () => {
    const r = rig(database.store, undefined, { pauseMs: 0, rampWPerS: 1_000_000 });
    const budgetW = 30 * 14_200;
    await r.dispatcher.execute(r.assignment(powers(10_000, 4_200), budgetW));
    await r.idle();
    for (const id of FALLING.slice(0, 25)) r.target.behaviour.set(id, 'hold');
    await r.dispatcher.execute(r.assignment(powers(4_200, 10_000), budgetW));
    await r.idle();
    const risen = () =>
      RISING.filter((id) => r.target.held.get(id)!.periods.at(-1)!.powerW === 10_000).length;
    assert.equal(risen(), 0, 'five answers of thirty are waited for');
    r.clock.advance(1_000);
    await r.idle();
    assert.equal(risen(), 5, 'but not for long');
    assert.ok(r.target.allowedW(IDS, r.clock.now(), 11_000) <= budgetW);
    r.target.behaviour.clear();
    r.target.release();
    await r.idle();
    r.clock.advance(1_000);
    await r.idle();
    assert.equal(risen(), 30);
    assert.ok(r.target.allowedW(IDS, r.clock.now(), 11_000) <= budgetW);
    await r.dispatcher.close();
  });

  test('F2 what leaves for hundreds is recorded before it leaves, portion by portion; who ends before his turn stays out of the record', async () => {
    const r = rig(database.store);
    const ids = Array.from({ length: 250 }, (_, n) => `car-${n}`);
    const recorded: number[] = [];
    const setProfile = r.target.setProfile.bind(r.target);
    r.target.setProfile = async (key, profile, reference) => {
      if (r.target.sent.length === 0) void r.dispatcher.end({ peerId: r.peerId, sessionId: 'car-249' });
      const answer = await setProfile(key, profile, reference);
      const row = await database.store.db
        .selectFrom('dispatch_profile')
        .select('id')
        .where('id', '=', reference)
        .executeTakeFirst();
      recorded.push(row === undefined ? 0 : 1);
      return answer;
    };
    await r.dispatcher.execute(r.assignment(Object.fromEntries(ids.map((id) => [id, 4_200])), 1_100_000));
    await r.idle();
    assert.equal(recorded.length, 249);
    assert.ok(recorded.every((rows) => rows === 1));
    await r.dispatcher.close();
    const ledger = await database.store.db
      .selectFrom('dispatch_ledger')
      .select('session_id')
      .where('peer_id', '=', r.peerId)
      .execute();
    assert.equal(ledger.length, 249);
    assert.ok(ledger.every(({ session_id }) => session_id !== 'car-249'));
  });
});
