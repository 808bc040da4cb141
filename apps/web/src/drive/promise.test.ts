import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { filled } from '../words/languages.ts';
import { boostText } from './boost-words.ts';
import { type Charge, stateOfCharge, stretches } from './charge-state.ts';
import type { PlaceSocket } from './places.ts';
import { priceText } from './price-words.ts';
import { nextAt, promiseOf } from './promise.ts';
import { averageOf } from './stretch-value.ts';

const catalogue = (area: string) =>
  JSON.parse(readFileSync(new URL(`../words/catalogues/${area}/en.json`, import.meta.url), 'utf8'));
const en = { ...catalogue('shared'), ...catalogue('operator'), ...catalogue('drive') };
const say = (word: string, values?: Readonly<Record<string, string>>) => filled(en[word], values);

const charge = (
  change: Partial<Charge> = {},
  ahead: Partial<NonNullable<Charge['outlook']>> = {},
): Charge => ({
  sessionId: 's',
  isLive: true,
  socket: { label: 'A', place: 'P', timeZone: 'Europe/Madrid', maxW: 11_000, givesBack: false },
  status: 'CHARGING',
  now: '2026-06-01T20:00:00Z',
  start: '2026-06-01T19:00:00Z',
  end: null,
  energyWh: 1000,
  powerW: 0,
  soFar: null,
  soc: 0.4,
  socReading: null,
  batteryWh: 50_000,
  wishes: {
    profileType: 'CHEAP',
    departure: '2026-06-02T05:00:00Z',
    departureFirm: false,
    targetSoc: 0.8,
    minSoc: null,
    atOnceSoc: null,
    atOnceWh: null,
    usualDay: null,
    energyNeedWh: null,
    dischargeAllowed: false,
    reserveSoc: null,
  },
  provider: { chosen: 'site', name: null, setBy: null },
  planNumber: 1,
  outlook: {
    start: '2026-06-01T20:00:00Z',
    now: '2026-06-01T20:00:00Z',
    slotMinutes: 15,
    powerW: [0, 0, 7000, 7010, 0, -3000],
    pricePerKwh: [0.3, 0.2, 0.1, 0.1, 0.2, 0.4],
    co2GPerKwh: [],
    soc: [0.4, 0.4, 0.6, 0.8, 0.8, 0.8],
    starts: '2026-06-01T23:15:00Z',
    ends: '2026-06-02T01:00:00Z',
    due: '2026-06-02T05:00:00Z',
    profileType: 'CHEAP',
    chargedWh: 20_000,
    dischargedWh: 0,
    co2G: null,
    shortfallWh: 0,
    reasons: [],
    cost: { amount: 2.1, currency: 'EUR', basis: 'tariff' },
    ...ahead,
  },
  ...change,
});

test('UC-004 one sentence promises what, by when, from when and for how much, in the time of the place', () => {
  const whole = promiseOf(charge(), 'en', say);
  assert.match(whole, /^80 % by Tue,? 2 Jun 07:00 · starts Tue,? 2 Jun 01:15 · about €2\.10$/);
  const soon = charge({}, { starts: '2026-06-01T20:00:30Z', due: null, soc: null, cost: null });
  assert.match(promiseOf(soon, 'en', say), /^up to 21\.0 kWh by Tue,? 2 Jun 03:00 · charging now$/);
  assert.equal(promiseOf(charge({ outlook: null }), 'en', say), en['drive.promise.none']);
});

test('the promise says what the driver owes: nothing where no tariff counts, and the most where nobody knows what the car needs', () => {
  const cost = { amount: 0, currency: 'EUR', basis: 'free' } as const;
  assert.match(promiseOf(charge({}, { cost }), 'en', say), / · free of charge$/);
  assert.match(
    promiseOf(charge({}, { soc: null }), 'en', say),
    /^up to 21\.0 kWh by .* · at most about €2\.10$/,
  );
  const { wishes } = charge();
  const asked = charge({ wishes: { ...wishes, energyNeedWh: 21_000 } }, { soc: null });
  assert.match(promiseOf(asked, 'en', say), /^21\.0 kWh by .* · about €2\.10$/);
});

test('the price before a charge holds all that it costs now, and says that it changes', () => {
  const none = {
    currency: 'EUR',
    tariffId: 'T',
    perHour: null,
    perHourParked: null,
    once: null,
    varies: false,
  };
  const text = (change: Partial<NonNullable<PlaceSocket['price']>>) =>
    priceText({ ...none, perKwh: 0.4, ...change }, 'en', say);
  assert.equal(text({}), '0.400 EUR/kWh');
  assert.equal(
    text({ perHour: 0.6, perHourParked: 3, once: 1, varies: true }),
    '0.400 EUR/kWh + €0.60 per hour of charging + €3.00 per hour plugged in without charging + €1.00 per charge; other prices at other times or amounts',
  );
  assert.equal(text({ perKwh: 0, once: 1 }), '€1.00 per charge');
  assert.equal(text({ perKwh: 0 }), 'free of charge');
  assert.equal(priceText(null, 'en', say), 'free of charge');
});

