import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstPrices } from './first-prices.ts';
import { component, tariffOf } from './testing/bills.ts';

const charge = { atMs: Date.parse('2026-11-23T12:00:00Z'), powerW: 11_000, timeZone: 'Europe/Madrid' };
const hours = (start_time: string, end_time: string) => ({ start_time, end_time });

test('the price told before a charge is the one that counts now at the place, with taxes, and never that of another hour', () => {
  const tariff = tariffOf([
    { price_components: [component('ENERGY', 0.2, 10)], restrictions: hours('22:00', '06:00') },
    { price_components: [component('ENERGY', 0.4, 10)] },
  ]);
  assert.deepEqual(firstPrices(tariff, charge), { energy: 0.44, varies: true });
  const night = { ...charge, atMs: Date.parse('2026-11-23T21:30:00Z') };
  assert.equal(firstPrices(tariff, night)?.energy, 0.22, '22:30 on the clock of the place');
  assert.equal(firstPrices(tariff, { ...night, timeZone: 'Nowhere/None' }), undefined);
});

test('a start fee and prices of time are told, too; what a reservation costs and what is given back are no prices of a charge', () => {
  const every = [component('FLAT', 1), component('TIME', 0.6), component('PARKING_TIME', 3)];
  const tariff = tariffOf(
    [
      { price_components: [component('FLAT', 5)], restrictions: { reservation: 'RESERVATION' } },
      { price_components: [component('ENERGY', 0.1)], restrictions: { max_power: 0 } },
      { price_components: every },
    ],
    { tax_included: 'YES' },
  );
  assert.deepEqual(firstPrices(tariff, charge), { time: 0.6, parking: 3, flat: 1, varies: false });
  assert.deepEqual(firstPrices(tariffOf([]), charge), { varies: false });
});
