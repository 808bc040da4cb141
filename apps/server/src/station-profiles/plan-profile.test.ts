import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Profile } from '../dispatch/index.ts';
import { UNKNOWN_STATION } from '../stations/index.ts';
import { meaningOf } from './answers.ts';
import { fallbackShares } from './fallback-share.ts';
import { maxProfileId, planProfileId } from './ids.ts';
import { exactUntilMs, type PlanWords, planProfile } from './plan-profile.ts';
import { setProfile16, setProfile21, setProfile201 } from './wire.ts';

const T0 = Date.parse('2026-06-01T22:00:00Z');
const SLOT_MS = 900_000;

const words: PlanWords = {
  id: 10_001,
  carrier: 'TxProfile',
  version: '1.6',
  capability: { ...UNKNOWN_STATION, maxPeriods: 20 },
  currentType: 'AC',
  phases: 3,
  voltageV: 230,
  transactionRef: '4711',
};

const planOf = (powersW: readonly number[]): Profile => ({
  startMs: T0,
  endMs: T0 + powersW.length * SLOT_MS,
  periods: powersW.map((powerW, n) => ({ startMs: T0 + n * SLOT_MS, powerW })),
});

const power = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 22_080 }));

test('SC7 NL-207 T-COMPRESS a plan of 96 slots fits 20 periods, in no quarter hour above the plan and never between 0 and 6 A', () => {
  fc.assert(
    fc.property(
      fc.array(power, { minLength: 1, maxLength: 96 }),
      fc.constantFrom(1, 2, 3),
      (powers, phases) => {
        const profile = planProfile(planOf(powers), { ...words, phases: phases as 1 | 2 | 3 });
        const [schedule] = profile.chargingSchedule;
        assert.ok(schedule);
        const periods = schedule.chargingSchedulePeriod;
        assert.ok(periods.length >= 1 && periods.length <= 20);
        assert.equal(periods[0]?.startPeriod, 0);
        for (const [slot, planned] of powers.entries()) {
          const { limit = Number.NaN } =
            periods.findLast(({ startPeriod }) => startPeriod <= slot * 900) ?? {};
          assert.ok(limit * 230 * phases <= planned + 1e-6, `${limit} A in a slot of ${planned} W`);
          assert.ok(limit === 0 || limit >= 6);
          assert.equal(Math.round(limit * 10) / 10, limit);
        }
      },
    ),
    { numRuns: 200 },
  );
});

test('SC7 NL-207 a plan that follows the sun is never exceeded in 20 periods, and over the next 6 h loses less than 2 %', () => {
  const sunny = fc.record({
    dawnSlot: fc.integer({ min: -40, max: 20 }),
    daySlots: fc.integer({ min: 48, max: 64 }),
    peakW: fc.integer({ min: 6_000, max: 22_000 }),
    loadW: fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 24, maxLength: 24 }),
  });
  fc.assert(
    fc.property(sunny, ({ dawnSlot, daySlots, peakW, loadW }) => {
      const powers = Array.from({ length: 96 }, (_, slot) => {
        const sunW = Math.max(0, Math.sin(((slot - dawnSlot) / daySlots) * Math.PI)) * peakW;
        const lit = slot >= dawnSlot && slot <= dawnSlot + daySlots;
        const powerW = lit ? Math.floor(sunW - loadW[slot >> 2]!) : 0;
        return powerW >= 4_140 ? powerW : 0;
      });
      const plan = planOf(powers);
      const periods = planProfile(plan, words).chargingSchedule[0]!.chargingSchedulePeriod;
      assert.ok(periods.length <= 20);
      const given = powers.map(
        (_, slot) => periods.findLast(({ startPeriod }) => startPeriod <= slot * 900)!.limit! * 690,
      );
      for (const [slot, powerW] of powers.entries()) assert.ok(given[slot]! <= powerW + 1e-6);
      const sum = (values: readonly number[]) => values.slice(0, 24).reduce((a, b) => a + b, 0);
      // Rounding to tenths of an ampere is not what joining loses.
      const wire = powers.map((powerW) => Math.floor(powerW / 69 + 1e-9) * 69);
      assert.ok(sum(given) >= 0.98 * sum(wire), `${sum(given)} of ${sum(wire)}`);
      const untilMs = exactUntilMs(plan, words) ?? plan.endMs;
      for (const [slot, powerW] of wire.entries()) {
        if (T0 + slot * SLOT_MS < untilMs) assert.ok(given[slot]! >= powerW - 70);
      }
    }),
    { numRuns: 200 },
  );
});

