import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at, contextOf, evseOf, HOUR_S, limitsOf, NOON, periodsOf, profileOf } from '../testing/builders.ts';
import { compositeSchedule } from './composite-schedule.ts';

const HOUR_MS = HOUR_S * 1000;

test('OCPP 2.1 K 3.7.1: a daily profile from 17 to 20 h (duration 10800) stands on an all-day profile', () => {
  const midnight = Date.UTC(2026, 0, 1);
  const daily = { chargingProfileKind: 'Recurring', recurrencyKind: 'Daily' } as const;
  const allDay = profileOf(
    'TxDefaultProfile',
    11_000,
    { chargingRateUnit: 'W', startScheduleMs: midnight, duration: 86_400 },
    daily,
  );
  const evening = profileOf(
    'TxDefaultProfile',
    6_000,
    { chargingRateUnit: 'W', startScheduleMs: midnight + 17 * HOUR_MS, duration: 10_800 },
    { ...daily, id: 11, stackLevel: 1 },
  );
  const startMs = Date.UTC(2026, 5, 10);
  assert.deepEqual(limitsOf([at(0, allDay), at(0, evening)], { unit: 'W' }, 2 * 86_400, startMs), [
    [0, 11_000],
    [17 * HOUR_S, 6_000],
    [20 * HOUR_S, 11_000],
    [41 * HOUR_S, 6_000],
    [44 * HOUR_S, 11_000],
  ]);
});

test('D1.5-§2.2.1.1-STACK: the highest stackLevel of a purpose leads', () => {
  const installed = [
    at(1, profileOf('TxDefaultProfile', 10)),
    at(1, profileOf('TxDefaultProfile', 20, {}, { id: 11, stackLevel: 1 })),
  ];
  assert.deepEqual(limitsOf(installed), [[0, 20]]);
});

test('K01 2.x: a gap falls to the next lower stack, and back', () => {
  const gap = profileOf(
    'TxDefaultProfile',
    20,
    { startScheduleMs: NOON + 600_000, duration: 600 },
    { id: 11, stackLevel: 1 },
  );
  assert.deepEqual(limitsOf([at(1, profileOf('TxDefaultProfile', 10)), at(1, gap)]), [
    [0, 10],
    [600, 20],
    [1200, 10],
  ]);
});

test('OCPP 1.6 §3.13: validity alone decides, so a finished Absolute profile keeps its stack and limits nothing', () => {
  const installed = [
    at(1, profileOf('TxDefaultProfile', 10)),
    at(
      1,
      profileOf(
        'TxDefaultProfile',
        20,
        { duration: 600 },
        { id: 11, stackLevel: 1, validToMs: NOON + 1_200_000 },
      ),
    ),
  ];
  assert.deepEqual(limitsOf(installed, { version: '1.6' }), [
    [0, 20],
    [600, undefined],
    [1200, 10],
  ]);
  assert.deepEqual(limitsOf(installed, { version: '2.0.1' }), [
    [0, 20],
    [600, 10],
  ]);
});

test('OCPP 1.6 §3.13: a top-of-stack profile without duration never falls back', () => {
  const top = profileOf('TxDefaultProfile', 20, {}, { id: 11, stackLevel: 1 });
  assert.deepEqual(
    limitsOf([at(1, profileOf('TxDefaultProfile', 10)), at(1, top)], { version: '1.6' }, 7 * 86_400),
    [[0, 20]],
  );
});

test('OCPP 1.6: TxDefaultProfile of a connector hides that of connector 0 there; 2.x stacks them', () => {
  const installed = [
    at(0, profileOf('TxDefaultProfile', 20, {}, { id: 11, stackLevel: 5 })),
    at(1, profileOf('TxDefaultProfile', 10)),
  ];
  const evses = [evseOf(1), evseOf(2)];
  assert.deepEqual(limitsOf(installed, { version: '1.6', evses }), [[0, 10]]);
  assert.deepEqual(limitsOf(installed, { version: '1.6', evses, evseId: 2 }), [[0, 20]]);
  assert.deepEqual(limitsOf(installed, { version: '2.0.1', evses }), [[0, 20]]);
});

