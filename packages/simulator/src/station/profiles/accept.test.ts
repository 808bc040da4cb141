import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Circumstances } from './accept.ts';
import { refusalOf } from './accept.ts';
import { PROFILE_QUIRKS, type ProfileLimits, usualLimits } from './limits.ts';
import type { EvseFacts, Installed, Profile, Schedule, SchedulePeriod } from './profile.ts';
import { ProfileStore } from './profile-store.ts';

const evses: readonly EvseFacts[] = [
  { evseId: 1, currentType: 'AC', phases: 3, transaction: { transactionId: 'tx', startMs: 0 } },
  { evseId: 2, currentType: 'DC', phases: 3 },
];
const period = (change: Partial<SchedulePeriod> = {}): SchedulePeriod => ({
  startPeriod: 0,
  limit: 16,
  ...change,
});
const schedule = (change: Partial<Schedule> = {}): Schedule => ({
  chargingRateUnit: 'A',
  startScheduleMs: 0,
  chargingSchedulePeriod: [period()],
  ...change,
});
const profile = (change: Partial<Profile> = {}): Profile => ({
  id: 10,
  stackLevel: 0,
  chargingProfilePurpose: 'TxDefaultProfile',
  chargingProfileKind: 'Absolute',
  chargingSchedule: [schedule()],
  ...change,
});
const withPeriod = (change: Partial<SchedulePeriod>, unit: 'A' | 'W' = 'W') =>
  profile({
    chargingSchedule: [
      schedule({ chargingRateUnit: unit, chargingSchedulePeriod: [{ startPeriod: 0, ...change }] }),
    ],
  });
const code = (
  installed: Installed,
  limits: ProfileLimits = usualLimits('2.1'),
  others: readonly Installed[] = [],
): string | undefined => {
  const circumstances: Circumstances = { limits, evses, installed: others };
  return refusalOf(installed, circumstances)?.code;
};

test('a station refuses by its own judgement, each rule with its reason code', () => {
  const rows: readonly (readonly [string, Installed, string | undefined])[] = [
    ['good', { evseId: 1, profile: profile() }, undefined],
    ['unknown EVSE', { evseId: 3, profile: profile() }, 'UnknownEvse'],
    [
      'K01.FR.22',
      { evseId: 0, profile: profile({ chargingProfilePurpose: 'ChargingStationExternalConstraints' }) },
      'InvalidValue',
    ],
    [
      'Max on an EVSE',
      { evseId: 1, profile: profile({ chargingProfilePurpose: 'ChargingStationMaxProfile' }) },
      'InvalidValue',
    ],
    [
      'TxProfile on 0',
      { evseId: 0, profile: profile({ chargingProfilePurpose: 'TxProfile' }) },
      'InvalidValue',
    ],
    [
      'no transaction',
      { evseId: 2, profile: profile({ chargingProfilePurpose: 'TxProfile' }) },
      'TxNotFound',
    ],
    [
      'other transaction',
      { evseId: 1, profile: profile({ chargingProfilePurpose: 'TxProfile', transactionId: 'x' }) },
      'TxNotFound',
    ],
    ['stack level', { evseId: 1, profile: profile({ stackLevel: 6 }) }, 'InvalidStackLevel'],
    [
      'K01.FR.31',
      {
        evseId: 1,
        profile: profile({
          chargingSchedule: [schedule({ chargingSchedulePeriod: [period({ startPeriod: 60 })] })],
        }),
      },
      'InvalidSchedule',
    ],
    [
      'K01.FR.35',
      {
        evseId: 1,
        profile: profile({ chargingSchedule: [schedule({ chargingSchedulePeriod: [period(), period()] })] }),
      },
      'InvalidSchedule',
    ],
    [
      'K01.FR.34',
      { evseId: 1, profile: profile({ chargingSchedule: [schedule(), schedule()] }) },
      'InvalidSchedule',
    ],
    [
      'K01.FR.40',
      {
        evseId: 1,
        profile: profile({
          chargingSchedule: [{ chargingRateUnit: 'A', chargingSchedulePeriod: [period()] }],
        }),
      },
      'InvalidSchedule',
    ],
    ['K01.FR.41', { evseId: 1, profile: profile({ chargingProfileKind: 'Relative' }) }, 'InvalidSchedule'],
    ['K01.FR.60', { evseId: 1, profile: profile({ recurrencyKind: 'Daily' }) }, 'InvalidProfile'],
    ['K01.FR.44', { evseId: 2, profile: withPeriod({ limit: 9_000, numberPhases: 3 }) }, 'NoPhaseForDC'],
    [
      'K01.FR.111',
      {
        evseId: 0,
        profile: {
          ...withPeriod({ operationMode: 'Idle' }),
          chargingProfilePurpose: 'ChargingStationMaxProfile',
        },
      },
      'InvalidOperationMode',
    ],
    ['limit missing', { evseId: 1, profile: withPeriod({}) }, 'InvalidSchedule'],
    [
      'setpoint missing',
      { evseId: 1, profile: withPeriod({ operationMode: 'CentralSetpoint' }) },
      'InvalidSchedule',
    ],
    [
      'V2X.05',
      {
        evseId: 1,
        profile: withPeriod({ operationMode: 'CentralSetpoint', setpoint: -5, dischargeLimit: -4 }),
      },
      'InvalidSchedule',
    ],
    [
      'dischargeLimit',
      { evseId: 1, profile: withPeriod({ operationMode: 'ExternalLimits', dischargeLimit: 1 }) },
      'InvalidSchedule',
    ],
    [
      'Q07.FR.03',
      { evseId: 1, profile: withPeriod({ operationMode: 'CentralFrequency', setpoint: 1, limit: 2 }) },
      'InvalidSchedule',
    ],
    [
      'Q08',
      { evseId: 1, profile: withPeriod({ operationMode: 'LocalFrequency', v2xBaseline: 0 }) },
      'NoFreqWattCurve',
    ],
    ['K01.FR.142', { evseId: 1, profile: withPeriod({ limit: 5, limit_L2: 5 }) }, 'PhaseConflict'],
    ['evseSleep', { evseId: 1, profile: withPeriod({ limit: 5, evseSleep: true }) }, 'InvalidSchedule'],
  ];
  for (const [what, installed, expected] of rows) assert.equal(code(installed), expected, what);
});