test('D1.5-§2.2.1.1-TX D1.5-§2.2.1.1-ABS a TxProfile names its transaction, has an end, and falls back then', () => {
  const profile = planProfile(planOf([11_040, 0, 7_000]), words);
  assert.equal(profile.chargingProfilePurpose, 'TxProfile');
  assert.equal(profile.chargingProfileKind, 'Absolute');
  assert.equal(profile.transactionId, '4711');
  assert.equal(profile.validToMs, T0 + 3 * SLOT_MS);
  assert.equal(profile.chargingSchedule[0]?.duration, 2700);
  assert.equal(profile.chargingSchedule[0]?.startScheduleMs, T0);
  assert.deepEqual(setProfile16({ evseId: 2, profile }), {
    connectorId: 2,
    csChargingProfiles: {
      chargingProfileId: 10_001,
      transactionId: 4711,
      stackLevel: 0,
      chargingProfilePurpose: 'TxProfile',
      chargingProfileKind: 'Absolute',
      validFrom: '2026-06-01T22:00:00.000Z',
      validTo: '2026-06-01T22:45:00.000Z',
      chargingSchedule: {
        duration: 2700,
        startSchedule: '2026-06-01T22:00:00.000Z',
        chargingRateUnit: 'A',
        chargingSchedulePeriod: [
          { startPeriod: 0, limit: 16 },
          { startPeriod: 900, limit: 0 },
          { startPeriod: 1800, limit: 10.1 },
        ],
      },
    },
  });
  const now = setProfile201({ evseId: 2, profile });
  assert.equal(now.chargingProfile.transactionId, '4711');
});

test('D1.5-§2.2.1.1-REC D1.5-§2.2.1.1-REL recurring and relative profiles keep their kind on the wire: a start for the one, none for the other', () => {
  const schedule = {
    chargingRateUnit: 'A' as const,
    chargingSchedulePeriod: [{ startPeriod: 0, limit: 10 }],
  };
  const daily = {
    id: 7,
    stackLevel: 0,
    chargingProfilePurpose: 'TxDefaultProfile' as const,
    chargingProfileKind: 'Recurring' as const,
    recurrencyKind: 'Daily' as const,
    // The day of the clock change in Madrid: 24 h after each other in UTC, as 1.6 counts them (errata 3.77).
    chargingSchedule: [{ ...schedule, startScheduleMs: Date.parse('2026-10-25T00:00:00Z'), duration: 3_600 }],
  };
  for (const encoded of [
    setProfile16({ evseId: 1, profile: daily }).csChargingProfiles,
    setProfile201({ evseId: 1, profile: daily }).chargingProfile,
    setProfile21({ evseId: 1, profile: daily }).chargingProfile,
  ]) {
    assert.equal(encoded.chargingProfileKind, 'Recurring');
    assert.equal(encoded.recurrencyKind, 'Daily');
    const [first] = [encoded.chargingSchedule].flat();
    assert.equal(first?.startSchedule, '2026-10-25T00:00:00.000Z');
    assert.equal(first?.duration, 3_600);
  }
  const { recurrencyKind: _, ...rest } = daily;
  const relative = { ...rest, chargingProfileKind: 'Relative' as const, chargingSchedule: [schedule] };
  for (const encoded of [
    setProfile16({ evseId: 1, profile: relative }).csChargingProfiles,
    setProfile201({ evseId: 1, profile: relative }).chargingProfile,
    setProfile21({ evseId: 1, profile: relative }).chargingProfile,
  ]) {
    assert.equal(encoded.chargingProfileKind, 'Relative');
    assert.equal('recurrencyKind' in encoded, false);
    const [first] = [encoded.chargingSchedule].flat();
    assert.equal(first !== undefined && 'startSchedule' in first, false);
  }
});

test('a plan that shares its purpose with a fallback stands above it and leaves the transaction out', () => {
  const profile = planProfile(planOf([11_040]), { ...words, carrier: 'TxDefaultProfile' });
  assert.equal(profile.stackLevel, 1);
  assert.equal(profile.transactionId, undefined);
  assert.equal(profile.validToMs, T0 + SLOT_MS);
});

test('D1.5-§2.2.1.3-OM-CentralSetpoint SMC_003 discharging travels as a signed setpoint on 2.1 and on nothing older', () => {
  const capability = { ...words.capability, rateUnits: ['A', 'W'] as const };
  const inWatt = planProfile(planOf([7_000, -5_000.7, 0]), { ...words, capability, version: '2.1' });
  assert.deepEqual(inWatt.chargingSchedule[0]?.chargingSchedulePeriod, [
    { startPeriod: 0, operationMode: 'CentralSetpoint', setpoint: 7000, limit: 7000, dischargeLimit: 0 },
    { startPeriod: 900, operationMode: 'CentralSetpoint', setpoint: -5000, limit: 0, dischargeLimit: -5000 },
    { startPeriod: 1800, operationMode: 'CentralSetpoint', setpoint: 0, limit: 0, dischargeLimit: 0 },
  ]);
  assert.equal(setProfile21({ evseId: 1, profile: inWatt }).chargingProfile.chargingSchedule.length, 1);
  assert.throws(() => setProfile16({ evseId: 1, profile: inWatt }), /1\.6 knows limits/);
  assert.throws(() => setProfile201({ evseId: 1, profile: inWatt }), /2\.0\.1 knows limits/);
});

test('V2X.05 the setpoints of a car on one phase say so: watts are shared among three phases where nothing is said', () => {
  const capability = { ...words.capability, rateUnits: ['A', 'W'] as const };
  const profile = planProfile(planOf([3_680, -3_680]), { ...words, capability, version: '2.1', phases: 1 });
  assert.deepEqual(
    profile.chargingSchedule[0]?.chargingSchedulePeriod.map(({ numberPhases }) => numberPhases),
    [1, 1],
  );
});

