import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at, evseOf, HOUR_S, limitsOf, NOON, profileOf } from '../testing/builders.ts';

const HOUR_MS = HOUR_S * 1000;

test('OCPP 1.6 errata 3.43/3.44: outside a shorter recurrence the lower stack holds, a longer one is cut', () => {
  const daily = { chargingProfileKind: 'Recurring', recurrencyKind: 'Daily', id: 11, stackLevel: 1 } as const;
  const short = profileOf('TxDefaultProfile', 20, { duration: HOUR_S }, daily);
  const low = at(1, profileOf('TxDefaultProfile', 10));
  assert.deepEqual(limitsOf([low, at(1, short)], { version: '1.6' }, 86_400 + 2 * HOUR_S), [
    [0, 20],
    [HOUR_S, 10],
    [86_400, 20],
    [86_400 + HOUR_S, 10],
  ]);
  const long = profileOf(
    'TxDefaultProfile',
    [
      { startPeriod: 0, limit: 6 },
      { startPeriod: 86_000, limit: 7 },
      { startPeriod: 90_000, limit: 8 },
    ],
    { duration: 100_000 },
    daily,
  );
  assert.deepEqual(limitsOf([low, at(1, long)], { version: '1.6' }, 2 * 86_400), [
    [0, 6],
    [86_000, 7],
    [86_400, 6],
    [172_400, 7],
  ]);
});

test('OCPP 1.6 errata 3.77: Weekly is 7 x 24 h from startSchedule, and nothing holds before the first', () => {
  const weekly = { chargingProfileKind: 'Recurring', recurrencyKind: 'Weekly' } as const;
  const profile = profileOf(
    'TxDefaultProfile',
    9,
    { startScheduleMs: NOON + HOUR_MS, duration: HOUR_S },
    weekly,
  );
  assert.deepEqual(limitsOf([at(0, profile)], { version: '1.6' }, 9 * 86_400), [
    [0, undefined],
    [HOUR_S, 9],
    [2 * HOUR_S, undefined],
    [7 * 86_400 + HOUR_S, 9],
    [7 * 86_400 + 2 * HOUR_S, undefined],
  ]);
});

test('K01.FR.42: Relative counts from when energy may flow; duration ends it', () => {
  const relative = profileOf(
    'TxDefaultProfile',
    [
      { startPeriod: 0, limit: 6 },
      { startPeriod: 5400, limit: 16 },
    ],
    { duration: 6000 },
    { chargingProfileKind: 'Relative' },
  );
  assert.deepEqual(limitsOf([at(0, relative)]), [
    [0, 6],
    [1800, 16],
    [2400, undefined],
  ]);
  const later = { ...evseOf(1).transaction!, energyMayFlowSinceMs: NOON + 60_000 };
  assert.deepEqual(limitsOf([at(0, relative)], { evses: [evseOf(1, { transaction: later })] }, 120), [
    [0, undefined],
    [60, 6],
  ]);
});

test('validFrom is inclusive, validTo exclusive; replacing with a future validFrom leaves the default until then', () => {
  const tx = profileOf(
    'TxProfile',
    25,
    {},
    { id: 11, validFromMs: NOON + 600_000, validToMs: NOON + 900_000 },
  );
  assert.deepEqual(limitsOf([at(1, profileOf('TxDefaultProfile', 10)), at(1, tx)], { version: '1.6' }), [
    [0, 10],
    [600, 25],
    [900, 10],
  ]);
});

test('K01.FR.101-103: maxOfflineDuration ends validity while offline; 0 at once; absent never', () => {
  const low = at(1, profileOf('TxDefaultProfile', 6));
  const high = (maxOfflineDuration: number) =>
    at(1, profileOf('TxDefaultProfile', 16, {}, { id: 11, stackLevel: 1, maxOfflineDuration }));
  const offlineSinceMs = NOON + 60_000;
  assert.deepEqual(limitsOf([low, high(600)], { offlineSinceMs }), [
    [0, 16],
    [660, 6],
  ]);
  assert.deepEqual(limitsOf([low, high(0)], { offlineSinceMs }), [
    [0, 16],
    [60, 6],
  ]);
  assert.deepEqual(limitsOf([low, high(600)]), [[0, 16]]);
  assert.deepEqual(limitsOf([low], { offlineSinceMs }), [[0, 6]]);
});

test('K01.FR.100: limitAtSoC caps at and above its state of charge', () => {
  const profile = profileOf('TxDefaultProfile', 16, { limitAtSoC: { soc: 80, limit: 7 } });
  const withSoc = (socPercent: number) => [
    evseOf(1, { transaction: { ...evseOf(1).transaction!, socPercent } }),
  ];
  assert.deepEqual(limitsOf([at(1, profile)], { evses: withSoc(79) }), [[0, 16]]);
  assert.deepEqual(limitsOf([at(1, profile)], { evses: withSoc(80) }), [[0, 7]]);
  assert.deepEqual(limitsOf([at(1, profile)]), [[0, 16]], 'unknown state of charge');
});

