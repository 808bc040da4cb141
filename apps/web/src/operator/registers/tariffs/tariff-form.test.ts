import assert from 'node:assert/strict';
import { test } from 'node:test';
import { currencyOf, NEW_TARIFF, placesOf, placesText, statedPrice, tariffOf } from './tariff-form.ts';

const FORM = { ...NEW_TARIFF, id: ' day ', currency: 'eur', perKwh: '0.4', perKwhBack: '0.55', vat: '21' };

test('a tariff with two directions has an element of its own for energy that is given back, tried first', () => {
  const tariff = tariffOf(FORM);
  assert.deepEqual(tariff, {
    id: 'day',
    currency: 'EUR',
    type: 'REGULAR',
    tax_included: 'NO',
    elements: [
      {
        price_components: [{ type: 'ENERGY', price: 0.55, step_size: 1, vat: 21 }],
        restrictions: { max_power: 0 },
      },
      { price_components: [{ type: 'ENERGY', price: 0.4, step_size: 1, vat: 21 }] },
    ],
  });
  assert.deepEqual([statedPrice(tariff, 'ENERGY'), statedPrice(tariff, 'ENERGY', true)], [0.4, 0.55]);
  assert.deepEqual([statedPrice(tariff, 'TIME'), currencyOf(tariff)], [null, 'EUR']);
});

test('a price of 0 is a price, an empty field is none', () => {
  const { elements } = tariffOf({ ...NEW_TARIFF, id: 'x', perSession: '0', perHourParked: '3' });
  assert.deepEqual(elements, [
    {
      price_components: [
        { type: 'FLAT', price: 0, step_size: 1 },
        { type: 'PARKING_TIME', price: 3, step_size: 1 },
      ],
    },
  ]);
  assert.deepEqual(tariffOf(NEW_TARIFF).elements, []);
});

test('a tariff counts everywhere or at a location', () => {
  assert.deepEqual(placesOf(NEW_TARIFF), [{}]);
  assert.deepEqual(placesOf({ ...NEW_TARIFF, locationId: 'LOC1' }), [{ locationId: 'LOC1' }]);
  assert.equal(placesText([{}]), '');
  assert.equal(placesText([{ locationId: 'LOC1', evseUid: 'E1' }]), 'LOC1/E1');
});
