import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Tariff } from '../model/index.ts';
import { billablePeriods, chooseTariff, priceChargingPeriods, priceOf, toChargingPeriod } from './index.ts';
import { bill, component, HOUR_MS, MINUTE_MS, tariffOf, totals, usage } from './testing/bills.ts';

const MONDAY = '2026-11-23T12:00:00Z';

test('BI19 a pause by smart charging is time, never parking, and matches the calculation by hand', () => {
  const tariff = tariffOf([
    {
      price_components: [
        component('ENERGY', 0.4, 25.5),
        component('TIME', 0.6, 25.5, 60),
        component('PARKING_TIME', 6, 25.5, 60),
      ],
    },
  ]);
  const periods = usage(
    MONDAY,
    { minutes: 60, importedWh: 11_000 },
    { minutes: 30, activity: 'paused' },
    { minutes: 30, importedWh: 5_500 },
    { minutes: 10, activity: 'parking' },
  );
  const priced = bill(tariff, periods);
  // 16.5 kWh x 0.40 + 2 h x 0.60 + 10 min x 6.00 = 6.60 + 1.20 + 1.00 = 8.80, with 25.5 %: 11.044.
  assert.equal(totals(priced), '8.8/11.044');
  assert.deepEqual(priced.costs.parking, {
    before_taxes: 1,
    taxes: [{ name: 'VAT', percentage: 25.5, amount: 0.255 }],
  });
  assert.equal(priced.lines.find(({ subject }) => subject === 'parking')?.measured, 600);
});

test('D1.5-REP-V2X D1.5-Q5-9 both directions of one session: charging costs, discharging is credited by its own price, never netted', () => {
  const v2g = tariffOf([
    { price_components: [component('ENERGY', 0.35, 25.5, 1000)], restrictions: { max_power: 0 } },
    { price_components: [component('ENERGY', 0.2, 25.5, 1000)] },
  ]);
  const periods = usage(MONDAY, { minutes: 60, importedWh: 10_000 }, { minutes: 60, exportedWh: 4_400 });
  const priced = bill(v2g, periods);
  assert.deepEqual(
    priced.lines.map(({ subject, billed, beforeTaxes }) => [subject, billed, beforeTaxes]),
    [
      ['energy', 10_000, '2'],
      ['discharge', 4_400, '-1.54'],
    ],
  );
  assert.equal(priced.total.beforeTaxes, '0.46');
  const mixed = bill(v2g, usage(MONDAY, { minutes: 60, importedWh: 10_000, exportedWh: 4_400 }));
  assert.equal(totals(mixed), totals(priced));
  const plain = bill(tariffOf([{ price_components: [component('ENERGY', 0.2)] }]), periods);
  assert.equal(plain.total.beforeTaxes, '2');
  assert.equal(plain.warnings.length, 1);
  const dimensions = periods.map((period) =>
    toChargingPeriod(period).dimensions.filter(({ type }) => type === 'ENERGY'),
  );
  assert.deepEqual(dimensions, [[{ type: 'ENERGY', volume: 10 }], [{ type: 'ENERGY', volume: -4.4 }]]);
});

test('BI19 restrictions are local to the Location, also in the night the clock is changed', () => {
  const night = tariffOf([
    { price_components: [component('TIME', 1)], restrictions: { start_time: '02:00', end_time: '04:00' } },
    { price_components: [component('TIME', 10)] },
  ]);
  const from = (start: string) =>
    bill(night, usage(start, { minutes: 360 }), 'Europe/Helsinki').total.beforeTaxes;
  // Helsinki: 02:00-04:00 are two hours, three in autumn (03:00 comes twice), one in spring (03:00 never comes).
  assert.equal(from('2026-11-21T22:00:00Z'), '42');
  assert.equal(from('2026-10-24T21:00:00Z'), '33');
  assert.equal(from('2026-03-28T22:00:00Z'), '51');
  const weekend = tariffOf([
    { price_components: [component('TIME', 1)], restrictions: { day_of_week: ['SUNDAY'] } },
    { price_components: [component('TIME', 10)] },
  ]);
  // Saturday 23:00 to Sunday 01:00 local.
  assert.equal(
    bill(weekend, usage('2026-11-21T21:00:00Z', { minutes: 120 }), 'Europe/Helsinki').total.beforeTaxes,
    '11',
  );
  const wrapped = tariffOf([
    { price_components: [component('TIME', 1)], restrictions: { start_time: '22:00', end_time: '06:00' } },
    { price_components: [component('TIME', 10)] },
  ]);
  assert.equal(bill(wrapped, usage('2026-11-21T21:00:00Z', { minutes: 600 }), 'UTC').total.beforeTaxes, '28');
});

