import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectorName, filtered, type PlaceSocket, placesOf, pointOf } from './places.ts';

const socket = (change: Partial<PlaceSocket>): PlaceSocket => ({
  locationId: 'L',
  evseUid: 'E',
  label: 'E',
  place: 'Dam',
  address: 'Dam 1',
  city: 'Amsterdam',
  latitude: 52.37,
  longitude: 4.89,
  timeZone: 'Europe/Amsterdam',
  isPublic: true,
  status: 'AVAILABLE',
  maxW: 11_000,
  givesBack: false,
  connectors: [{ standard: 'IEC_62196_T2', format: 'SOCKET', powerType: 'AC_3_PHASE' }],
  price: null,
  ...change,
});
const ALL = { text: '', isFreeOnly: false, minPowerW: 0, connector: '' };

test('sockets are found by what is free, power, connector and name', () => {
  const sockets = [
    socket({ evseUid: 'a' }),
    socket({ evseUid: 'b', status: 'CHARGING' }),
    socket({
      evseUid: 'c',
      maxW: 50_000,
      place: 'Zuid',
      connectors: [{ standard: 'CHADEMO', format: 'CABLE', powerType: 'DC' }],
    }),
  ];
  const uids = (change: Partial<typeof ALL>) =>
    filtered(sockets, { ...ALL, ...change }).map(({ evseUid }) => evseUid);
  assert.deepEqual(uids({}), ['a', 'b', 'c']);
  assert.deepEqual(uids({ isFreeOnly: true }), ['a', 'c']);
  assert.deepEqual(uids({ minPowerW: 22_000 }), ['c']);
  assert.deepEqual(uids({ connector: 'IEC_62196_T2' }), ['a', 'b']);
  assert.deepEqual(uids({ text: ' zUi' }), ['c']);
  assert.equal(connectorName('IEC_62196_T2_COMBO'), 'CCS');
  assert.equal(connectorName('NEMA_5_20'), 'NEMA 5 20');
});

test('a place says how many of its sockets are free, and those with a free one stand first', () => {
  const [first, second] = placesOf([
    socket({ locationId: '1', place: 'A', status: 'CHARGING' }),
    socket({ locationId: '2', place: 'B', evseUid: 'x' }),
    socket({ locationId: '2', place: 'B', evseUid: 'y', status: 'OUTOFORDER' }),
  ]);
  assert.ok(first && second);
  assert.deepEqual([first.name, first.free, first.sockets.length], ['B', 1, 2]);
  assert.deepEqual([pointOf(first).tone, pointOf(first).text], ['good', '1/2']);
  assert.equal(pointOf(second).tone, 'busy');
  const [broken] = placesOf([socket({ status: 'OUTOFORDER' })]);
  assert.ok(broken);
  assert.equal(pointOf(broken).tone, 'bad');
});
