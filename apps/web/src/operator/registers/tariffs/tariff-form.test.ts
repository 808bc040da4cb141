import assert from 'node:assert/strict';
import { test } from 'node:test';
import texts from '../../../words/catalogues/registers/en.json' with { type: 'json' };
import { exactMoney } from '../../../words/numbers.ts';
import { clockOf, NEW_BAND, stretchesOf } from './price-bands.ts';
import { whenText } from './price-when.ts';
import {
  currencyOf,
  NEW_TARIFF,
  placesOf,
  placesText,
  statedPrice,
  statedPrices,
  tariffOf,
} from './tariff-form.ts';

const english = (word: keyof typeof texts, values: Readonly<Record<string, string>> = {}) =>
  texts[word].replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');

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
  assert.deepEqual(
    statedPrices(tariff).map(({ price, isBack, vat }) => [price, isBack, vat]),
    [
      [0.55, true, 21],
      [0.4, false, 21],
    ],
  );
});

test('prices at some hours come before the usual ones, in the words of OCPI; what they leave empty stays usual', () => {
  const night = { ...NEW_BAND, perKwh: '0.2' };
  const weekend = {
    ...NEW_BAND,
    weekdays: [6, 7],
    from: '00:00',
    to: '00:00',
    perKwh: '0.3',
    perHourParked: '1',
  };
  const tariff = tariffOf({ ...FORM, perKwhBack: '', vat: '', bands: [night, weekend, NEW_BAND] });
  assert.deepEqual(tariff.elements, [
    {
      price_components: [{ type: 'ENERGY', price: 0.2, step_size: 1 }],
      restrictions: { start_time: '22:00', end_time: '06:00' },
    },
    {
      price_components: [
        { type: 'ENERGY', price: 0.3, step_size: 1 },
        { type: 'PARKING_TIME', price: 1, step_size: 1 },
      ],
      restrictions: { day_of_week: ['SATURDAY', 'SUNDAY'] },
    },
    { price_components: [{ type: 'ENERGY', price: 0.4, step_size: 1 }] },
  ]);
  assert.equal(statedPrice(tariff, 'ENERGY'), 0.4, 'what is usual');
});

test('the week says for every minute which price holds: the upper one first, a weekday by the moment itself, also after midnight', () => {
  const friday = { ...NEW_BAND, weekdays: [5], perKwh: '0.1' };
  const evening = { ...NEW_BAND, from: '17:00', to: '23:00', perKwh: '0.5' };
  const text = (weekday: number) =>
    stretchesOf([friday, evening, { ...NEW_BAND, from: '12:00', to: '13:00', perHour: '9' }], weekday).map(
      ({ band, fromMinute, toMinute }) => `${band} ${clockOf(fromMinute)}-${clockOf(toMinute)}`,
    );
  assert.deepEqual(text(4), ['-1 00:00-17:00', '1 17:00-23:00', '-1 23:00-24:00']);
  assert.deepEqual(text(5), ['0 00:00-06:00', '-1 06:00-17:00', '1 17:00-22:00', '0 22:00-24:00']);
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

test('who decides about a tariff reads when each price holds', () => {
  const weekend = { ...NEW_BAND, weekdays: [6, 7], from: '08:00', to: '20:00', perKwh: '0.3' };
  const told = statedPrices(tariffOf({ ...FORM, bands: [weekend] }));
  assert.deepEqual(
    told.map((one) => [one.price, whenText(one, 'en', english)]),
    [
      [0.55, ''],
      [0.3, '08:00–20:00 · Saturday, Sunday'],
      [0.4, ''],
    ],
  );
});

test('who decides about a tariff reads every digit and every restriction, with its unit', () => {
  const band = (price: number, restrictions: object) => ({
    price_components: [{ type: 'ENERGY', price, step_size: 1 }],
    restrictions,
  });
  const tariff = {
    currency: 'EUR',
    elements: [
      band(0.325, { min_kwh: 20, max_kwh: 40.5 }),
      band(0.3, {
        min_duration: 1800,
        max_duration: 5430,
        min_power: 11,
        max_power: 50,
        min_current: 16,
        max_current: 32,
      }),
      band(0.2, { start_date: '2026-12-24', end_date: '2026-12-27', reservation: 'RESERVATION' }),
      band(0.1, { reservation: 'RESERVATION_EXPIRES' }),
      band(0.4, {}),
    ],
  };
  assert.deepEqual(
    statedPrices(tariff).map(
      (one) => `${exactMoney('en', one.price, 'EUR')} ${whenText(one, 'en', english)}`,
    ),
    [
      '€0.325 after the first 20 kWh · for the first 40.5 kWh',
      '€0.30 after the first 30 mins · for the first 5430 s · at 11 kW or more · below 50 kW · at 16 A or more · below 32 A',
      `€0.20 from 24 Dec 2026 · until 27 Dec 2026, not on that day · ${texts['registers.price.when.reserved']}`,
      '€0.10 for a reservation that nobody used',
      '€0.40 ',
    ],
  );
  assert.equal(statedPrice(tariff, 'ENERGY'), 0.4, 'what is usual holds without conditions');
});