test('BI19 restrictions by energy, duration, date and an element per hour cut the periods where the price changes', () => {
  const byEnergy = tariffOf([
    { price_components: [component('ENERGY', 1)], restrictions: { max_kwh: 2.5 } },
    { price_components: [component('ENERGY', 3)], restrictions: { min_kwh: 2.5 } },
  ]);
  const periods = usage(MONDAY, { minutes: 60, importedWh: 10_000 });
  assert.equal(bill(byEnergy, periods).total.beforeTaxes, '25');
  const cut = billablePeriods(periods, [byEnergy], 'UTC');
  assert.deepEqual(
    cut?.map(({ startMs, importedWh }) => [startMs - (cut[0]?.startMs ?? 0), importedWh]),
    [
      [0, 2500],
      [15 * MINUTE_MS, 7500],
    ],
  );
  const hourly = tariffOf(
    Array.from({ length: 24 }, (_, hour) => ({
      price_components: [component('ENERGY', hour)],
      restrictions: {
        start_time: `${String(hour).padStart(2, '0')}:00`,
        end_time: `${String((hour + 1) % 24).padStart(2, '0')}:00`,
      },
    })),
  );
  const day = usage('2026-11-23T00:00:00Z', { minutes: 1440, importedWh: 24_000 });
  assert.equal(bill(hourly, day).total.beforeTaxes, String((23 * 24) / 2));
  const holiday = tariffOf([
    {
      price_components: [component('TIME', 9)],
      restrictions: { start_date: '2026-12-24', end_date: '2026-12-25' },
    },
    { price_components: [component('TIME', 1)] },
  ]);
  assert.equal(bill(holiday, usage('2026-12-23T23:00:00Z', { minutes: 26 * 60 })).total.beforeTaxes, '218');
});

test('D4.2-§3.1-7 a CHEAP session is priced by the PROFILE_CHEAP tariff, valid when the session starts', () => {
  const cheap = tariffOf([], { id: 'cheap', type: 'PROFILE_CHEAP' });
  const regular = tariffOf([], { id: 'regular', type: 'REGULAR' });
  const next = { ...regular, id: 'next', start_date_time: '2026-12-01T00:00:00Z' };
  const adHoc = { ...regular, id: 'card', type: 'AD_HOC_PAYMENT' as const };
  const all = [adHoc, regular, next, cheap];
  const id = (wish: Omit<Parameters<typeof chooseTariff>[1], 'atMs'>, at = MONDAY) =>
    chooseTariff(all, { ...wish, atMs: Date.parse(at) })?.id;
  assert.equal(id({ profileType: 'CHEAP' }), 'cheap');
  assert.equal(id({ profileType: 'GREEN' }), 'regular');
  assert.equal(id({}), 'regular');
  assert.equal(id({}, '2026-12-02T00:00:00Z'), 'next');
  assert.equal(id({ adHoc: true }), 'card');
  assert.equal(chooseTariff([adHoc], { atMs: 0 }), undefined);
});

test('D4.2-§3.1-7 a profile changed on the way: each period by its own tariff, FLAT once, the step of the last', () => {
  const fast = tariffOf(
    [{ price_components: [component('FLAT', 1), component('ENERGY', 0.5, undefined, 1000)] }],
    {
      id: 'fast',
    },
  );
  const cheap = tariffOf(
    [{ price_components: [component('FLAT', 1), component('ENERGY', 0.1, undefined, 1000)] }],
    {
      id: 'cheap',
    },
  );
  const periods = usage(
    MONDAY,
    { minutes: 10, importedWh: 2500, tariffId: 'fast' },
    { minutes: 60, importedWh: 7200, tariffId: 'cheap' },
  );
  // 9.7 kWh become 10 kWh: the missing 0.3 at the cheap price. 1 + 1.25 + 0.75.
  assert.equal(bill([fast, cheap], periods).total.beforeTaxes, '3');
});

test('BI19 what cannot be priced is refused with its reason', () => {
  const tariff = tariffOf([{ price_components: [component('TIME', 1)] }]);
  const periods = usage(MONDAY, { minutes: 1 });
  const code = (session: Partial<Parameters<typeof priceOf>[0]>) => {
    const priced = priceOf({ tariffs: [tariff], periods, timeZone: 'UTC', ...session });
    return priced.ok ? 'ok' : priced.code;
  };
  assert.equal(code({}), 'ok');
  assert.equal(code({ tariffs: [] }), 'no-tariff');
  assert.equal(code({ tariffs: [tariff, { ...tariff, id: 'T2', currency: 'NOK' }] }), 'mixed-currencies');
  assert.equal(code({ timeZone: 'Europe/Atlantis' }), 'unknown-time-zone');
  assert.equal(code({ periods: usage(MONDAY, { minutes: 1, tariffId: 'T9' }) }), 'unknown-tariff');
  assert.equal(code({ periods: usage(MONDAY, { minutes: -1 }) }), 'broken-period');
  assert.equal(code({ periods: usage(MONDAY, { minutes: 1, importedWh: -1 }) }), 'broken-period');
});

