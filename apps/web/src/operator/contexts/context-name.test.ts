import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nameOf, placeOf } from './context-name.ts';

const marina = {
  peerId: 'own',
  party: 'NL-SMC',
  locationId: 'bcn',
  place: 'Marina',
  city: 'Barcelona',
  timeZone: 'Europe/Madrid',
};
const context = (objectId: string, kind: 'operator' | 'default' | 'ocpi', peerId = 'own') => ({
  peerId,
  party: 'NL-SMC',
  objectId,
  kind,
  statics: { currency: 'EUR', evses: [{ locationId: 'BCN', evseUid: 'a', connectors: [] }] },
});

test('a context is called as somebody named it; by its place where this platform made the id', () => {
  assert.equal(nameOf(context('supply/BCN', 'operator'), [marina]), 'Marina');
  assert.equal(nameOf(context('x', 'default'), [marina]), 'Marina');
  assert.equal(nameOf(context('Glories-75', 'operator'), [marina]), 'Glories-75');
  assert.equal(nameOf(context('supply/BCN', 'operator'), []), 'supply/BCN');
  assert.equal(placeOf(context('x', 'ocpi', 'other'), [marina]), undefined, 'a place of somebody else');
});