test('D1.5-§2.2.1.1-TX: TxProfile overrules TxDefault for its transaction only', () => {
  const installed = [
    at(1, profileOf('TxDefaultProfile', 10)),
    at(1, profileOf('TxProfile', 25, {}, { id: 11 })),
  ];
  assert.deepEqual(limitsOf(installed), [[0, 25]]);
  const other = { ...evseOf(1).transaction!, transactionId: 'tx-9' };
  assert.deepEqual(limitsOf(installed, { evses: [evseOf(1, { transaction: other })] }), [[0, 10]]);
});

test('OCPP 1.6 errata 3.41: a TxProfile without transactionId (remote start) belongs to the transaction of its connector', () => {
  const { transactionId: _, ...remote } = profileOf('TxProfile', 25, {}, { id: 11 });
  assert.deepEqual(limitsOf([at(1, profileOf('TxDefaultProfile', 10)), at(1, remote)], { version: '1.6' }), [
    [0, 25],
  ]);
});

test('D1.5-§2.2.1.1-COMP: the composite is the lowest over the purposes in every interval', () => {
  const installed = [
    at(
      0,
      profileOf('ChargingStationMaxProfile', [
        { startPeriod: 0, limit: 32 },
        { startPeriod: 1800, limit: 8 },
      ]),
    ),
    at(0, profileOf('ChargingStationExternalConstraints', 12, { duration: 600 }, { id: 11 })),
    at(
      1,
      profileOf(
        'ChargingStationExternalConstraints',
        11,
        { startScheduleMs: NOON + 600_000, duration: 600 },
        { id: 12 },
      ),
    ),
    at(1, profileOf('TxProfile', 16, {}, { id: 13 })),
  ];
  assert.deepEqual(limitsOf(installed), [
    [0, 12],
    [600, 11],
    [1200, 16],
    [1800, 8],
  ]);
});

test('OCPP 1.6 §3.13: no profile at all is unconstrained, and says so in one period', () => {
  assert.deepEqual(periodsOf([], { version: '1.6' }), [{ startPeriod: 0 }]);
});

test('K08.FR.06: an EVSE without transaction answers as if one under TxDefault began now, without random delay', () => {
  const periods = [
    { startPeriod: 0, limit: 6 },
    { startPeriod: 600, limit: 16 },
  ];
  const relative = profileOf(
    'TxDefaultProfile',
    periods,
    { randomizedDelay: 300 },
    { chargingProfileKind: 'Relative' },
  );
  const { transaction: _, ...idle } = evseOf(1);
  const tx = profileOf('TxProfile', 3, {}, { id: 11 });
  assert.deepEqual(limitsOf([at(0, relative), at(1, tx)], { evses: [idle] }), [
    [0, 6],
    [600, 16],
  ]);
});

test('K08.FR.07: an unsupported unit is refused', () => {
  const result = compositeSchedule([], contextOf({ supportedUnits: ['W'] }), NOON, 60);
  assert.ok(!result.ok);
  assert.equal(result.refusal.code, 'UnsupportedRateUnit');
  assert.equal(result.refusal.rule, 'K08.FR.07');
});

test('K08: an unknown EVSE is refused', () => {
  const result = compositeSchedule([], contextOf({ evseId: 7 }), NOON, 60);
  assert.ok(!result.ok);
  assert.equal(result.refusal.code, 'UnknownEvse');
});

test('SC.01 K08.FR.04: LocalGeneration is added on top of the limit, it is not a minimum', () => {
  const installed = [
    at(0, profileOf('ChargingStationMaxProfile', 20)),
    at(1, profileOf('TxDefaultProfile', 16, {}, { id: 11 })),
    at(0, profileOf('LocalGeneration', 5, { duration: 600 }, { id: 12 })),
    at(1, profileOf('LocalGeneration', 2, { duration: 300 }, { id: 13 })),
  ];
  assert.deepEqual(limitsOf(installed), [
    [0, 23],
    [300, 21],
    [600, 16],
  ]);
  assert.deepEqual(limitsOf([installed[2]!]), [[0, undefined]], 'nothing to add to where nothing limits');
});