const anyTariff: fc.Arbitrary<Tariff> = fc
  .record({
    energy: fc.integer({ min: 0, max: 9999 }),
    time: fc.integer({ min: 0, max: 9999 }),
    parking: fc.integer({ min: 0, max: 9999 }),
    step: fc.constantFrom(0, 1, 60, 500),
    split: fc.constantFrom({}, { start_time: '13:00' }, { max_kwh: 4 }, { min_duration: 1800 }),
    vat: fc.constantFrom(undefined, 0, 10, 25.5),
    tax: fc.constantFrom<Tariff['tax_included']>('NO', 'YES', 'N/A'),
  })
  .map(({ energy, time, parking, step, split, vat, tax }) => {
    const components = (scale: number) => [
      component('ENERGY', (energy * scale) / 10_000, vat, step),
      component('TIME', (time * scale) / 1000, vat, step),
      component('PARKING_TIME', (parking * scale) / 1000, vat, step),
      component('FLAT', 0.35, vat),
    ];
    return tariffOf(
      [{ price_components: components(2), restrictions: split }, { price_components: components(1) }],
      {
        tax_included: tax,
      },
    );
  });
/** Minutes of constant power, so that a period may be cut at every minute. */
const anyPeriods = fc
  .array(
    fc.record({
      minutes: fc.integer({ min: 1, max: 90 }),
      perMinuteWh: fc.integer({ min: 0, max: 180 }),
      activity: fc.constantFrom('charging', 'paused', 'parking'),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((stretches) =>
    usage(
      MONDAY,
      ...stretches.map(({ minutes, perMinuteWh, activity }) => ({
        minutes,
        activity,
        importedWh: activity === 'charging' ? minutes * perMinuteWh : 0,
      })),
    ),
  );

test('BI19 property: a period cut in two costs the same, and so do periods in another order', () => {
  fc.assert(
    fc.property(anyTariff, anyPeriods, fc.nat(), (tariff, periods, seed) => {
      const whole = totals(bill(tariff, periods));
      const index = seed % periods.length;
      const cut = periods[index]!;
      const minutes = Math.round((cut.endMs - cut.startMs) / MINUTE_MS);
      const first = seed % minutes;
      const atMs = cut.startMs + first * MINUTE_MS;
      const halves = [
        { ...cut, endMs: atMs, importedWh: (cut.importedWh * first) / minutes },
        { ...cut, startMs: atMs, importedWh: (cut.importedWh * (minutes - first)) / minutes },
      ];
      assert.equal(totals(bill(tariff, periods.toSpliced(index, 1, ...halves))), whole);
      assert.equal(totals(bill(tariff, periods.toReversed())), whole);
    }),
    { numRuns: 150 },
  );
});

test('BI19 property: the total stays between min_price and max_price, before and after taxes, and above zero', () => {
  const limit = fc.integer({ min: 0, max: 500 }).map((cents) => cents / 100);
  fc.assert(
    fc.property(anyTariff, anyPeriods, limit, limit, (tariff, periods, a, b) => {
      const [low, high] = [Math.min(a, b), Math.max(a, b)];
      const { total } = bill(
        {
          ...tariff,
          min_price: { before_taxes: low, after_taxes: low * 1.25 },
          max_price: { before_taxes: high, after_taxes: high * 1.25 },
        },
        periods,
      );
      assert.ok(Number(total.beforeTaxes) >= low && Number(total.beforeTaxes) <= high);
      assert.ok(
        Number(total.afterTaxes) >= low * 1.25 - 5e-5 && Number(total.afterTaxes) <= high * 1.25 + 5e-5,
      );
      assert.ok(Number(bill(tariff, periods).total.beforeTaxes) >= 0);
    }),
    { numRuns: 150 },
  );
});

test('BI19 property: taxes and what is before them add up to what is after them, and the lines to the total', () => {
  fc.assert(
    fc.property(anyTariff, anyPeriods, (tariff, periods) => {
      const priced = bill(tariff, periods);
      const taxes = (priced.totalCost.taxes ?? []).reduce((sum, { amount }) => sum + amount, 0);
      assert.ok(Math.abs(priced.totalCost.before_taxes + taxes - Number(priced.total.afterTaxes)) < 1e-9);
      const sum = priced.lines.reduce((all, { afterTaxes }) => all + Number(afterTaxes), 0);
      assert.ok(Math.abs(sum - Number(priced.total.afterTaxes)) < 1e-4);
    }),
    { numRuns: 150 },
  );
});

test('D1.5-§2.3.1-CDR a CDR of whole seconds, read back with four decimals of an hour, costs what it cost', () => {
  fc.assert(
    fc.property(anyTariff, anyPeriods, (tariff, periods) => {
      const cut = billablePeriods(periods, [tariff], 'UTC') ?? [];
      fc.pre(cut.every(({ startMs, endMs }) => startMs % 1000 === 0 && endMs % 1000 === 0));
      const theirs = priceChargingPeriods({
        tariffs: [tariff],
        periods: cut.map(toChargingPeriod),
        endDateTime: new Date(cut.at(-1)?.endMs ?? HOUR_MS).toISOString(),
        timeZone: 'UTC',
      });
      assert.ok(theirs.ok);
      assert.equal(totals(theirs), totals(bill(tariff, periods)));
    }),
    { numRuns: 100 },
  );
});
