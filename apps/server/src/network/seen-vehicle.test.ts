import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Placed } from './place.ts';
import { seenVehicle } from './seen-vehicle.ts';
import { socket } from './testing/socket.ts';

const post = (maxCurrentA: number): Placed => ({
  stationId: 'S1',
  evseId: 1,
  locationId: 'L1',
  evseUid: 'E1',
  firstPhase: 1,
  connectors: [socket({ maxCurrentA })],
});

test('D1.5-Q3B-5 a single-phase car at a 22 kW post is held to 16 A, by the grid code of its country', () => {
  assert.deepEqual(seenVehicle(1, post(32), 'NLD'), { phases: 1, maxChargeW: 3_680 });
  assert.deepEqual(seenVehicle(1, post(32), 'DEU'), { phases: 1, maxChargeW: 4_600 });
  assert.deepEqual(seenVehicle(1, post(32), 'USA'), { phases: 1, maxChargeW: 7_360 });
  assert.deepEqual(seenVehicle(1, post(10), 'NLD'), { phases: 1, maxChargeW: 2_300 });
  assert.deepEqual(seenVehicle(2, post(32), 'NLD'), { phases: 2, maxChargeW: 14_720 });
  assert.deepEqual(seenVehicle(3, post(32), undefined), { phases: 3, maxChargeW: 22_080 });
});
