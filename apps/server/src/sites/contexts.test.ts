import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refused } from '@smac/ocpi';
import { eachDatabase } from '../store/testing/index.ts';
import {
  aContext,
  aLocation,
  anEvse,
  aSession,
  at,
  bench,
  HOUR_MS,
  MONDAY_MS,
  newOwner,
  quarterHours,
  readSi,
} from './testing/fixtures.ts';

const NOW_MS = MONDAY_MS + 8 * HOUR_MS;

function evse(uid: string, power = 11_000) {
  return { location_id: 'L1', evse_uid: uid, connectors: [{ connector_id: '1', power }] };
}

eachDatabase('contexts', (database) => {
  test('UC-001, D4.2-§5-1: a context with EVSEs of several locations is stored and GET gives back what was accepted', async () => {
    const { sites } = bench(database.store);
    const owner = newOwner();
    const object = aContext('Ctx-1', {
      min_power: -5_000,
      opportunity_cost: 0.01,
      evses: [evse('E1'), { ...evse('E2', 22_000), location_id: 'L2' }],
      price: quarterHours(NOW_MS, [0.1, -0.05]),
    });
    const put = await sites.putContext(owner, object, readSi);
    assert.deepEqual(put, { ok: true, data: undefined, created: true });
    assert.deepEqual(await sites.getContext(owner, 'cTX-1'), { ok: true, data: object });
    const [state] = (await sites.contexts()).filter((context) => context.peerId === owner.peerId);
    assert.equal(state?.version, 1);
    assert.equal(state?.statics.maxImportW, 30_000);
    assert.equal(state?.statics.maxExportW, 5_000);
    assert.equal(state?.statics.evses.length, 2);
  });

  test('D4.2-§5.1.1.1-UPD, D4.2-§5.1.1.1-PUT: PUT and PATCH change the object, static changes count the version up, a repeat changes nothing', async () => {
    const { sites, triggers } = bench(database.store);
    const owner = newOwner();
    const object = aContext('C');
    await sites.putContext(owner, object, readSi);
    assert.deepEqual(await sites.putContext(owner, object, readSi), { ok: true, data: undefined });
    triggers.length = 0;
    const patch = { max_power: 20_000, last_updated: at(NOW_MS) };
    assert.equal((await sites.patchContext(owner, 'C', patch, readSi)).ok, true);
    const got = await sites.getContext(owner, 'C');
    assert.deepEqual(got, { ok: true, data: { ...object, ...patch } });
    const [state] = (await sites.contexts()).filter((context) => context.peerId === owner.peerId);
    assert.equal(state?.version, 2);
    assert.deepEqual(
      triggers.map((trigger) => trigger.cause),
      ['static-inputs'],
    );
  });

  test('X41, D4.2-§5.1.2.2.1.2: a patched list replaces what is ahead as a whole, past slots stay, other series are left alone', async () => {
    const { sites, clock, triggers } = bench(database.store);
    const owner = newOwner();
    const first = aContext('C', {
      price: quarterHours(NOW_MS, [0.1, 0.2, 0.3, 0.4]),
      demand: quarterHours(NOW_MS, [1000, 1000]),
    });
    await sites.putContext(owner, first, readSi);
    await clock.runUntil(NOW_MS + HOUR_MS / 2 + 1, async () => {});
    triggers.length = 0;
    const price = quarterHours(NOW_MS + HOUR_MS, [0.9]);
    await sites.patchContext(owner, 'C', { price, last_updated: at(clock.now()) }, readSi);
    const [context] = (await sites.contexts()).filter((c) => c.peerId === owner.peerId);
    const series = await sites.series(context!.id, NOW_MS, NOW_MS + 4 * HOUR_MS);
    assert.deepEqual(
      series.price.map((slot) => [slot.startMs - NOW_MS, slot.value]),
      [
        [0, 0.1],
        [900_000, 0.2],
        [HOUR_MS, 0.9],
      ],
    );
    assert.equal(series.demand.length, 2);
    assert.deepEqual(
      triggers.map((trigger) => trigger.cause),
      ['price'],
    );
  });

  test('X42: an older push is done without a change, an equal time with another body and a time in the future are refused', async () => {
    const { sites, triggers } = bench(database.store);
    const owner = newOwner();
    await sites.putContext(owner, aContext('C', { last_updated: at(NOW_MS) }), readSi);
    triggers.length = 0;
    const older = await sites.putContext(
      owner,
      aContext('C', { max_power: 1, last_updated: at(NOW_MS - 1) }),
      readSi,
    );
    assert.equal(older.ok, true);
    const equal = await sites.putContext(
      owner,
      aContext('C', { max_power: 1, last_updated: at(NOW_MS) }),
      readSi,
    );
    assert.equal(!equal.ok && equal.error, 'invalidParameters');
    const ahead = aContext('C', { max_power: 1, last_updated: at(NOW_MS + 6 * 60_000) });
    assert.equal((await sites.putContext(owner, ahead, readSi)).ok, false);
    const got = await sites.getContext(owner, 'C');
    assert.equal(got.ok && got.data.max_power, 30_000);
    assert.deepEqual(triggers, []);
  });

  test('X44, D4.2-T18-evse_uid, D4.2-T18-location_id: an EVSE is in one active context at most, the refusal names the other one', async () => {
    const { sites } = bench(database.store);
    const owner = newOwner();
    await sites.putContext(owner, aContext('A'), readSi);
    const second = await sites.putContext(owner, aContext('B', { evses: [evse('e1')] }), readSi);
    assert.equal(!second.ok && second.error, 'invalidParameters');
    assert.match(second.ok ? '' : second.detail, /already in context A/);
    assert.equal((await sites.getContext(owner, 'B')).ok, false);
    const later = aContext('A', { evses: [evse('E9')], last_updated: at(NOW_MS) });
    await sites.putContext(owner, later, readSi);
    assert.equal((await sites.putContext(owner, aContext('B', { evses: [evse('e1')] }), readSi)).ok, true);
    const twice = aContext('D', { evses: [evse('E7'), evse('E7')] });
    assert.equal((await sites.putContext(owner, twice, readSi)).ok, false);
  });

  test('X44: a parent must be known and never the context itself', async () => {
    const { sites } = bench(database.store);
    const owner = newOwner();
    const orphan = await sites.putContext(owner, aContext('child', { parent_id: 'none' }), readSi);
    assert.match(orphan.ok ? '' : orphan.detail, /parent_id/);
    await sites.putContext(owner, aContext('top', { evses: [evse('E2')] }), readSi);
    assert.equal((await sites.putContext(owner, aContext('child', { parent_id: 'TOP' }), readSi)).ok, true);
    const circle = aContext('top', { evses: [evse('E2')], parent_id: 'child', last_updated: at(NOW_MS) });
    assert.equal((await sites.putContext(owner, circle, readSi)).ok, false);
  });

  test('X2: what the reader refuses is not stored, nothing is half-stored', async () => {
    const { sites, triggers } = bench(database.store);
    const owner = newOwner();
    const result = await sites.putContext(owner, aContext('C'), () =>
      refused('invalidParameters', 'evses[0].connectors[0].power: 11000 kW is not plausible'),
    );
    assert.equal(result.ok, false);
    assert.equal((await sites.getContext(owner, 'C')).ok, false);
    assert.deepEqual(triggers, []);
  });

  test('X45, D4.2-T1.08: the reader and the plan know the power OCPI Locations give', async () => {
    const { sites } = bench(database.store);
    const owner = newOwner();
    await sites.putLocation(owner, aLocation('L1', [anEvse('E1')]));
    let known: number | undefined;
    await sites.putContext(owner, aContext('C', { evses: [evse('E1', 50_000)] }), (object, knownW) => {
      known = knownW({ locationId: 'l1', evseUid: 'e1' }, '1');
      return readSi(object, knownW);
    });
    assert.equal(known, 22_000);
    await sites.putSession(owner, aSession('S'));
    const session = await sites.session({ peerId: owner.peerId, sessionId: 'S' });
    const snapshot = await sites.snapshot(session!.contextId, NOW_MS);
    assert.equal(snapshot?.sessions[0]?.connector.chargeW, 22_000);
  });

  test('D4.2-§3.3.4, D4.2-§3.3.2-opt: a session on an EVSE without a context gets one of its own, limited by the connector', async () => {
    const { sites, triggers } = bench(database.store);
    const owner = newOwner();
    await sites.putLocation(owner, aLocation('L1', [anEvse('E1')]));
    assert.equal((await sites.putSession(owner, aSession('S'))).ok, true);
    const session = await sites.session({ peerId: owner.peerId, sessionId: 's' });
    const snapshot = await sites.snapshot(session!.contextId, NOW_MS);
    assert.equal(snapshot?.context.kind, 'default');
    assert.equal(snapshot?.context.statics.maxImportW, 22_000);
    assert.equal(snapshot?.sessions.length, 1);
    assert.equal(triggers.at(-1)?.cause, 'session-start');
  });

  test('D4.2-§3.3.4: a context that comes later takes the session over from the default context', async () => {
    const { sites, triggers } = bench(database.store);
    const owner = newOwner();
    await sites.putSession(owner, aSession('S'));
    const before = (await sites.session({ peerId: owner.peerId, sessionId: 'S' }))!.contextId;
    triggers.length = 0;
    assert.equal((await sites.putContext(owner, aContext('C'), readSi)).ok, true);
    const after = (await sites.session({ peerId: owner.peerId, sessionId: 'S' }))!.contextId;
    assert.notEqual(after, before);
    assert.equal((await sites.snapshot(after, NOW_MS))?.sessions.length, 1);
    assert.equal(await sites.snapshot(before, NOW_MS), undefined);
    assert.ok(triggers.some((trigger) => trigger.contextId === after && trigger.cause === 'static-inputs'));
  });

  test('D4.2-§5.1.1.1-DEL, D4.2-T16: DELETE ends the context, its sessions go on under the limit of their EVSE, a repeat finds nothing', async () => {
    const { sites } = bench(database.store);
    const owner = newOwner();
    await sites.putLocation(owner, aLocation('L1', [anEvse('E1')]));
    await sites.putContext(owner, aContext('C'), readSi);
    await sites.putSession(owner, aSession('S'));
    assert.equal((await sites.deleteContext(owner, 'C')).ok, true);
    assert.equal((await sites.getContext(owner, 'C')).ok, false);
    const session = await sites.session({ peerId: owner.peerId, sessionId: 'S' });
    const snapshot = await sites.snapshot(session!.contextId, NOW_MS);
    assert.equal(snapshot?.context.kind, 'default');
    assert.equal(snapshot?.context.statics.maxImportW, 22_000);
    const again = await sites.deleteContext(owner, 'C');
    assert.equal(!again.ok && again.error, 'unknownObject');
  });

  test('D4.2-§5.1.2.1.1-stale: contexts missing from a full pull are retired', async () => {
    const { sites } = bench(database.store);
    const owner = newOwner();
    await sites.putContext(owner, aContext('A'), readSi);
    await sites.putContext(owner, aContext('B', { evses: [evse('E2')] }), readSi);
    assert.deepEqual(await sites.retireContextsExcept(owner, ['b'], NOW_MS), [], 'pushed while the pull ran');
    assert.deepEqual(await sites.retireContextsExcept(owner, ['b'], NOW_MS + 1), ['A']);
    assert.equal((await sites.getContext(owner, 'A')).ok, false);
    assert.equal((await sites.getContext(owner, 'B')).ok, true);
  });

  test('X17: an override by hand counts until it expires and does not touch what was pushed', async () => {
    const { sites } = bench(database.store);
    const owner = newOwner();
    await sites.putContext(owner, aContext('C', { price: quarterHours(NOW_MS, [0.1]) }), readSi);
    const [context] = (await sites.contexts()).filter((c) => c.peerId === owner.peerId);
    const slots = [{ startMs: NOW_MS, durationMs: 900_000, value: 0.5 }];
    await sites.putSeries(context!.id, 'price', slots, {
      source: 'operator',
      validUntilMs: NOW_MS + HOUR_MS,
    });
    const series = await sites.series(context!.id, NOW_MS, NOW_MS + HOUR_MS);
    assert.deepEqual(series.price.map((slot) => [slot.layer, slot.value]).sort(), [
      ['base', 0.1],
      ['override', 0.5],
    ]);
    const negative = [{ startMs: NOW_MS, durationMs: 900_000, value: -1 }];
    const refusedSeries = await sites.putSeries(context!.id, 'demand', negative, { source: 'operator' });
    assert.match(refusedSeries.ok ? '' : refusedSeries.detail, /slots\[0\]\.value/);
  });
});
