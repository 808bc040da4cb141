import assert from 'node:assert/strict';
import test from 'node:test';
import { eachDatabase } from '../store/testing/index.ts';
import { rig, rows } from './testing/dispatch-rig.ts';

eachDatabase('sessions that are over', (database) => {
  test('D4.2-§5.4 a session that ended while a plan with it was being made holds no share after the next plan', async () => {
    const r = rig(database.store);
    await r.dispatcher.execute(r.assignment({ gone: 5_500, stays: 5_500 }, 11_000));
    await r.idle();
    const late = r.assignment({ gone: 5_500, stays: 5_500 }, 11_000);
    r.target.over.add('gone');
    await r.dispatcher.end({ peerId: r.peerId, sessionId: 'gone' });
    await r.idle();
    r.target.behaviour.set('gone', 'unknown-session');
    await r.dispatcher.execute(late);
    await r.idle();
    r.clock.advance(60_000);
    await r.dispatcher.execute(r.assignment({ stays: 11_000 }, 11_000));
    await r.idle();
    assert.deepEqual(
      r.dispatcher.sessions(r.contextId).map(({ key }) => key.sessionId),
      ['stays'],
    );
    assert.equal(r.target.held.get('stays')?.periods[0]?.powerW, 11_000);
    const kept = await database.store.db
      .selectFrom('dispatch_ledger')
      .select('session_id')
      .where('context_id', '=', r.contextId)
      .execute();
    assert.deepEqual(kept, [{ session_id: 'stays' }]);
  });

  test('F9 what a peer says cannot stop the record: an answer with characters no database keeps is recorded without them', async () => {
    const r = rig(database.store);
    r.target.behaviour.set('odd', 'says-nonsense');
    await r.dispatcher.execute(r.assignment({ odd: 4_500, other: 4_500 }, null));
    await r.idle();
    r.clock.advance(60_000);
    await r.dispatcher.execute(r.assignment({ odd: 4_500, other: 6_500 }, null));
    await r.idle();
    assert.equal(r.target.held.get('other')?.periods[0]?.powerW, 6_500);
    const odd = (await rows(database.store, r.contextId)).filter((row) => row.session_id === 'odd');
    assert.equal(odd[0]?.detail, 'REJECTED: no \ufffd');
  });

  test('RT14 more sessions than one statement has values for are recorded and served', async () => {
    const r = rig(database.store);
    const powers = Object.fromEntries(Array.from({ length: 6_000 }, (_, i) => [`s${i}`, 5_000]));
    await r.dispatcher.execute(r.assignment(powers, null, { shadow: true }));
    await r.idle();
    assert.equal((await rows(database.store, r.contextId)).length, 6_000);
  });
});
