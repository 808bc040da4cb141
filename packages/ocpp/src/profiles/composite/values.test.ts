import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at, evseOf, periodsOf, profileOf } from '../testing/builders.ts';

test('1.6 errata 3.68: W is total, A is per phase, absent numberPhases is 3', () => {
  const w = at(1, profileOf('TxDefaultProfile', 11_040, { chargingRateUnit: 'W' }));
  const a = at(1, profileOf('TxDefaultProfile', 16));
  assert.deepEqual(periodsOf([w], { unit: 'A', version: '1.6' }), [
    { startPeriod: 0, limit: 16, numberPhases: 3 },
  ]);
  assert.deepEqual(periodsOf([a], { unit: 'W', version: '1.6' }), [
    { startPeriod: 0, limit: 11_040, numberPhases: 3 },
  ]);
});

test('1.6 errata 3.34: a limit in A for more phases than are in use is used as given', () => {
  const a = at(1, profileOf('TxDefaultProfile', [{ startPeriod: 0, limit: 16, numberPhases: 3 }]));
  assert.deepEqual(periodsOf([a], { version: '1.6', evses: [evseOf(1, { phases: 1 })] }), [
    { startPeriod: 0, limit: 16, numberPhases: 1 },
  ]);
});

test('K01.FR.140: numberPhases is the lowest of the contributors, and one conversion serves them all', () => {
  const installed = [
    at(0, profileOf('ChargingStationMaxProfile', 10)),
    at(
      1,
      profileOf(
        'TxDefaultProfile',
        [{ startPeriod: 0, limit: 7000, numberPhases: 1 }],
        { chargingRateUnit: 'W' },
        { id: 11 },
      ),
    ),
  ];
  assert.deepEqual(periodsOf(installed, { unit: 'A' }), [{ startPeriod: 0, limit: 10, numberPhases: 1 }]);
  assert.deepEqual(
    periodsOf(installed, { unit: 'W' }),
    [{ startPeriod: 0, limit: 2300, numberPhases: 1 }],
    '10 A on the one phase, not 6900 W on it',
  );
});

test('OCPP 2.1 3.5: numberPhases 0 divides nothing ("powerDivider is 0"): it counts as absent', () => {
  const w = at(
    1,
    profileOf('TxDefaultProfile', [{ startPeriod: 0, limit: 6900, numberPhases: 0 }], {
      chargingRateUnit: 'W',
    }),
  );
  assert.deepEqual(periodsOf([w], { unit: 'A' }), [{ startPeriod: 0, limit: 10, numberPhases: 3 }]);
});

test('K01.FR.44: a DC EVSE reports no numberPhases', () => {
  const w = at(1, profileOf('TxDefaultProfile', 50_000, { chargingRateUnit: 'W' }));
  assert.deepEqual(periodsOf([w], { unit: 'W', evses: [evseOf(1, { currentType: 'DC' })] }), [
    { startPeriod: 0, limit: 50_000 },
  ]);
});

test('V2X.03/04 K08.FR.08: in the composite the setpoint is capped by limit and dischargeLimit, setpointReactive is not', () => {
  const setpoint = (value: number) =>
    at(
      1,
      profileOf(
        'TxProfile',
        [
          {
            startPeriod: 0,
            operationMode: 'CentralSetpoint',
            setpoint: value,
            dischargeLimit: -8000,
            setpointReactive: 900,
          },
        ],
        { chargingRateUnit: 'W' },
      ),
    );
  const max = at(0, profileOf('ChargingStationMaxProfile', 5000, { chargingRateUnit: 'W' }, { id: 11 }));
  const external = at(
    0,
    profileOf(
      'ChargingStationExternalConstraints',
      [{ startPeriod: 0, operationMode: 'ExternalLimits', dischargeLimit: -3000 }],
      { chargingRateUnit: 'W' },
      { id: 12 },
    ),
  );
  const common = {
    startPeriod: 0,
    limit: 5000,
    dischargeLimit: -3000,
    setpointReactive: 900,
    numberPhases: 3,
    operationMode: 'CentralSetpoint',
  };
  assert.deepEqual(periodsOf([setpoint(7000), max, external], { unit: 'W' }), [
    { ...common, setpoint: 5000 },
  ]);
  assert.deepEqual(periodsOf([setpoint(-7000), max, external], { unit: 'W' }), [
    { ...common, setpoint: -3000 },
  ]);
  assert.deepEqual(periodsOf([setpoint(-70), max, external], { unit: 'W' }), [{ ...common, setpoint: -70 }]);
});