test('SC6 NL-206 six profiles of a purpose are stacked, a seventh level is refused; a station that takes two takes two', () => {
  const six = new ProfileStore(usualLimits('1.6'));
  const levels = [0, 1, 2, 3, 4, 5, 6];
  const answers = levels.map((stackLevel) =>
    six.install({ evseId: 0, profile: profile({ id: 20 + stackLevel, stackLevel }) }, evses, 0),
  );
  assert.deepEqual(
    answers.map((answer) => answer?.code),
    [undefined, undefined, undefined, undefined, undefined, undefined, 'InvalidStackLevel'],
  );
  assert.equal(six.all.length, 6);
  const two = new ProfileStore(usualLimits('1.6', PROFILE_QUIRKS['two-profiles']));
  const put = (id: number, stackLevel: number, evseId: number) =>
    two.install({ evseId, profile: profile({ id, stackLevel }) }, evses, 0)?.code;
  assert.deepEqual([put(1, 0, 0), put(2, 1, 0), put(3, 0, 1)], [undefined, undefined, 'TooManyProfiles']);
});

test('SC7 NL-207 twenty periods are taken, twenty-one are not, fewer where fewer are configured', () => {
  const periods = (count: number) =>
    profile({
      chargingSchedule: [
        schedule({
          chargingSchedulePeriod: Array.from({ length: count }, (_, n) => period({ startPeriod: n * 60 })),
        }),
      ],
    });
  assert.equal(code({ evseId: 1, profile: periods(20) }), undefined);
  assert.equal(code({ evseId: 1, profile: periods(21) }), 'InvalidSchedule');
  const few = usualLimits('1.6', { maxPeriods: 3 });
  assert.deepEqual(
    [3, 4].map((count) => code({ evseId: 1, profile: periods(count) }, few)),
    [undefined, 'InvalidSchedule'],
  );
});

