import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bill, component, tariffOf, totals, usage } from './testing/bills.ts';

// The worked totals of OCPI mod_tariffs (2.2.1-d2 with errata, 2.3.0 edition 2) and mod_cdrs, step_size. Amounts before/after taxes.
const energy = component('ENERGY', 0.25, 10);
const fee = component('FLAT', 0.5, 20);
const NOON = '2026-11-23T12:00:00Z'; // a Monday
const charged = (kWh: number) => usage(NOON, { minutes: 120, importedWh: kWh * 1000 });

test('BI19 OCPI pricing: price per kWh, start fee, parking, minimum and maximum', () => {
  assert.equal(totals(bill(tariffOf([{ price_components: [energy] }]), charged(20))), '5/5.5');
  const withFee = tariffOf([{ price_components: [fee, energy] }]);
  assert.equal(totals(bill(withFee, charged(20))), '5.5/6.1');
  const parking = component('PARKING_TIME', 2, 20, 900);
  const parked = usage(NOON, { minutes: 120, importedWh: 20_000 }, { minutes: 40, activity: 'parking' });
  assert.equal(totals(bill(tariffOf([{ price_components: [fee, energy, parking] }]), parked)), '7/7.9');
  const capped = { ...withFee, max_price: { before_taxes: 10, after_taxes: 11 } };
  assert.equal(totals(bill(capped, charged(50))), '10/11');
  assert.equal(totals(bill(capped, charged(30))), '8/8.85');
  const floor = tariffOf([{ price_components: [energy] }], {
    min_price: { before_taxes: 0.5, after_taxes: 0.55 },
  });
  assert.equal(totals(bill(floor, charged(20))), '5/5.5');
  assert.equal(totals(bill(floor, charged(1.9))), '0.5/0.55');
});

test('BI19 OCPI pricing: time, parking after it, and taxes of America', () => {
  const hours = usage(NOON, { minutes: 150 });
  assert.equal(
    totals(bill(tariffOf([{ price_components: [component('TIME', 2, 10, 60)] }]), hours)),
    '5/5.5',
  );
  const both = [component('TIME', 3, 10, 60), component('PARKING_TIME', 5, 20, 300)];
  const parked = usage(NOON, { minutes: 150 }, { minutes: 42, activity: 'parking' });
  assert.equal(totals(bill(tariffOf([{ price_components: both }]), parked)), '11.25/12.75');
  // 4.75 and 5.2 % are 4.997, which the specification prints as 5.00.
  assert.equal(
    totals(bill(tariffOf([{ price_components: [component('TIME', 1.9, 5.2, 300)] }]), hours)),
    '4.75/4.997',
  );
  const exclusive = bill(tariffOf([{ price_components: [component('TIME', 2)] }]), hours);
  assert.deepEqual(exclusive.totalCost, { before_taxes: 5 });
  const inclusive = tariffOf([{ price_components: [component('TIME', 2.1)] }], { tax_included: 'YES' });
  assert.equal(totals(bill(inclusive, hours)), '5.25/5.25');
});

test('BI19 OCPI pricing: 20.45 kWh in steps of 100 Wh are 20.5 kWh', () => {
  const tariff = tariffOf([{ price_components: [fee, component('ENERGY', 0.25, 10, 100)] }]);
  assert.equal(totals(bill(tariff, charged(20.45))), '5.625/6.2375');
});

