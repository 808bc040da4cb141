import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CATALOGUE } from '../ev/catalogue.ts';
import { generateVisits } from '../generators/visits.ts';
import { createRandom } from '../random/random.ts';
import type { Visit } from '../visits/visit.ts';
import { fairShares } from './fair-share.ts';
import { limitAt, nextChange } from './offered-limit.ts';
import { localLimit, profilesOnly } from './policy.ts';
import { slotsOf } from './record.ts';
import { Site } from './site.ts';
import type { EvseConfig } from './socket.ts';
import { runUncontrolled } from './uncontrolled-run.ts';

const HOUR = 3_600_000;
const t0 = Date.parse('2024-05-06T06:00:00Z');
const evse = (uid: string): EvseConfig => ({
  uid,
  connectorId: '1',
  phases: 3,
  voltageV: 230,
  maxCurrentA: 16,
  dischargeW: 0,
});
const kona = CATALOGUE.find((entry) => entry.model.name === 'Hyundai Kona')!.model;
const visit = (id: string, evseUid: string, over: Partial<Visit> = {}): Visit => ({
  id,
  evseUid,
  plugInMs: t0,
  unplugMs: t0 + 8 * HOUR,
  needWh: 20_000,
  model: kona,
  soc: 0.2,
  wish: 'CHEAP',
  dischargeAllowed: false,
  ...over,
});
const flat = (value: number) => ({
  startMs: t0 - 24 * HOUR,
  stepMs: HOUR,
  values: new Array<number>(96).fill(value),
});

test('fair shares: never more than the budget, nobody below his minimum, equal unless satisfied', () => {
  const claim = fc.record({
    minW: fc.integer({ min: 0, max: 4_000 }),
    extraW: fc.integer({ min: 0, max: 20_000 }),
  });
  fc.assert(
    fc.property(fc.array(claim, { maxLength: 20 }), fc.integer({ min: 0, max: 60_000 }), (raw, budgetW) => {
      const claims = raw.map(({ minW, extraW }) => ({ minW, maxW: minW + extraW }));
      const shares = fairShares(claims, budgetW);
      assert.ok(shares.reduce((a, b) => a + b, 0) <= budgetW + 1e-6);
      const served = shares.filter((share, n) => share > 0 && share < claims[n]!.maxW - 1e-6);
      for (const share of served) assert.ok(Math.abs(share - served[0]!) < 1e-6);
      shares.forEach((share, n) => {
        assert.ok(share === 0 || share >= claims[n]!.minW - 1e-6);
        assert.ok(share <= claims[n]!.maxW + 1e-9);
      });
    }),
  );
});

test('a profile holds from its start to its end, period by period', () => {
  const profile = {
    startMs: t0,
    endMs: t0 + HOUR,
    periods: [
      { fromMs: t0, powerW: 5_000 },
      { fromMs: t0 + HOUR / 2, powerW: 0 },
    ],
  };
  assert.equal(limitAt(profile, t0 - 1), undefined);
  assert.equal(limitAt(profile, t0 + HOUR / 2 - 1), 5_000);
  assert.equal(limitAt(profile, t0 + HOUR / 2), 0);
  assert.equal(limitAt(profile, t0 + HOUR), undefined);
  assert.deepEqual(
    [t0 - 1, t0, t0 + HOUR / 2, t0 + HOUR].map((at) => nextChange(profile, at)),
    [t0, t0 + HOUR / 2, t0 + HOUR, Number.POSITIVE_INFINITY],
  );
});

test('a car follows the periods of its profile; where none holds the station offers all it has', () => {
  const site = new Site({ evses: [evse('A')], startMs: t0, policy: profilesOnly, random: createRandom(1) });
  site.plugIn(visit('S1', 'A'));
  site.applyProfile(
    'A',
    {
      startMs: t0,
      endMs: t0 + 2 * HOUR,
      periods: [
        { fromMs: t0, powerW: 0 },
        { fromMs: t0 + HOUR, powerW: 6_900 },
      ],
    },
    t0,
  );
  site.advanceTo(t0 + 2 * HOUR);
  const firstHourWh = site.record.energyWh(t0, t0 + HOUR);
  const secondHourWh = site.record.energyWh(t0 + HOUR, t0 + 2 * HOUR);
  assert.equal(firstHourWh, 0);
  assert.ok(Math.abs(secondHourWh - 6_900 * (1 - 8 / 3_600)) < 1);
  site.advanceTo(t0 + 2 * HOUR + 60_000);
  assert.ok(
    Math.abs(site.record.meanW(t0 + 2 * HOUR, t0 + 2 * HOUR + 60_000) - (6_900 * 8 + 11_040 * 52) / 60) < 5,
  );
});