test('the promise says by when the driver has what is wanted right away, until it is there', () => {
  const { wishes } = charge();
  const ahead = { powerW: [7000, 7000, 0, 7000, 0, 0], soc: [0.45, 0.5, 0.5, 0.8, 0.8, 0.8] };
  const said = (change: Partial<Charge['wishes']>, more: Partial<Charge> = {}) =>
    promiseOf(charge({ wishes: { ...wishes, ...change }, ...more }, ahead), 'en', say);
  assert.match(said({ atOnceSoc: 0.5 }), / · at least 50 % right away, by 22:30 · /);
  assert.match(said({ atOnceWh: 4_500 }), / · at least 4\.5 kWh right away, by 22:30 · /);
  assert.doesNotMatch(said({ atOnceSoc: 0.5 }, { soc: 0.5 }), /right away/);
  assert.doesNotMatch(said({ atOnceSoc: 0.9 }), /right away/, 'what the plan never has is not promised');
});

test('UC-004 ready by a time of the clock is its next one at the place, over midnight and over the change of clocks', () => {
  const at = (clock: string, now: string) =>
    new Date(nextAt(clock, Date.parse(now), 'Europe/Madrid')).toISOString();
  assert.equal(at('07:00', '2026-06-01T20:00:00Z'), '2026-06-02T05:00:00.000Z');
  assert.equal(at('23:30', '2026-06-01T20:00:00Z'), '2026-06-01T21:30:00.000Z');
  assert.equal(at('22:00', '2026-06-01T20:00:10Z'), '2026-06-02T20:00:00.000Z');
  assert.equal(at('07:00', '2026-10-24T20:00:00Z'), '2026-10-25T06:00:00.000Z');
});

test('the plan as text: neighbouring quarter hours of the same power are one line, pauses are none', () => {
  const lines = stretches(charge().outlook!);
  assert.deepEqual(
    lines.map(({ fromMs, toMs, powerW }) => [
      new Date(fromMs).toISOString().slice(11, 16),
      new Date(toMs).toISOString().slice(11, 16),
      powerW,
    ]),
    [
      ['20:30', '21:00', 7000],
      ['21:15', '21:30', -3000],
    ],
  );
});

test('the plan as text: each line has the average price of its time, and none where a price is not known', () => {
  const { outlook } = charge();
  assert.ok(outlook);
  const [first] = stretches(outlook);
  const { fromMs, toMs } = first!;
  assert.equal(averageOf(outlook, [9, 9, 0.1, 0.3, 9, 9], fromMs, toMs), 0.2);
  assert.equal(averageOf(outlook, [9, 9, 0.1, 0.3, 9, 9], fromMs + 10 * 60_000, toMs), 0.25);
  assert.equal(averageOf(outlook, [9, 9, 0.1, null, 9, 9], fromMs, toMs), undefined);
});

test('before a boost its driver reads what it changes in time, money and CO2, or that it changes nothing', () => {
  const { outlook: now } = charge({}, { ends: '2026-06-02T01:00:00Z', co2G: 4000 });
  assert.ok(now);
  const early = { ...now, ends: '2026-06-01T22:00:00Z', co2G: 4800 };
  const text = (boosted: typeof now, before = now) =>
    boostText({ now: before, boosted }, 'en', (moment) => moment.slice(11, 16), say);
  const costs = (amount: number) => ({
    ...early,
    cost: { amount, currency: 'EUR', basis: 'tariff' as const },
  });
  assert.equal(
    text(costs(3.1)).sentence,
    'Ready 22:00 instead of 01:00: +€1.00, €3.10 in all. 0.80 kg CO₂ more.',
  );
  assert.equal(
    text({ ...costs(2.1), co2G: null }).sentence,
    'Ready 22:00 instead of 01:00 for the same €2.10 in all.',
  );
  const free = { amount: 0, currency: 'EUR', basis: 'free' } as const;
  assert.equal(
    text({ ...early, cost: free, co2G: 3000 }, { ...now, cost: free }).sentence,
    'Ready 22:00 instead of 01:00, free of charge either way. 1.00 kg CO₂ less.',
  );
  const same = text({ ...now, ends: '2026-06-02T01:00:30Z' });
  assert.deepEqual([same.isFaster, same.sentence], [false, en['drive.boost.same']]);
});

test('a charge says in one word what it does', () => {
  assert.equal(stateOfCharge(charge()), 'waiting');
  assert.equal(stateOfCharge(charge({ powerW: 7000 })), 'charging');
  assert.equal(stateOfCharge(charge({ powerW: -7000 })), 'feeding');
  assert.equal(stateOfCharge(charge({ status: 'OUTOFORDER' })), 'faulted');
  assert.equal(stateOfCharge(charge({ outlook: null })), 'occupied');
  assert.equal(stateOfCharge(charge({ isLive: false })), 'done');
});