test('Q05/Q06: the external setpoint wins unless setpointPriority is CSMS', () => {
  const installed = [
    at(1, profileOf('TxProfile', [{ startPeriod: 0, operationMode: 'CentralSetpoint', setpoint: 8 }])),
    at(
      0,
      profileOf(
        'ChargingStationExternalConstraints',
        [{ startPeriod: 0, operationMode: 'ExternalSetpoint', setpoint: -4 }],
        {},
        { id: 11 },
      ),
    ),
  ];
  assert.equal(periodsOf(installed)[0]?.setpoint, -4);
  assert.equal(periodsOf(installed, { setpointPriority: 'ExternalControl' })[0]?.setpoint, -4);
  assert.equal(periodsOf(installed, { setpointPriority: 'CSMS' })[0]?.setpoint, 8);
});

test('Q08: LocalFrequency is the baseline plus the interpolated curve plus the aFRR signal', () => {
  const profile = profileOf(
    'TxProfile',
    [
      {
        startPeriod: 0,
        operationMode: 'LocalFrequency',
        v2xBaseline: 2000,
        v2xFreqWattCurve: [
          { frequency: 49.8, power: -5000 },
          { frequency: 50, power: 0 },
          { frequency: 50.2, power: 4000 },
        ],
        v2xSignalWattCurve: [
          { signal: -10, power: -1000 },
          { signal: 10, power: 1000 },
        ],
      },
    ],
    { chargingRateUnit: 'W' },
  );
  const setpoint = (frequencyHz?: number, afrrSignal?: number): number | undefined =>
    periodsOf([at(1, profile)], {
      unit: 'W',
      ...(frequencyHz === undefined ? {} : { frequencyHz }),
      ...(afrrSignal === undefined ? {} : { afrrSignal }),
    })[0]?.setpoint;
  assert.equal(setpoint(), 2000);
  assert.ok(Math.abs(setpoint(50.1)! - 4000) < 1e-6);
  assert.ok(Math.abs(setpoint(49.9)! - -500) < 1e-6);
  assert.equal(setpoint(48), -3000, 'flat below the curve');
  assert.equal(setpoint(51), 6000, 'flat above it');
  assert.equal(setpoint(50, 5), 2500);
});

test('Idle neither charges nor discharges', () => {
  const idle = at(1, profileOf('TxProfile', [{ startPeriod: 0, operationMode: 'Idle', evseSleep: true }]));
  assert.deepEqual(periodsOf([idle]), [
    { startPeriod: 0, limit: 0, dischargeLimit: 0, numberPhases: 3, operationMode: 'Idle' },
  ]);
});

test('K01.FR.142-147: limits per phase are kept per phase, others are spread over the phases', () => {
  const perPhase = at(
    1,
    profileOf('TxProfile', [{ startPeriod: 0, limit: 4000, limit_L2: 1000, limit_L3: 500 }], {
      chargingRateUnit: 'W',
    }),
  );
  const max = at(0, profileOf('ChargingStationMaxProfile', 6000, { chargingRateUnit: 'W' }, { id: 11 }));
  assert.deepEqual(periodsOf([perPhase, max], { unit: 'W' }), [
    { startPeriod: 0, limit: 2000, limit_L2: 1000, limit_L3: 500, numberPhases: 3 },
  ]);
  const maxA = at(0, profileOf('ChargingStationMaxProfile', 4, {}, { id: 11 }));
  assert.deepEqual(periodsOf([perPhase, maxA], { unit: 'W' }), [
    { startPeriod: 0, limit: 920, limit_L2: 920, limit_L3: 500, numberPhases: 3 },
  ]);
  assert.deepEqual(
    periodsOf([perPhase], { unit: 'W', evseId: 0 }),
    [{ startPeriod: 0, limit: 5500 }],
    'EVSE 0 counts the sum of W',
  );
});