test('K01.FR.35 a plan that begins less than a second before its next slot has no two periods in one second', () => {
  const capability = { ...words.capability, rateUnits: ['A', 'W'] as const };
  const startMs = T0 - 300;
  const plan: Profile = {
    startMs,
    endMs: T0 + 2 * SLOT_MS,
    periods: [
      { startMs, powerW: 3_000 },
      { startMs: T0, powerW: -2_000 },
      { startMs: T0 + SLOT_MS, powerW: 5_000 },
    ],
  };
  for (const change of [{ version: '2.1' as const }, { currentType: 'DC' as const }]) {
    const periods = planProfile(plan, { ...words, capability, ...change }).chargingSchedule[0]!
      .chargingSchedulePeriod;
    assert.deepEqual(
      periods.map(({ startPeriod }) => startPeriod),
      [0, 900],
    );
    assert.equal(periods[0]?.setpoint, -2_000);
  }
});

test('K01.FR.44 a DC EVSE hears of watts and of no phases', () => {
  const capability = { ...words.capability, rateUnits: ['A', 'W'] as const };
  const profile = planProfile(planOf([49_999.9, 2_000]), { ...words, capability, currentType: 'DC' });
  assert.deepEqual(profile.chargingSchedule[0]?.chargingSchedulePeriod, [
    { startPeriod: 0, limit: 49_999 },
    { startPeriod: 900, limit: 2_000 },
  ]);
});

test('TC_K_109_CSMS ids of ours lie above MaxExternalConstraintsId', () => {
  const capability = { ...UNKNOWN_STATION, maxExternalConstraintsId: 2_147_400_000 };
  for (const id of [maxProfileId(capability), planProfileId(capability, 300)]) {
    assert.ok(id > 2_147_400_000 && id <= 2_147_483_647);
  }
});

test('TC_K_15_CSMS what a station cannot do is tried in another form, what it did not answer is not', () => {
  const error = { description: '', details: {} };
  const cases = [
    [{ kind: 'result', payload: { status: 'Accepted' }, deviations: [] }, 'ACCEPTED', false],
    [{ kind: 'result', payload: { status: 'Rejected' }, deviations: [] }, 'REJECTED', true],
    [{ kind: 'result', payload: { status: 'NotSupported' }, deviations: [] }, 'NOT_SUPPORTED', true],
    [{ kind: 'error', code: 'NotSupported', ...error }, 'NOT_SUPPORTED', true],
    [{ kind: 'error', code: 'InternalError', ...error }, 'REJECTED', false],
    [{ kind: 'timeout', afterMs: 30_000 }, 'UNKNOWN', false],
    [{ kind: 'closed', sent: true }, 'UNKNOWN', false],
    [{ kind: 'offline' }, 'UNKNOWN', false],
    [
      {
        kind: 'result',
        payload: { status: 'Rejected', statusInfo: { reasonCode: 'TxNotFound' } },
        deviations: [],
      },
      'UNKNOWN_SESSION',
      false,
    ],
  ] as const;
  for (const [outcome, result, next] of cases) {
    const meaning = meaningOf(outcome);
    assert.deepEqual([meaning.answer.result, meaning.next], [result, next], JSON.stringify(outcome));
  }
});

test('D1.5-§2.2.1.1-DEF the fallbacks of a site fit under its limit together, whatever it is', () => {
  const evse = fc.record({
    maxW: fc.integer({ min: 1_000, max: 350_000 }),
    leastW: fc.constantFrom(0, 1_380, 4_140),
  });
  fc.assert(
    fc.property(
      fc.array(evse, { minLength: 1, maxLength: 30 }),
      fc.integer({ min: -5_000, max: 500_000 }),
      (evses, roomW) => {
        const named = evses.map((each, n) => ({ ...each, key: `e${String(n).padStart(2, '0')}` }));
        const shares = fallbackShares(named, roomW);
        const sum = [...shares.values()].reduce((total, w) => total + w, 0);
        assert.ok(sum <= Math.max(0, roomW) + 1e-6, `${sum} W of ${roomW} W`);
        for (const { key, maxW, leastW } of named) {
          const w = shares.get(key) ?? Number.NaN;
          assert.ok(w >= 0 && w <= maxW);
          assert.ok(w === 0 || w >= Math.min(leastW, maxW) - 1);
        }
        const all = named.reduce((total, { maxW }) => total + maxW, 0);
        if (roomW >= all) assert.equal(sum, all);
      },
    ),
    { numRuns: 300 },
  );
  const four = [1, 2, 3, 4].map((n) => ({ key: `${n}`, maxW: 22_080, leastW: 4_140 }));
  assert.deepEqual([...fallbackShares(four, 44_000).values()], [11_000, 11_000, 11_000, 11_000]);
  assert.deepEqual([...fallbackShares(four, 9_000).values()], [4_500, 4_500, 0, 0]);
});
