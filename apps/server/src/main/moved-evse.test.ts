/** An EVSE that was placed is moved to another site, or gets another name: what follows from it everywhere. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Evse, Location, Token } from '@smac/ocpi';
import { systemClock } from '../time/clock.ts';
import { LOCATION, ownServer, until } from './testing/played-stations.ts';
import { provider } from './testing/provider.ts';
import { type Fields, signedIn } from './testing/signed-in.ts';

const HARBOUR = {
  id: 'LOC2',
  address: 'Moll de la Fusta 3',
  city: 'Barcelona',
  country: 'ESP',
  latitude: '41.37',
  longitude: '2.18',
  timeZone: 'Europe/Madrid',
  supply: { maxImportW: 50_000, currency: 'EUR' },
} as const;

const TOKEN: Token = {
  country_code: 'NL',
  party_id: 'SMC',
  uid: 'BOOKER',
  type: 'APP_USER',
  contract_id: 'NL-SMC-CBOOKER',
  issuer: 'SMAC',
  valid: true,
  whitelist: 'NEVER',
  last_updated: '2026-06-01T08:00:00Z',
};

test('an EVSE is moved to another site or renamed: its former name is REMOVED for other platforms, contexts follow, the trail knows; never while somebody charges or holds it', async () => {
  const server = await ownServer({ SMAC_OCPI_ALLOW_PRIVATE: 'true' });
  const { network, transactions } = server.backOffice;
  const emsp = await provider();
  try {
    await emsp.join(server);
    assert.ok((await network.addLocation(HARBOUR)).ok);
    const station = await server.play('2.0.1', 'S1');
    await station.boot();
    const admin = await signedIn(server, 'admin', systemClock.now());
    const viewer = await signedIn(server, 'viewer', systemClock.now());
    const path = '/api/network/stations/S1/evses/1/address';
    const move = (locationId: string, evseUid: string) => admin.call('PUT', path, { locationId, evseUid });
    const refusal = async (locationId: string, evseUid: string) => {
      const { status, json } = await move(locationId, evseUid);
      assert.equal(status, 422);
      return String(json.detail);
    };
    const evseAt = async (locationId: string, uid: string): Promise<Evse | undefined> => {
      const location = (await network.locations()).find(({ id }) => id === locationId);
      return location?.evses?.find((evse) => evse.uid === uid);
    };
    const members = async (locationId: string) =>
      (await server.sites.contexts())
        .find(({ objectId }) => objectId === `supply/${locationId}`)
        ?.statics.evses.map(({ evseUid }) => evseUid);

    assert.equal((await viewer.call('PUT', path, { locationId: 'LOC2', evseUid: 'Q1' })).status, 403);
    assert.match(await refusal('NOWHERE', 'Q1'), /^locationId: there is no location NOWHERE/);
    assert.match(await refusal(LOCATION, 'e-s1'), /^evseUid: this is its name there already/);
    await station.start();
    await until(async () => (await transactions.list({ stationId: 'S1', state: 'active' })).length === 1);
    assert.match(await refusal('LOC2', 'Q1'), /charges a car now/);
    await station.stop(100);
    await until(async () => (await transactions.list({ stationId: 'S1', state: 'active' })).length === 0);
    await station.say('StatusNotification', {
      timestamp: new Date().toISOString(),
      connectorStatus: 'Available',
      evseId: 1,
      connectorId: 1,
    });
    await until(async () => (await evseAt(LOCATION, 'E-S1'))?.status === 'AVAILABLE');

    const [charge] = await transactions.list({ stationId: 'S1' });
    assert.ok(charge !== undefined);
    const { cdrs } = server.backOffice.billing;
    const billed = await until(() => cdrs.standing(charge.id));
    const session = () => server.sites.session({ peerId: network.owner.peerId, sessionId: charge.id });
    const before = await until(async () => {
      const state = await session();
      return state?.status === 'COMPLETED' && state;
    });

    const moved = await move('LOC2', 'Q1');
    assert.equal(moved.status, 200, JSON.stringify(moved.json));
    assert.deepEqual([moved.json.locationId, moved.json.evseUid], ['LOC2', 'Q1']);
    assert.equal((await evseAt(LOCATION, 'E-S1'))?.status, 'REMOVED');
    assert.equal((await evseAt('LOC2', 'Q1'))?.status, 'AVAILABLE');
    assert.deepEqual([await members(LOCATION), await members('LOC2')], [[], ['Q1']]);
    assert.equal(network.find(LOCATION, 'E-S1'), undefined);
    assert.equal(network.find('LOC2', 'q1')?.stationId, 'S1');
    const heard = (locationId: string, uid: string) => {
      const told = [...emsp.heard.locations.values()] as (Location | Evse)[];
      const location = told.find((part) => 'id' in part && part.id === locationId) as Location | undefined;
      return location?.evses?.find((evse) => evse.uid === uid)?.status;
    };
    await until(() => heard(LOCATION, 'E-S1') === 'REMOVED' && heard('LOC2', 'Q1') === 'AVAILABLE');
    // What the station says from now on is said of its new name.
    await station.say('StatusNotification', {
      timestamp: new Date().toISOString(),
      connectorStatus: 'Unavailable',
      evseId: 1,
      connectorId: 1,
    });
    await until(async () => (await evseAt('LOC2', 'Q1'))?.status === 'INOPERATIVE');
    assert.equal((await evseAt(LOCATION, 'E-S1'))?.status, 'REMOVED');

    // The station tells late what its meter showed at the end of the charge of before: session and bill stay where it was.
    await station.stop(180);
    const late = await until(async () => {
      const state = await session();
      return state?.energyWh === 180 && state;
    });
    for (const name of ['locationId', 'evseUid', 'contextId'] as const)
      assert.equal(late[name], before[name]);
    const corrected = await until(async () => {
      const standing = await cdrs.standing(charge.id);
      return standing?.cdr.total_energy === 0.18 && standing;
    });
    assert.notEqual(corrected.cdr.id, billed.cdr.id);
    for (const { cdr } of [billed, corrected])
      assert.deepEqual([cdr.cdr_location.id, cdr.cdr_location.evse_uid], [LOCATION, 'E-S1']);
    const month = new Date(late.startMs)
      .toLocaleDateString('sv-SE', { timeZone: 'Europe/Madrid' })
      .slice(0, 7);
    const { json: usage } = await admin.call<{ transactions: Fields[]; sockets: Fields[] }>(
      'GET',
      `/api/reports/usage?month=${month}`,
    );
    assert.deepEqual(
      usage.transactions.map(({ socket, energyWh }) => [socket, energyWh]),
      [['E-S1', 180]],
    );
    assert.deepEqual(usage.sockets.map(({ socket }) => socket).toSorted(), ['E-S1', 'Q1']);

    assert.equal((await move('LOC2', 'Quay 7')).status, 200);
    assert.deepEqual(
      (await network.locations())
        .find(({ id }) => id === 'LOC2')
        ?.evses?.map(({ uid, status }) => [uid, status]),
      [
        ['Q1', 'REMOVED'],
        ['Quay 7', 'INOPERATIVE'],
      ],
    );
    assert.deepEqual(await members('LOC2'), ['Quay 7']);
    // Back to where it was, under the name it had there.
    assert.equal((await move(LOCATION, 'E-S1')).status, 200);
    assert.equal((await evseAt(LOCATION, 'E-S1'))?.status, 'INOPERATIVE');
    assert.deepEqual([await members(LOCATION), await members('LOC2')], [['E-S1'], []]);

    // Somebody has a hold on it; then people have it in a context of their own.
    const place = network.find(LOCATION, 'E-S1');
    assert.ok(place !== undefined);
    station.answers.ReserveNow = { status: 'Accepted' };
    station.answers.CancelReservation = { status: 'Accepted' };
    const hold = { key: 'booking', place, token: TOKEN, expiresMs: systemClock.now() + 3_600_000 };
    const held = await server.backOffice.holds.hold(hold);
    assert.ok(held.held);
    assert.match(await refusal('LOC2', 'Q1'), /is booked now/);
    await server.backOffice.holds.letGo(place, held.number);
    const supply = (await server.sites.contexts()).find(({ objectId }) => objectId === `supply/${LOCATION}`);
    assert.ok(supply !== undefined);
    const withEvses = (objectId: string, evses: typeof supply.statics.evses) =>
      server.sites.createContext(network.owner, objectId, {
        statics: { ...supply.statics, evses },
        shadow: false,
      });
    assert.ok((await withEvses(supply.objectId, [])).ok);
    assert.ok((await withEvses('by-hand', supply.statics.evses)).ok);
    assert.match(await refusal('LOC2', 'Q1'), /is in the context by-hand; remove it there first/);

    assert.ok((await withEvses('by-hand', [])).ok);

    // A supply point that cannot take it: nothing of the move happened.
    const elsewhere = supply.statics.evses.map((evse) => ({ ...evse, locationId: 'LOC2', evseUid: 'Q9' }));
    assert.ok((await withEvses('by-hand', elsewhere)).ok);
    assert.match(await refusal('LOC2', 'Q9'), /is already in context by-hand/);
    assert.deepEqual(network.placeOf('S1', 1), place);
    assert.equal((await evseAt(LOCATION, 'E-S1'))?.status, 'INOPERATIVE');
    assert.equal(await evseAt('LOC2', 'Q9'), undefined);
    // Two who saw it at the same place: the second is told, and its former name is gone once.
    const both = ['Q10', 'Q11'].map((evseUid) => network.moveEvse(place, { locationId: 'LOC2', evseUid }));
    const [first, second] = await Promise.all(both);
    assert.ok(first?.ok === true && second?.ok === false);
    assert.match(second.detail, /was moved meanwhile/);
    assert.deepEqual(
      [(await evseAt('LOC2', 'Q10'))?.status, await evseAt('LOC2', 'Q11'), await members('LOC2')],
      ['INOPERATIVE', undefined, ['Q10']],
    );

    const { json } = await admin.call<Fields[]>('GET', '/api/audit');
    const trail = json.filter(({ action }) => action === 'network.evse_moved');
    assert.deepEqual(trail.at(-1)?.detail, {
      evseId: 1,
      from: { locationId: LOCATION, evseUid: 'E-S1' },
      to: { locationId: 'LOC2', evseUid: 'Q1' },
    });
  } finally {
    await emsp.close();
    await server.close();
  }
});
