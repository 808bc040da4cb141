/** Limits that stations got from elsewhere, EVSEs that stand at two places, and what an edit of the network leaves as it was. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { socket } from '../network/testing/socket.ts';
import { LOCATION, type OwnServer, ownServer, type Played, until } from './testing/played-stations.ts';

let server: OwnServer;
before(async () => {
  server = await ownServer();
  for (const uid of ['LIMIT1', 'LIMIT2'])
    assert.ok((await server.backOffice.tokens.add({ uid }, 'local')).ok);
});
after(() => server.close());

/** A second EVSE of the station. */
async function second(station: Played, locationId = LOCATION): Promise<void> {
  const evse = { stationId: station.stationId, evseId: 2, locationId, evseUid: `E-${station.stationId}-2` };
  assert.ok((await server.backOffice.network.placeEvse({ ...evse, connectors: [socket()] })).ok);
}

async function limitAt(station: Played, evseId: number): Promise<number | undefined> {
  const active = await server.backOffice.transactions.list({ stationId: station.stationId, state: 'active' });
  const transaction = active.find((each) => each.evseId === evseId);
  const session = transaction && (await server.sites.session({ peerId: 'own', sessionId: transaction.id }));
  return session?.stationLimit?.powerW;
}

const becomes = (station: Played, evseId: number, powerW: number | undefined) =>
  until(async () => (await limitAt(station, evseId)) === powerW);

const limited = (limit: number, more: object = {}) => ({
  chargingLimit: { chargingLimitSource: 'EMS', ...more },
  chargingSchedule: [
    {
      id: 1,
      chargingRateUnit: 'W',
      duration: 3_600,
      startSchedule: new Date().toISOString(),
      chargingSchedulePeriod: [{ startPeriod: 0, limit }],
    },
  ],
});

for (const version of ['2.0.1', '2.1'] as const) {
  test(`D1.5-§2.2.1.2-EXT ${version}: a limit of the whole station holds for a car that comes later, and is shared again when one goes; only its source lifts it`, async () => {
    const station = await server.play(version, `whole-${version}`);
    await second(station);
    await station.boot();
    await station.say('NotifyChargingLimit', limited(9_000));
    await station.start('LIMIT1', 1);
    await becomes(station, 1, 9_000);
    await station.start('LIMIT2', 2);
    await becomes(station, 2, 4_500);
    await becomes(station, 1, 4_500);
    // Its own EVSE leaves it less than its part: the other has the rest.
    await station.say('NotifyChargingLimit', { evseId: 1, ...limited(3_000) });
    assert.equal(await limitAt(station, 1), 3_000);
    assert.equal(await limitAt(station, 2), 6_000);
    await station.say('ClearedChargingLimit', { evseId: 1, chargingLimitSource: 'EMS' });
    assert.equal(await limitAt(station, 1), 4_500);
    await station.say('ClearedChargingLimit', { chargingLimitSource: 'SO' });
    assert.equal(await limitAt(station, 2), 4_500);
    await station.stop(0, 1);
    await becomes(station, 2, 9_000);
    await station.say('ClearedChargingLimit', { chargingLimitSource: 'EMS' });
    assert.equal(await limitAt(station, 2), undefined);
    await station.stop(0, 2);
  });
}

test('SC.01 K08.FR.04 K27: what is generated locally comes on top: it lowers nothing, and is known until its source takes it back', async () => {
  const station = await server.play('2.1', 'sunny');
  await station.boot();
  await station.start('LIMIT1');
  await until(async () => (await server.sites.liveSessions()).length > 0);
  await station.say('NotifyChargingLimit', limited(30_000, { isLocalGeneration: true }));
  assert.equal(await limitAt(station, 1), undefined);
  assert.equal(server.backOffice.limits.localGenerationW(station.stationId, 1), 30_000);
  await station.say('ClearedChargingLimit', { chargingLimitSource: 'EMS' });
  assert.equal(server.backOffice.limits.localGenerationW(station.stationId, 1), 0);
  await station.stop(0);
});

test('D4.2-§3.3.4 a station whose EVSEs stand at two supply points keeps a share of each, and its maximum is what both leave it', async () => {
  const { network } = server.backOffice;
  const other = {
    id: 'LOC2',
    address: 'Carrer de la Marina 2',
    city: 'Barcelona',
    country: 'ESP',
    latitude: '41.39',
    longitude: '2.19',
    timeZone: 'Europe/Madrid',
    supply: { maxImportW: 7_000, currency: 'EUR' },
  };
  assert.ok((await network.addLocation(other)).ok);
  const station = await server.play('2.0.1', 'two-places');
  await second(station, 'LOC2');
  await station.boot();
  const limitsA = await until(async () => {
    const held = await server.backOffice.book.of(station.stationId);
    const limits = held
      .filter(({ state }) => state === 'accepted')
      .map(({ evseId, profile }) => [evseId, profile.chargingSchedule[0]?.chargingSchedulePeriod[0]?.limit]);
    return limits.length === 3 && Object.fromEntries(limits);
  });
  assert.ok(limitsA[1] >= 6, 'its share at the first place');
  assert.equal(limitsA[2], 10.1, '7 kW at the second');
  assert.ok(limitsA[0] >= 26 && limitsA[0] <= 26.2, `${limitsA[0]} A: 16 A here and 10.1 A there`);
});

test('SC8 the fuse of a station at two supply points is divided between them: planned one by one they fit under it together', async () => {
  const { network } = server.backOffice;
  assert.ok((await server.stations.admin.add({ stationId: 'fused', securityProfile: 1 }, 'local')).ok);
  for (const [n, locationId] of [LOCATION, 'LOC2'].entries()) {
    const evse = { stationId: 'fused', evseId: n + 1, locationId, evseUid: `E-fused-${n}`, stationFuseA: 20 };
    assert.ok((await network.placeEvse({ ...evse, connectors: [socket()] })).ok);
  }
  const groups = (await server.sites.contexts())
    .flatMap(({ statics }) => statics.groups ?? [])
    .filter(({ id }) => id === 'fused');
  assert.deepEqual(
    groups.map(({ maxPhaseW }) => maxPhaseW),
    [2_300, 2_300],
  );
});

test('BI3 X42 an operator who edits a connector leaves the status of its EVSE as the station told it', async () => {
  const station = await server.play('2.0.1', 'edited');
  await station.boot();
  const { network } = server.backOffice;
  const status = async () => {
    const locations = await network.locations();
    const evses = locations.find(({ id }) => id === LOCATION)?.evses;
    return evses?.find(({ uid }) => uid === station.evseUid)?.status;
  };
  await station.say('StatusNotification', {
    timestamp: new Date().toISOString(),
    connectorStatus: 'Available',
    evseId: 1,
    connectorId: 1,
  });
  await until(async () => (await status()) === 'AVAILABLE');
  const evse = { stationId: station.stationId, evseId: 1, locationId: LOCATION, evseUid: station.evseUid };
  assert.ok((await network.placeEvse({ ...evse, connectors: [socket({ maxCurrentA: 20 })] })).ok);
  assert.equal(await status(), 'AVAILABLE');
});