test('the local limit of a site prevails over profiles that allow more together', () => {
  const options = {
    evses: [evse('A'), evse('B')],
    startMs: t0,
    limitW: 12_000,
    baseW: flat(2_000),
    random: createRandom(1),
  };
  for (const [policy, limitHolds] of [
    [profilesOnly, false],
    [localLimit, true],
  ] as const) {
    const site = new Site({ ...options, policy });
    for (const uid of ['A', 'B']) {
      site.plugIn(visit(`S${uid}`, uid));
      site.applyProfile(uid, { startMs: t0, endMs: t0 + HOUR, periods: [{ fromMs: t0, powerW: 8_000 }] }, t0);
    }
    site.advanceTo(t0 + HOUR);
    const slots = slotsOf(site.record, t0, t0 + HOUR, 900_000, {
      limitW: 12_000,
      baseW: flat(2_000),
      importPrice: flat(0.3),
    });
    assert.equal(
      slots.every((slot) => !slot.overLimit),
      limitHolds,
    );
  }
});

test('base load alone above the limit is not an over-limit slot of the cars, any charging in it is', () => {
  const site = new Site({ evses: [evse('A')], startMs: t0, policy: profilesOnly, random: createRandom(1) });
  site.advanceTo(t0 + HOUR);
  const terms = { limitW: 1_000, baseW: flat(5_000), importPrice: flat(0.3) };
  assert.ok(slotsOf(site.record, t0, t0 + HOUR, 900_000, terms).every((slot) => !slot.overLimit));
  site.plugIn(visit('S1', 'A', { plugInMs: t0 + HOUR }));
  site.advanceTo(t0 + 2 * HOUR);
  assert.ok(slotsOf(site.record, t0 + HOUR, t0 + 2 * HOUR, 900_000, terms).every((slot) => slot.overLimit));
});

test('the cost of the cars is what the site pays more with them, own generation and negative prices included', () => {
  const site = new Site({ evses: [evse('A')], startMs: t0, policy: profilesOnly, random: createRandom(1) });
  site.plugIn(visit('S1', 'A'));
  site.applyProfile('A', { startMs: t0, endMs: t0 + 4 * HOUR, periods: [{ fromMs: t0, powerW: 6_900 }] }, t0);
  site.advanceTo(t0 + HOUR);
  const kwh = site.record.energyWh(t0, t0 + HOUR) / 1000;
  const cost = (terms: Parameters<typeof slotsOf>[4]) =>
    slotsOf(site.record, t0, t0 + HOUR, HOUR, terms).reduce((sum, slot) => sum + slot.cost, 0);
  assert.ok(Math.abs(cost({ importPrice: flat(0.3) }) - 0.3 * kwh) < 1e-9);
  assert.ok(Math.abs(cost({ importPrice: flat(-0.1) }) + 0.1 * kwh) < 1e-9);
  const sunny = cost({ importPrice: flat(0.3), exportPrice: flat(0.08), baseW: flat(-20_000) });
  assert.ok(Math.abs(sunny - 0.08 * kwh) < 1e-9);
});

test('uncontrolled charging under a limit keeps it in every slot and gives less only where it must', () => {
  const evses = Array.from({ length: 40 }, (_, n) => evse(`E${n}`));
  const visits = generateVisits({
    place: 'workplace',
    startMs: t0,
    days: 2,
    timeZone: 'Europe/Berlin',
    sessionsPerDay: 35,
    evseUids: evses.map((e) => e.uid),
    random: createRandom(2),
  });
  const free = runUncontrolled({ visits, evses, random: createRandom(2) });
  const endMs = Math.ceil(Math.max(...visits.map((v) => v.unplugMs)) / HOUR) * HOUR;
  const fromMs = t0 - 24 * HOUR;
  const peakW = Math.max(
    ...slotsOf(free.record, fromMs, endMs, 900_000, { importPrice: flat(0) }).map((slot) => slot.netW),
  );
  const limitW = peakW / 2;
  const limited = runUncontrolled({ visits, evses, limitW, random: createRandom(2) });
  const slots = slotsOf(limited.record, fromMs, endMs, 900_000, { limitW, importPrice: flat(0) });
  assert.equal(slots.filter((slot) => slot.overLimit).length, 0);
  assert.ok(Math.max(...slots.map((slot) => slot.netW)) > 0.95 * limitW);
  const total = (run: typeof free) => [...run.deliveredWh.values()].reduce((a, b) => a + b, 0);
  assert.ok(total(limited) <= total(free) + 1 && total(limited) > 0.8 * total(free));
  assert.deepEqual(
    runUncontrolled({ visits, evses, limitW, random: createRandom(2) }).deliveredWh,
    limited.deliveredWh,
  );
});