test('K01.FR.92-97: the drawn delay shifts every start but the first, not the duration; overtaken periods are skipped', () => {
  const periods = [
    { startPeriod: 0, limit: 6 },
    { startPeriod: 600, limit: 16 },
    { startPeriod: 1100, limit: 20 },
  ];
  const profile = profileOf('TxDefaultProfile', periods, { duration: 1200, randomizedDelay: 900 });
  const delayed = (seconds: number) => [
    evseOf(1, { transaction: { ...evseOf(1).transaction!, randomDelayS: { 10: seconds } } }),
  ];
  assert.deepEqual(limitsOf([at(1, profile)], { evses: delayed(50) }), [
    [0, 6],
    [650, 16],
    [1150, 20],
    [1200, undefined],
  ]);
  assert.deepEqual(limitsOf([at(1, profile)], { evses: delayed(300) }), [
    [0, 6],
    [900, 16],
    [1200, undefined],
  ]);
});

test('K28: a Dynamic profile holds from its last update for its duration', () => {
  const dynamic = profileOf(
    'TxProfile',
    13,
    { duration: 900 },
    { chargingProfileKind: 'Dynamic', dynUpdateTimeMs: NOON - 300_000 },
  );
  assert.deepEqual(limitsOf([at(1, dynamic), at(0, profileOf('TxDefaultProfile', 6, {}, { id: 11 }))]), [
    [0, 13],
    [600, 6],
  ]);
});

test('K01.FR.90/91 T-CLOCK: useLocalTime follows the wall clock when it goes forward', () => {
  // 2026-03-29: 02:00 becomes 03:00 in Rome at 01:00 UTC
  const daily = { chargingProfileKind: 'Recurring', recurrencyKind: 'Daily' } as const;
  const periods = [
    { startPeriod: 0, limit: 6 },
    { startPeriod: 6 * HOUR_S, limit: 16 },
  ];
  const local = { startScheduleMs: Date.UTC(2026, 0, 1), useLocalTime: true };
  const profile = at(0, profileOf('TxDefaultProfile', periods, local, daily));
  const localMidnight = Date.UTC(2026, 2, 28, 23);
  assert.deepEqual(limitsOf([profile], { timeZone: 'Europe/Rome' }, 23 * HOUR_S, localMidnight), [
    [0, 6],
    [5 * HOUR_S, 16],
  ]);
});

test('K01.FR.90/91 T-CLOCK: a repeated hour is executed twice, a skipped one not at all', () => {
  const periods = [
    { startPeriod: 0, limit: 6 },
    { startPeriod: 2.5 * HOUR_S, limit: 10 },
    { startPeriod: 3 * HOUR_S, limit: 16 },
  ];
  const absolute = (day: number) =>
    at(0, profileOf('TxDefaultProfile', periods, { startScheduleMs: day, useLocalTime: true }));
  const back = Date.UTC(2026, 9, 24, 22); // midnight of 2026-10-25 in Rome
  assert.deepEqual(
    limitsOf([absolute(Date.UTC(2026, 9, 25))], { timeZone: 'Europe/Rome' }, 6 * HOUR_S, back),
    [
      [0, 6],
      [2.5 * HOUR_S, 10],
      [3 * HOUR_S, 6],
      [3.5 * HOUR_S, 10],
      [4 * HOUR_S, 16],
    ],
  );
  const forward = Date.UTC(2026, 2, 28, 23);
  assert.deepEqual(
    limitsOf([absolute(Date.UTC(2026, 2, 29))], { timeZone: 'Europe/Rome' }, 6 * HOUR_S, forward),
    [
      [0, 6],
      [2 * HOUR_S, 16],
    ],
  );
});

test('OCPP 1.6: recurrence knows no daylight saving, Daily is 24 h', () => {
  const daily = { chargingProfileKind: 'Recurring', recurrencyKind: 'Daily' } as const;
  const profile = profileOf(
    'TxDefaultProfile',
    6,
    { startScheduleMs: Date.UTC(2026, 2, 27, 23), duration: HOUR_S },
    daily,
  );
  const start = Date.UTC(2026, 2, 28, 22);
  assert.deepEqual(
    limitsOf([at(0, profile)], { version: '1.6', timeZone: 'Europe/Rome' }, 30 * HOUR_S, start),
    [
      [0, undefined],
      [HOUR_S, 6],
      [2 * HOUR_S, undefined],
      [25 * HOUR_S, 6],
      [26 * HOUR_S, undefined],
    ],
  );
});

test('K01.FR.90/91 T-CLOCK: a period that begins in the skipped hour begins when the clock is put forward', () => {
  const periods = [
    { startPeriod: 0, limit: 6 },
    { startPeriod: 2.5 * HOUR_S, limit: 10 },
  ];
  const schedule = { startScheduleMs: Date.UTC(2026, 2, 29), useLocalTime: true };
  const profile = at(0, profileOf('TxDefaultProfile', periods, schedule));
  const localMidnight = Date.UTC(2026, 2, 28, 23);
  assert.deepEqual(limitsOf([profile], { timeZone: 'Europe/Rome' }, 6 * HOUR_S, localMidnight), [
    [0, 6],
    [2 * HOUR_S, 10],
  ]);
});
