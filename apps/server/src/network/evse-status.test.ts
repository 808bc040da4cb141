import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { StationEvent, StationListener, StationsRoom } from '../stations/index.ts';
import { Activity } from '../time/activity.ts';
import { type EvseStatusOptions, followEvseStatus } from './evse-status.ts';
import { socket } from './testing/socket.ts';

/** Two stations at two locations, both with an EVSE of uid 1; every write waits for its turn. */
function followed(known: Awaited<ReturnType<StationsRoom['connectors']>> = []) {
  const places = [1, 2].map((number) => ({
    stationId: `S${number}`,
    evseId: 1,
    locationId: `LOC${number}`,
    evseUid: '1',
    connectors: [socket()],
    firstPhase: 1 as const,
  }));
  const stored: string[] = [];
  const failures: Error[] = [];
  const online = new Set(['S1', 'S2']);
  const ears: NonNullable<StationListener['event']>[] = [];
  const activity = new Activity();
  let atOnce = 0;
  let mostAtOnce = 0;
  followEvseStatus({
    stations: {
      listen({ event }) {
        if (event) ears.push(event);
        return () => {};
      },
      connected: ((id) => (online.has(id) ? {} : undefined)) as StationsRoom['connected'],
      connectors: async (id) => (id === 'S1' ? known : []),
    },
    network: {
      placeOf: (stationId) => places.find((place) => place.stationId === stationId),
      evsesOf: (stationId) => places.filter((place) => place.stationId === stationId),
      async setStatuses(locationId, changes) {
        atOnce += 1;
        mostAtOnce = Math.max(mostAtOnce, atOnce);
        await turn();
        atOnce -= 1;
        const failure = failures.shift();
        if (failure !== undefined) throw failure;
        for (const { status } of changes) stored.push(`${locationId} ${status}`);
      },
    },
    activity,
    log: { error() {} },
  } satisfies EvseStatusOptions);
  const tell = (event: StationEvent) => {
    for (const ear of ears) ear(event);
  };
  return {
    stored,
    failures,
    mostAtOnce: () => mostAtOnce,
    settled: () => activity.idle(),
    status: (stationId: string, status: string) =>
      tell({ kind: 'status', stationId, evseId: 1, connectorId: 1, status, errorCode: null, atMs: 0 }),
    cut(stationId: string) {
      online.delete(stationId);
      tell({ kind: 'disconnected', stationId, atMs: 0, generation: 1, reason: 'closed 1006' });
    },
    back(stationId: string) {
      online.add(stationId);
      tell({ kind: 'connected', stationId, atMs: 0, generation: 2, version: '1.6' });
    },
  };
}

test('BI3 EVSEs of the same uid at two locations have a status each, and one that could not be stored is stored with the next word of any station', async () => {
  const { stored, failures, status, settled } = followed();
  failures.push(new Error('the database is away'));
  status('S1', 'Available');
  await settled();
  assert.deepEqual(stored, []);
  status('S2', 'Available');
  await settled();
  assert.deepEqual(stored.sort(), ['LOC1 AVAILABLE', 'LOC2 AVAILABLE']);
});

test('BI3: a station without a line is UNKNOWN, and back again it is what it said last, which it need not say again (2.0.1 B04.FR.02)', async () => {
  const { stored, status, cut, back, settled } = followed();
  status('S1', 'Charging');
  await settled();
  cut('S1');
  await settled();
  back('S1');
  await settled();
  assert.deepEqual(stored, ['LOC1 CHARGING', 'LOC1 UNKNOWN', 'LOC1 CHARGING']);
});

test('BI3: after a restart of the server the last word of a station comes from what is stored; a station that never spoke stays as it is', async () => {
  const row = { evseId: 1, errorCode: null, info: null, suspectTime: false };
  const { stored, back, settled } = followed([
    { ...row, connectorId: 1, status: 'Available', statusMs: 5 },
    { ...row, connectorId: 2, status: 'Faulted', statusMs: 9 },
  ]);
  back('S1');
  back('S2');
  await settled();
  assert.deepEqual(stored, ['LOC1 OUTOFORDER']);
});

test('BI3: statuses are stored one at a time, and of a line that is lost and back before its turn nothing is stored', async () => {
  const { stored, status, cut, back, settled, mostAtOnce } = followed();
  status('S1', 'Available');
  status('S2', 'Available');
  await settled();
  status('S1', 'Preparing');
  cut('S2');
  back('S2');
  await settled();
  assert.equal(mostAtOnce(), 1);
  assert.deepEqual(stored.slice(2), ['LOC1 BLOCKED']);
});
