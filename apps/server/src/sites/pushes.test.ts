import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
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
  readSi,
} from './testing/fixtures.ts';

const NOW_MS = MONDAY_MS + 8 * HOUR_MS;
const MINUTE_MS = 60_000;

eachDatabase('pushes', (database) => {
  test('X43: two parties of one platform with the same session id: neither writes nor reads the session of the other', async () => {
    const { sites } = bench(database.store, NOW_MS + HOUR_MS);
    const owner = newOwner();
    const other = { ...owner, party: { countryCode: 'NL', partyId: 'OTH' } };
    await sites.putSession(owner, aSession('S', { kwh: 3 }));
    const put = await sites.putSession(
      other,
      aSession('S', { party_id: 'OTH', kwh: 9, last_updated: at(NOW_MS + MINUTE_MS) }),
    );
    assert.match(put.ok ? '' : put.detail, /id: S is a session of another party/);
    assert.equal((await sites.getSession(other, 'S')).ok, false);
    const kept = await sites.getSession(owner, 'S');
    assert.equal(kept.ok && kept.data.kwh, 3);
  });

  test('D4.2-§5.4: a PATCH without kwh or charging periods is no meter reading: power and its time stay', async () => {
    const { sites, triggers } = bench(database.store, NOW_MS + HOUR_MS);
    const owner = newOwner();
    const ref = { peerId: owner.peerId, sessionId: 'S' };
    await sites.putSession(owner, aSession('S', { kwh: 0, last_updated: at(NOW_MS) }));
    await sites.patchSession(owner, 'S', { kwh: 1, last_updated: at(NOW_MS + 6 * MINUTE_MS) });
    assert.equal((await sites.session(ref))?.powerW, 10_000);
    triggers.length = 0;
    await sites.patchSession(owner, 'S', {
      authorization_reference: 'A1',
      last_updated: at(NOW_MS + 9 * MINUTE_MS),
    });
    const session = await sites.session(ref);
    assert.equal(session?.powerW, 10_000);
    assert.equal(session?.energyAtMs, NOW_MS + 6 * MINUTE_MS);
    assert.deepEqual(triggers, []);
    await sites.patchSession(owner, 'S', { kwh: 2, last_updated: at(NOW_MS + 12 * MINUTE_MS) });
    assert.equal((await sites.session(ref))?.powerW, 10_000);
  });

  test('OCPI mod_sessions 2.12-9: a charging period that is sent again replaces the stored one instead of counting twice', async () => {
    const { sites } = bench(database.store, NOW_MS + HOUR_MS);
    const owner = newOwner();
    const period = (volume: number) => [
      { start_date_time: at(NOW_MS), dimensions: [{ type: 'ENERGY_EXPORT' as const, volume }] },
    ];
    await sites.putSession(owner, aSession('S', { kwh: 5, charging_periods: period(1) }));
    await sites.patchSession(owner, 'S', {
      charging_periods: period(2),
      last_updated: at(NOW_MS + MINUTE_MS),
    });
    assert.equal((await sites.session({ peerId: owner.peerId, sessionId: 'S' }))?.energyWh, 3_000);
  });

  test('BI3: a power cut sets the status of all EVSEs of a location at once; planning is told nothing, and an EVSE nobody knows is left out', async () => {
    const { sites, triggers } = bench(database.store, NOW_MS + HOUR_MS);
    const owner = newOwner();
    await sites.putLocation(owner, aLocation('L1', [anEvse('E1'), anEvse('E2'), anEvse('E3')]));
    triggers.length = 0;
    const lastUpdated = at(NOW_MS);
    const set = await sites.setEvseStatuses(
      owner,
      'L1',
      ['e1', 'E3', 'E9'].map((evseUid) => ({ evseUid, status: 'UNKNOWN', lastUpdated })),
    );
    assert.ok(set.ok);
    const read = await sites.getLocation(owner, { locationId: 'L1' });
    assert.ok(read.ok);
    const { evses, last_updated } = read.data as ReturnType<typeof aLocation>;
    assert.deepEqual(
      evses?.map(({ uid, status }) => [uid, status]),
      [
        ['E1', 'UNKNOWN'],
        ['E2', 'AVAILABLE'],
        ['E3', 'UNKNOWN'],
      ],
    );
    assert.equal(last_updated, lastUpdated);
    assert.deepEqual(triggers, []);
    assert.equal((await sites.setEvseStatuses(owner, 'L2', [])).ok, false);
    // Said again, as all stations do after a restart: the object is neither written nor newer.
    const written = () =>
      database.store.db
        .selectFrom('location')
        .select(sql<string>`xmin::text`.as('version'))
        .where('peer_id', '=', owner.peerId)
        .executeTakeFirstOrThrow();
    const before = await written();
    const again = [{ evseUid: 'E1', status: 'UNKNOWN' as const, lastUpdated: at(NOW_MS + MINUTE_MS) }];
    assert.ok((await sites.setEvseStatuses(owner, 'L1', again)).ok);
    assert.deepEqual(await written(), before);
    const still = await sites.getLocation(owner, { locationId: 'L1' });
    assert.ok(still.ok && still.data.last_updated === lastUpdated);
  });

  test('OCPI mod_locations: an EVSE listed twice, in whatever spelling, is refused and nothing is half-stored', async () => {
    const { sites } = bench(database.store, NOW_MS + HOUR_MS);
    const owner = newOwner();
    const twice = aLocation('L1', [anEvse('E1'), anEvse('e1')]);
    const put = await sites.putLocation(owner, twice);
    assert.match(put.ok ? '' : put.detail, /evses: uid e1 is listed twice/);
    assert.equal((await sites.getLocation(owner, { locationId: twice.id })).ok, false);
    await sites.putLocation(owner, aLocation('L1', [anEvse('E1')]));
    const patch = await sites.patchLocation(
      owner,
      { locationId: twice.id },
      { evses: [anEvse('E2'), anEvse('E2')], last_updated: at(NOW_MS + MINUTE_MS) },
    );
    assert.equal(patch.ok, false);
  });

  test('D4.2-§4.1.1-NOM: planning hears of a changed capability and of an EVSE that is gone, not of every status', async () => {
    const { sites, triggers } = bench(database.store, NOW_MS + HOUR_MS);
    const owner = newOwner();
    const location = aLocation('L1', [anEvse('E1'), anEvse('E2')]);
    await sites.putLocation(owner, location);
    await sites.putContext(owner, aContext('C'), readSi);
    const key = { locationId: location.id, evseUid: 'E1' };
    triggers.length = 0;
    await sites.patchLocation(owner, key, { status: 'CHARGING', last_updated: at(NOW_MS + MINUTE_MS) });
    assert.deepEqual(triggers, []);
    await sites.patchLocation(owner, key, { capabilities: [], last_updated: at(NOW_MS + 2 * MINUTE_MS) });
    assert.deepEqual(
      triggers.map(({ cause }) => cause),
      ['location'],
    );
    triggers.length = 0;
    const left = { ...location, evses: [anEvse('E2')], last_updated: at(NOW_MS + 3 * MINUTE_MS) };
    await sites.putLocation(owner, left);
    assert.deepEqual(
      triggers.map(({ cause }) => cause),
      ['location'],
    );
  });

  test('a connector named __proto__ is a connector like any other', async () => {
    const { sites } = bench(database.store, NOW_MS + HOUR_MS);
    const owner = newOwner();
    const [connector] = anEvse('E1').connectors;
    const evse = anEvse('E1', {
      connectors: [{ ...connector!, id: '__proto__', max_electric_power: 7_000 }],
    });
    await sites.putLocation(owner, aLocation('L1', [evse]));
    await sites.putSession(owner, aSession('S', { connector_id: '__proto__' }));
    const session = await sites.session({ peerId: owner.peerId, sessionId: 'S' });
    const snapshot = await sites.snapshot(session!.contextId, NOW_MS);
    assert.equal(snapshot?.sessions[0]?.connector.chargeW, 7_000);
  });

  test('a time zone that does not exist is left out of what planning gets', async () => {
    const { sites } = bench(database.store, NOW_MS + HOUR_MS);
    const owner = newOwner();
    await sites.putLocation(owner, aLocation('L1', [anEvse('E1')], { time_zone: 'Foo/Bar' }));
    await sites.putSession(owner, aSession('S'));
    const session = (await sites.session({ peerId: owner.peerId, sessionId: 'S' }))!;
    const snapshot = await sites.snapshot(session.contextId, NOW_MS);
    assert.equal(snapshot?.sessions[0]?.timeZone, undefined);
    assert.equal(await sites.timeZone(session), undefined);
  });

  test('X42 X44: pushes of one owner at the same moment are judged one after the other: the newest wins, nothing fails', async () => {
    const { sites } = bench(database.store, NOW_MS + HOUR_MS);
    const owner = newOwner();
    const pushes = Array.from({ length: 8 }, (_, i) => [
      sites.putSession(owner, aSession('S', { kwh: i, last_updated: at(NOW_MS + i) })),
      sites.putContext(owner, aContext('C', { max_power: 10_000 + i, last_updated: at(NOW_MS + i) }), readSi),
      sites.putSession(owner, aSession(`T${i}`)),
    ]);
    const outcomes = await Promise.all(pushes.flat());
    assert.ok(outcomes.every((outcome) => outcome.ok));
    const session = await sites.getSession(owner, 'S');
    assert.equal(session.ok && session.data.kwh, 7);
    const context = await sites.getContext(owner, 'C');
    assert.equal(context.ok && context.data.max_power, 10_007);
    const live = (await sites.liveSessions()).filter((each) => each.peerId === owner.peerId);
    assert.equal(new Set(live.map((each) => each.contextId)).size, 1);
  });
});
