import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Placed } from '../network/index.ts';
import { socket } from '../network/testing/socket.ts';
import { type Capability, type Stations, UNKNOWN_STATION } from '../stations/index.ts';
import { nameOf } from './fallback-limits.ts';
import { fallbackProfiles } from './fallback-profiles.ts';

const onePhase = (evseId: number, firstPhase: 1 | 2 | 3): Placed => ({
  stationId: 'S1',
  evseId,
  locationId: 'L1',
  evseUid: `E${evseId}`,
  firstPhase,
  connectors: [socket({ powerType: 'AC_1_PHASE', maxCurrentA: 32 })],
});

async function maximum(places: readonly Placed[], rateUnits: Capability['rateUnits']) {
  const profiles = await fallbackProfiles(
    {
      stations: { capability: () => ({ ...UNKNOWN_STATION, rateUnits }) } as unknown as Stations,
      limits: {
        at: async () => ({
          siteW: 100_000,
          shares: new Map(places.map((place) => [nameOf(place), 7_360])),
        }),
      } as never,
      clock: { now: () => 0, after: () => () => {} },
    },
    'S1',
    places,
  );
  return profiles[0]?.profile.chargingSchedule[0]?.chargingSchedulePeriod[0];
}

test('D1.5-§2.2.1.1-DEF the maximum of a station counts the phases its sockets are wired to: one phase of 32 A is not shared among three', async () => {
  assert.deepEqual(await maximum([onePhase(1, 1)], ['A', 'W']), {
    startPeriod: 0,
    limit: 32,
    numberPhases: 1,
  });
  assert.deepEqual(await maximum([onePhase(1, 1)], ['W']), { startPeriod: 0, limit: 7_360, numberPhases: 1 });
  // Two sockets on one phase share a conductor, on two phases each has its own.
  const both = await maximum([onePhase(1, 1), onePhase(2, 1)], ['A']);
  assert.deepEqual(both, { startPeriod: 0, limit: 64, numberPhases: 1 });
  const rotated = await maximum([onePhase(1, 1), onePhase(2, 2)], ['A']);
  assert.deepEqual(rotated, { startPeriod: 0, limit: 32, numberPhases: 2 });
  const threePhases = { ...onePhase(1, 1), connectors: [socket({ maxCurrentA: 32 })] };
  assert.deepEqual(await maximum([threePhases], ['A']), { startPeriod: 0, limit: 32 });
});
