import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { StationListener, Stations } from '../stations/index.ts';
import { Activity } from '../time/activity.ts';
import { followEvseStatus } from './evse-status.ts';
import type { Network } from './network.ts';
import { socket } from './testing/socket.ts';

test('BI3 EVSEs of the same uid at two locations have a status each, and one that could not be stored is stored with the next word', async () => {
  const places = [1, 2].map((number) => ({
    stationId: `S${number}`,
    evseId: 1,
    locationId: `LOC${number}`,
    evseUid: '1',
    connectors: [socket()],
    firstPhase: 1 as const,
  }));
  const stored: string[] = [];
  const failures: unknown[] = [new Error('the database is away')];
  const network: Pick<Network, 'placeOf' | 'evses' | 'setStatus'> = {
    placeOf: (stationId) => places.find((place) => place.stationId === stationId),
    evses: () => places,
    async setStatus({ locationId }, status) {
      const failure = failures.shift();
      if (failure !== undefined) throw failure;
      stored.push(`${locationId} ${status}`);
    },
  };
  const ears: NonNullable<StationListener['event']>[] = [];
  const stations: Pick<Stations, 'listen'> = {
    listen({ event }) {
      if (event) ears.push(event);
      return () => {};
    },
  };
  const activity = new Activity();
  followEvseStatus({ stations, network, activity, log: { error() {} } });
  for (const stationId of ['S1', 'S1', 'S2']) {
    for (const ear of ears) {
      ear({
        kind: 'status',
        stationId,
        evseId: 1,
        connectorId: 1,
        status: 'Available',
        errorCode: null,
        atMs: 0,
      });
    }
    await turn();
    await activity.idle();
  }
  assert.deepEqual(stored, ['LOC1 AVAILABLE', 'LOC2 AVAILABLE']);
});
