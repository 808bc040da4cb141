import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { filled } from '../words/languages.ts';
import { type Charge, stateOfCharge, stretches } from './charge-state.ts';
import { nextAt, promiseOf } from './promise.ts';

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
    cost: { amount: 2.1, currency: 'EUR', basis: 'site' },
    ...ahead,
  },
  ...change,
});

test('UC-004 one sentence promises what, by when, from when and for how much, in the time of the place', () => {
  const whole = promiseOf(charge(), 'en', say);
  assert.match(whole, /^80 % by Tue,? 2 Jun 07:00 · starts Tue,? 2 Jun 01:15 · about €2\.10$/);
  const soon = charge({}, { starts: '2026-06-01T20:00:30Z', due: null, soc: null, cost: null });
  assert.match(promiseOf(soon, 'en', say), /^21\.0 kWh by Tue,? 2 Jun 03:00 · charging now$/);
  assert.equal(promiseOf(charge({ outlook: null }), 'en', say), en['drive.promise.none']);
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

test('a charge says in one word what it does', () => {
  assert.equal(stateOfCharge(charge()), 'waiting');
  assert.equal(stateOfCharge(charge({ powerW: 7000 })), 'charging');
  assert.equal(stateOfCharge(charge({ powerW: -7000 })), 'feeding');
  assert.equal(stateOfCharge(charge({ status: 'OUTOFORDER' })), 'faulted');
  assert.equal(stateOfCharge(charge({ outlook: null })), 'occupied');
  assert.equal(stateOfCharge(charge({ isLive: false })), 'done');
});