test('vendors: TxDefaultProfile only, amperes only, watts only, nothing at all', () => {
  const max = {
    evseId: 0,
    profile: profile({ chargingProfilePurpose: 'ChargingStationMaxProfile' as const }),
  };
  assert.equal(code(max, usualLimits('1.6', PROFILE_QUIRKS['default-only'])), 'UnsupportedPurpose');
  assert.equal(
    code(
      { evseId: 1, profile: withPeriod({ limit: 9_000 }) },
      usualLimits('1.6', PROFILE_QUIRKS['amperes-only']),
    ),
    'UnsupportedRateUnit',
  );
  assert.equal(
    code({ evseId: 1, profile: profile() }, usualLimits('1.6', PROFILE_QUIRKS['watts-only'])),
    'UnsupportedRateUnit',
  );
  assert.equal(
    code({ evseId: 1, profile: profile() }, usualLimits('1.6', PROFILE_QUIRKS['refuses-all'])),
    'NotEnabled',
  );
});

test('K01.FR.05, 52, 53 and 1.6 errata 3.42: what replaces what', () => {
  const store = (version: '1.6' | '2.1') => new ProfileStore(usualLimits(version));
  const old = store('1.6');
  const put = (target: ProfileStore, id: number, evseId: number, stackLevel = 0) =>
    target.install({ evseId, profile: profile({ id, stackLevel }) }, evses, 0)?.code;
  assert.deepEqual([put(old, 1, 0), put(old, 2, 0), put(old, 2, 1)], [undefined, undefined, undefined]);
  assert.deepEqual(
    old.all.map(({ profile: { id }, evseId }) => [id, evseId]),
    [[2, 1]],
  );
  const young = store('2.1');
  assert.deepEqual(
    [put(young, 1, 0), put(young, 2, 0), put(young, 2, 1), put(young, 2, 1, 1), put(young, 1, 0, 2)],
    [undefined, 'DuplicateProfile', 'DuplicateProfile', undefined, undefined],
  );
  assert.deepEqual(
    young.all.map(({ profile: { id, stackLevel } }) => [id, stackLevel]),
    [
      [2, 1],
      [1, 2],
    ],
  );
});

test('clearing: an id alone decides, the rest is joined, nothing named clears all but what the station gave itself', () => {
  const store = new ProfileStore(usualLimits('2.1'));
  for (const [id, evseId, stackLevel] of [
    [1, 0, 0],
    [2, 1, 1],
    [3, 2, 2],
  ] as const) {
    assert.equal(store.install({ evseId, profile: profile({ id, stackLevel }) }, evses, 0), undefined);
  }
  const external = profile({ id: -1, chargingProfilePurpose: 'ChargingStationExternalConstraints' });
  store.installLocally({ evseId: 0, profile: external }, 0);
  assert.equal(store.clear({ id: 2, stackLevel: 0 }), 1);
  assert.equal(store.clear({ evseId: 2, stackLevel: 0 }), 0);
  assert.equal(store.clear({ id: -1 }), 0);
  assert.equal(store.clear({ purpose: 'ChargingStationExternalConstraints' }), 0);
  assert.equal(store.clear({}), 2);
  assert.deepEqual(
    store.all.map(({ profile: { id } }) => id),
    [-1],
  );
  assert.equal(store.removeLocally(-1), true);
});

test('K28 an update replaces the named values of a Dynamic profile and stamps it anew', () => {
  const store = new ProfileStore(usualLimits('2.1'));
  const dynamic = profile({
    id: 7,
    chargingProfileKind: 'Dynamic',
    chargingSchedule: [
      { chargingRateUnit: 'W', duration: 60, chargingSchedulePeriod: [{ startPeriod: 0, limit: 9_000 }] },
    ],
  });
  assert.equal(store.install({ evseId: 1, profile: dynamic }, evses, 1_000), undefined);
  assert.equal(store.all[0]!.profile.dynUpdateTimeMs, 1_000);
  assert.equal(store.update(7, { limit: 5_000 }, 50_000), undefined);
  assert.equal(store.all[0]!.profile.dynUpdateTimeMs, 50_000);
  assert.equal(store.all[0]!.profile.chargingSchedule[0]!.chargingSchedulePeriod[0]!.limit, 5_000);
  assert.equal(store.update(8, { limit: 1 }, 0)?.code, 'InvalidProfileId');
  assert.equal(store.update(7, {}, 0)?.code, 'InvalidSchedule');
});