const complex = tariffOf([
  { price_components: [component('FLAT', 2.5, 15)] },
  { price_components: [component('TIME', 1, 20, 900)], restrictions: { max_current: 32 } },
  {
    price_components: [component('TIME', 2, 20, 600)],
    restrictions: { min_current: 32, day_of_week: ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY'] },
  },
  {
    price_components: [component('TIME', 1.25, 20, 600)],
    restrictions: { min_current: 32, day_of_week: ['SATURDAY', 'SUNDAY'] },
  },
  {
    price_components: [component('PARKING_TIME', 5, 10, 300)],
    restrictions: {
      start_time: '09:00',
      end_time: '18:00',
      day_of_week: ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY'],
    },
  },
  {
    price_components: [component('PARKING_TIME', 6, 10, 300)],
    restrictions: { start_time: '10:00', end_time: '17:00', day_of_week: ['SATURDAY'] },
  },
]);

test('BI19 OCPI pricing: the complex tariff on a Monday morning and on a Saturday afternoon', () => {
  const monday = usage(
    '2026-11-23T09:30:00Z',
    { minutes: 165, currentA: 16 },
    { minutes: 42, activity: 'parking' },
  );
  assert.equal(totals(bill(complex, monday)), '9/10.3');
  const saturday = usage(
    '2026-11-21T13:30:00Z',
    { minutes: 114, currentA: 43 },
    { minutes: 71, activity: 'parking' },
  );
  // The specification prints 12.28/13.861, which is 114 minutes at 1.20; its tariff says 1.25 per hour.
  assert.equal(totals(bill(complex, saturday)), '12.375/13.975');
  const printed = JSON.parse(JSON.stringify(complex).replace('1.25', '1.2')) as typeof complex;
  assert.equal(totals(bill(printed, saturday)), '12.28/13.861');
});

test('BI19 OCPI pricing: reservations, used and expired', () => {
  const session = { price_components: [fee, energy] };
  const reserved = (...price_components: ReturnType<typeof component>[]) => ({
    price_components,
    restrictions: { reservation: 'RESERVATION' as const },
  });
  const expires = (...price_components: ReturnType<typeof component>[]) => ({
    price_components,
    restrictions: { reservation: 'RESERVATION_EXPIRES' as const },
  });
  const after = (minutes: number) =>
    usage(NOON, { minutes, activity: 'reserved' }, { minutes: 120, importedWh: 20_000 });
  const expired = (minutes: number) => usage(NOON, { minutes, activity: 'reservation-expired' });
  assert.equal(
    totals(bill(tariffOf([reserved(component('TIME', 5, 20, 60)), session]), after(15))),
    '6.75/7.6',
  );
  const withFee = tariffOf([reserved(component('FLAT', 2, 20), component('TIME', 5, 20, 300)), session]);
  assert.equal(totals(bill(withFee, after(13))), '8.75/10');
  const expireFee = tariffOf([
    expires(component('FLAT', 4, 20)),
    reserved(component('TIME', 2, 20, 600)),
    session,
  ]);
  assert.equal(totals(bill(expireFee, after(22))), '6.5/7.3');
  assert.equal(totals(bill(expireFee, expired(60))), '6/7.2');
  const expireTime = tariffOf([
    expires(component('TIME', 6, 20, 600)),
    reserved(component('TIME', 3, 20, 600)),
    session,
  ]);
  assert.equal(totals(bill(expireTime, after(22))), '7/7.9');
  assert.equal(totals(bill(expireTime, expired(90))), '9/10.8');
  const otherOrder = { ...expireTime, elements: expireTime.elements.toReversed() };
  assert.equal(totals(bill(otherOrder, expired(90))), '9/10.8');
});

test('BI19 OCPI pricing: step_size when prices change (mod_tariffs, example of step_size)', () => {
  const parking = component('PARKING_TIME', 1, undefined, 900);
  const day = tariffOf([
    {
      price_components: [component('TIME', 1.2, undefined, 1800), parking],
      restrictions: { start_time: '00:00', end_time: '17:00' },
    },
    {
      price_components: [component('TIME', 2.4, undefined, 900), parking],
      restrictions: { start_time: '17:00', end_time: '20:00' },
    },
    {
      price_components: [component('TIME', 2.4, undefined, 900)],
      restrictions: { start_time: '20:00', end_time: '00:00' },
    },
  ]);
  const early = usage('2026-11-23T16:55:00Z', { minutes: 10 }, { minutes: 2, activity: 'parking' });
  assert.equal(totals(bill(day, early)), '0.55/0.55');
  assert.equal(totals(bill(day, usage('2026-11-23T16:35:00Z', { minutes: 35 }))), '1.3/1.3');
  const late = usage('2026-11-23T19:40:00Z', { minutes: 12 }, { minutes: 20, activity: 'parking' });
  assert.equal(totals(bill(day, late)), '0.73/0.73');
});

test('BI19 OCPI pricing: price by power, and by duration', () => {
  const byPower = tariffOf([
    { price_components: [component('ENERGY', 0.2)], restrictions: { max_power: 16 } },
    { price_components: [component('ENERGY', 0.35)], restrictions: { max_power: 32 } },
    { price_components: [component('ENERGY', 0.5)] },
  ]);
  const powers = usage(
    NOON,
    { minutes: 10, importedWh: 1000 },
    { minutes: 50, importedWh: 40_000 },
    { minutes: 7.5, importedWh: 500 },
  );
  assert.equal(totals(bill(byPower, powers)), '20.3/20.3');
  // Up to half an hour one price, nothing after it: 30 minutes of 45.
  const halfHour = tariffOf([
    { price_components: [component('TIME', 0.6, undefined, 60)], restrictions: { max_duration: 1800 } },
  ]);
  assert.equal(totals(bill(halfHour, usage(NOON, { minutes: 45 }))), '0.3/0.3');
});

test('BI19 OCPI pricing: step_size of energy rounds 115.2 Wh up to 116, 125 and 500 Wh', () => {
  for (const [step, total] of [
    [1, '0.029'],
    [25, '0.0313'],
    [500, '0.125'],
    [0, '0.0288'],
  ] as const) {
    const tariff = tariffOf([{ price_components: [component('ENERGY', 0.25, undefined, step)] }]);
    assert.equal(bill(tariff, charged(0.1152)).total.beforeTaxes, total);
  }
});

test('BI19 OCPI pricing: step_size counts once, for the total of the session (mod_cdrs, step_size)', () => {
  const by = (type: 'ENERGY' | 'TIME', before: number, after: number, step: number) =>
    tariffOf([
      { price_components: [component(type, before, undefined, step)], restrictions: { end_time: '17:00' } },
      { price_components: [component(type, after, undefined, step)] },
    ]);
  const billed = (tariff: ReturnType<typeof tariffOf>, periods: ReturnType<typeof usage>) =>
    bill(tariff, periods).lines.map((line) => line.billed);
  const five = tariffOf([
    {
      price_components: [component('TIME', 1, undefined, 300), component('PARKING_TIME', 1, undefined, 300)],
    },
  ]);
  const parked = (minutes: number) => usage(NOON, { minutes: 21 }, { minutes, activity: 'parking' });
  assert.deepEqual(billed(five, parked(7)), [21 * 60, 10 * 60]);
  const ten = tariffOf([
    {
      price_components: [component('TIME', 1, undefined, 600), component('PARKING_TIME', 2, undefined, 600)],
    },
  ]);
  assert.deepEqual(billed(ten, parked(16)), [21 * 60, 20 * 60]);
  const evening = usage(
    '2026-11-23T16:00:00Z',
    { minutes: 60, importedWh: 4300 },
    { minutes: 30, importedWh: 1100 },
  );
  assert.deepEqual(billed(by('ENERGY', 0.2, 0.27, 500), evening), [4300, 1200]);
  const minutes = usage('2026-11-23T16:54:00Z', { minutes: 28 });
  assert.deepEqual(billed(by('TIME', 5, 7, 600), minutes), [6 * 60, 24 * 60]);
  // Question 494 of the OCPI repository: 3 kWh below, above and below 20 A, steps of 10 kWh. The tenth kWh costs what the last ones did.
  const byCurrent = tariffOf([
    { price_components: [component('ENERGY', 2, 0, 10_000)], restrictions: { max_current: 20 } },
    { price_components: [component('ENERGY', 5, 0, 10_000)], restrictions: { min_current: 20 } },
  ]);
  const currents = [10, 40, 10].map((currentA) => ({ minutes: 60, importedWh: 3000, currentA }));
  assert.equal(totals(bill(byCurrent, usage(NOON, ...currents))), '29/29');
  const threeSteps = tariffOf([
    { price_components: [component('ENERGY', 1, 0, 1000)], restrictions: { max_kwh: 5 } },
    { price_components: [component('ENERGY', 1, 0, 10_000)], restrictions: { max_kwh: 7 } },
    { price_components: [component('ENERGY', 1, 0, 5000)] },
  ]);
  assert.equal(totals(bill(threeSteps, usage(NOON, { minutes: 60, importedWh: 12_000 }))), '15/15');
});
