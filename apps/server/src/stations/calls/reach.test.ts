import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type PowerOf, Reach, reachOf } from './reach.ts';

const MINUTE_MS = 60_000;

/** Stations of two EVSEs with 700 kW each. */
const powerWOf: PowerOf = (_stationId, evseId) => (evseId === undefined ? 1_400_000 : 700_000);
const powerKw = (calls: readonly (readonly [action: string, payload: unknown])[], stationId = 'S') =>
  new Reach(powerWOf).with(
    calls.map(([action, payload]) => reachOf(action, stationId, payload)),
    0,
  ).powerW / 1000;

test('security 7.3 RT20 a call that names one EVSE moves the power of that EVSE, in the words of every version', () => {
  for (const [action, payload] of [
    ['RemoteStartTransaction', { connectorId: 1, idTag: 'A' }],
    ['RequestStartTransaction', { evseId: 2 }],
    ['ChangeAvailability', { evse: { id: 1 }, operationalStatus: 'Inoperative' }],
    ['UnlockConnector', { evseId: 1, connectorId: 2 }],
    ['SetChargingProfile', { connectorId: 2 }],
  ] as const)
    assert.equal(powerKw([[action, payload]]), 700, action);
  for (const [action, payload] of [
    ['Reset', { type: 'Soft' }],
    ['ChangeAvailability', { connectorId: 0 }],
    ['SetChargingProfile', { evseId: 0 }],
    ['RequestStopTransaction', { transactionId: 'T' }],
    ['SetChargingProfile', { evseId: -1 }],
    ['SetChargingProfile', undefined],
    ['UpdateFirmware', {}],
  ] as const)
    assert.equal(powerKw([[action, payload]]), 1_400, action);
});

test('security 7.3 RT20 what leaves every car as it is moves no power, and counts as a station reached', () => {
  const reach = new Reach(powerWOf);
  const display = reachOf('SetDisplayMessage', 'S', {});
  assert.deepEqual(reach.with([display], 0), { stations: 1, powerW: 0 });
});

test('security 7.3 RT20 one EVSE after the other adds up to their station, twice the same one is one, and after a minute nothing is left', () => {
  const reach = new Reach(powerWOf);
  const at = (stationId: string, evseId?: number) => reachOf('SetChargingProfile', stationId, { evseId });
  reach.add([at('S', 1)], 0);
  reach.add([at('S', 1)], 10_000);
  assert.deepEqual(reach.with([at('S', 1)], 10_000), { stations: 1, powerW: 700_000 });
  assert.deepEqual(reach.with([at('S', 2), at('T', 1)], 10_000), { stations: 2, powerW: 2_100_000 });
  assert.deepEqual(reach.with([at('S')], 10_000), { stations: 1, powerW: 1_400_000 });
  assert.equal(reach.with([], MINUTE_MS + 9_999).powerW, 700_000);
  assert.deepEqual(reach.with([], MINUTE_MS + 10_001), { stations: 0, powerW: 0 });
});