test('K21: active PriorityCharging overrules TxProfile and TxDefault, never Max and External', () => {
  const installed = [
    at(1, profileOf('TxProfile', 6)),
    at(0, profileOf('PriorityCharging', 32, {}, { id: 11 })),
    at(
      0,
      profileOf(
        'ChargingStationMaxProfile',
        [
          { startPeriod: 0, limit: 40 },
          { startPeriod: 600, limit: 25 },
        ],
        {},
        { id: 12 },
      ),
    ),
  ];
  const priority = evseOf(1, { transaction: { ...evseOf(1).transaction!, priorityCharging: true } });
  assert.deepEqual(limitsOf(installed), [[0, 6]]);
  assert.deepEqual(limitsOf(installed, { evses: [priority] }), [
    [0, 32],
    [600, 25],
  ]);
});

test('K08.FR.03: EVSE 0 is the sum of the EVSEs within Max and External, plus LocalGeneration', () => {
  const evses = [evseOf(1), evseOf(2), evseOf(3)];
  const sum = [
    at(0, profileOf('TxDefaultProfile', 10)),
    at(2, profileOf('TxProfile', 16, {}, { id: 11, transactionId: 'tx-2' })),
  ];
  const max = profileOf(
    'ChargingStationMaxProfile',
    [
      { startPeriod: 0, limit: 63 },
      { startPeriod: 600, limit: 20 },
    ],
    {},
    { id: 12 },
  );
  assert.deepEqual(limitsOf([...sum, at(0, max)], { evses, evseId: 0 }), [
    [0, 36],
    [600, 20],
  ]);
  const sun = at(0, profileOf('LocalGeneration', 7, {}, { id: 13 }));
  assert.deepEqual(limitsOf([...sum, at(0, max), sun], { evses, evseId: 0 }), [
    [0, 43],
    [600, 27],
  ]);
});

test('OCPP 1.6: connector 0 is the total of the connectors; unlimited connectors leave only Max', () => {
  const evses = [evseOf(1), evseOf(2)];
  const defaults = at(0, profileOf('TxDefaultProfile', 10));
  assert.deepEqual(limitsOf([defaults], { version: '1.6', evses, evseId: 0 }), [[0, 20]]);
  const max = at(0, profileOf('ChargingStationMaxProfile', 25, {}, { id: 11 }));
  assert.deepEqual(limitsOf([max], { version: '1.6', evses, evseId: 0 }), [[0, 25]]);
  assert.deepEqual(
    limitsOf([at(1, profileOf('TxDefaultProfile', 10))], { version: '1.6', evses, evseId: 0 }),
    [[0, undefined]],
  );
});

test('K01.FR.141: leading profiles that want different phases are refused with PhaseConflict', () => {
  const on = (phaseToUse: number) => [{ startPeriod: 0, limit: 16, numberPhases: 1, phaseToUse }];
  const max = at(0, profileOf('ChargingStationMaxProfile', on(1)));
  const late = profileOf('TxDefaultProfile', on(2), { startScheduleMs: NOON + 60_000 }, { id: 11 });
  const result = compositeSchedule([max, at(1, late)], contextOf(), NOON, 600);
  assert.ok(!result.ok);
  assert.equal(result.refusal.code, 'PhaseConflict');
  assert.deepEqual(periodsOf([max, at(1, late)], {}, 60), [
    { startPeriod: 0, limit: 16, numberPhases: 1, phaseToUse: 1 },
  ]);
});

test('K21: at one stackLevel the PriorityCharging profile of the EVSE goes before that of the station', () => {
  const installed = [
    at(0, profileOf('PriorityCharging', 32, {}, { id: 12 })),
    at(1, profileOf('PriorityCharging', 20, {}, { id: 11 })),
  ];
  const priority = evseOf(1, { transaction: { ...evseOf(1).transaction!, priorityCharging: true } });
  assert.deepEqual(limitsOf(installed, { evses: [priority] }), [[0, 20]]);
});

test('K08.FR.03: in EVSE 0 an EVSE adds its own LocalGeneration, and a discharging setpoint draws nothing', () => {
  const evses = [evseOf(1), evseOf(2)];
  const first = at(1, profileOf('TxProfile', 10));
  const sun = at(1, profileOf('LocalGeneration', 3, {}, { id: 11 }));
  const discharging = at(
    2,
    profileOf(
      'TxProfile',
      [{ startPeriod: 0, operationMode: 'CentralSetpoint', setpoint: -8 }],
      {},
      { id: 12, transactionId: 'tx-2' },
    ),
  );
  assert.deepEqual(limitsOf([first, sun, discharging], { evses, evseId: 0 }), [[0, 13]]);
});
