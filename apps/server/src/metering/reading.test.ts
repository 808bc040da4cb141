import assert from 'node:assert/strict';
import { test } from 'node:test';
import { doubtsOf } from './plausibility.ts';
import { readMeterValue } from './reading.ts';

const RECEIVED_MS = Date.parse('2026-06-01T12:00:00Z');
const timestamp = '2026-06-01T11:59:58Z';

test('1.6 and 2.x say the same reading in different words', () => {
  const old = readMeterValue(
    {
      timestamp,
      sampledValue: [
        { value: '12.345', unit: 'kWh' },
        { value: '7.2', measurand: 'Power.Active.Import', unit: 'kW' },
        { value: '54', measurand: 'SoC', unit: 'Percent', location: 'EV' },
        { value: '10.4', measurand: 'Current.Import', phase: 'L1', unit: 'A' },
        { value: '230.1', measurand: 'Voltage', phase: 'L1-N', unit: 'V' },
      ],
    },
    RECEIVED_MS,
  );
  const now = readMeterValue(
    {
      timestamp,
      sampledValue: [
        { value: 12.345, unitOfMeasure: { unit: 'Wh', multiplier: 3 } },
        { value: 7.2, measurand: 'Power.Active.Import', unitOfMeasure: { unit: 'kW' } },
        { value: 54, measurand: 'SoC', unitOfMeasure: { unit: 'Percent' }, location: 'EV' },
        { value: 10.4, measurand: 'Current.Import', phase: 'L1', unitOfMeasure: { unit: 'A' } },
        { value: 230.1, measurand: 'Voltage', phase: 'L1-N', unitOfMeasure: { unit: 'V' } },
      ],
    },
    RECEIVED_MS,
  );
  assert.deepEqual(now, old);
  assert.deepEqual(old, [
    {
      atMs: RECEIVED_MS - 2000,
      context: 'Sample.Periodic',
      importWh: 12345,
      importPowerW: 7200,
      currentA: [10.4, null, null],
      voltageV: [230.1, null, null],
      soc: 0.54,
      other: [],
      signed: [],
      flags: [],
    },
  ]);
});

test('a car that says how large its battery is is believed where that can be one', () => {
  const batteryOf = (value: number) =>
    readMeterValue(
      {
        timestamp,
        sampledValue: [
          {
            value,
            measurand: 'Display.BatteryEnergyCapacity',
            unitOfMeasure: { unit: 'kWh' },
            location: 'EV',
          },
        ],
      },
      RECEIVED_MS,
    )[0]?.batteryWh;
  assert.equal(batteryOf(58), 58_000);
  assert.equal(batteryOf(0), undefined);
  assert.equal(batteryOf(58_000), undefined);
});

test('D1.5-Q5-10 SC17 NL-211 import and export stay two registers, never netted', () => {
  const [reading] = readMeterValue(
    {
      timestamp,
      sampledValue: [
        { value: 5000, measurand: 'Energy.Active.Import.Register' },
        { value: 4000, measurand: 'Energy.Active.Export.Register' },
        { value: 3000, measurand: 'Power.Active.Export' },
      ],
    },
    RECEIVED_MS,
  );
  assert.equal(reading?.importWh, 5000);
  assert.equal(reading?.exportWh, 4000);
  assert.equal(reading?.exportPowerW, 3000);
  assert.equal(reading?.importPowerW, undefined);
});

test('a total is the sum of the phases where the station sends only those, and an import below zero is an export', () => {
  const [summed] = readMeterValue(
    {
      timestamp,
      sampledValue: [1, 2, 3].map((n) => ({
        value: String(n * 1000),
        measurand: 'Power.Active.Import',
        phase: `L${n}`,
        unit: 'W',
      })),
    },
    RECEIVED_MS,
  );
  assert.equal(summed?.importPowerW, 6000);
  const [negative] = readMeterValue(
    { timestamp, sampledValue: [{ value: '-2500', measurand: 'Power.Active.Import', unit: 'W' }] },
    RECEIVED_MS,
  );
  assert.deepEqual([negative?.importPowerW, negative?.exportPowerW], [0, 2500]);
});

test('a signed value is kept byte for byte and read as no number', () => {
  const ocmf = 'OCMF|{"FV":"1.0","RD":[{"RV":"2935.600"}]}|{"SD":"3046\\u0000é"}';
  const [old] = readMeterValue(
    { timestamp, sampledValue: [{ value: ocmf, format: 'SignedData', context: 'Transaction.End' }] },
    RECEIVED_MS,
  );
  assert.deepEqual(old?.signed, [{ context: 'Transaction.End', data: ocmf }]);
  assert.equal(old?.importWh, undefined);
  const signedMeterValue = { signedMeterData: ocmf, encodingMethod: 'OCMF' };
  const [now] = readMeterValue({ timestamp, sampledValue: [{ value: 1, signedMeterValue }] }, RECEIVED_MS);
  assert.deepEqual(now?.signed, [{ context: 'Sample.Periodic', data: signedMeterValue }]);
  assert.equal(now?.importWh, 1);
});

test('T-POISON absurd times and values are flagged, and what they say is neither billed nor planned with', () => {
  for (const absurd of [
    '222222017-01-01T00:00:00Z',
    'yesterday',
    '2036-01-01T00:00:00Z',
    '1970-01-01T00:00:00Z',
  ]) {
    const [reading] = readMeterValue({ timestamp: absurd, sampledValue: [{ value: '1' }] }, RECEIVED_MS);
    assert.equal(reading?.atMs, RECEIVED_MS, absurd);
    assert.deepEqual(reading?.flags, ['clock']);
  }
  const [text] = readMeterValue({ timestamp, sampledValue: [{ value: 'NaN' }, { value: '' }] }, RECEIVED_MS);
  assert.deepEqual(text?.flags, ['unreadable']);
  const before = { importWh: 10_000, importReadMs: RECEIVED_MS - 60_000 };
  const doubted = (importWh: number) => {
    const [reading] = readMeterValue({ timestamp, sampledValue: [{ value: importWh }] }, RECEIVED_MS);
    assert.ok(reading);
    return { reading, doubts: doubtsOf(reading, before, 22_000) };
  };
  assert.deepEqual(doubted(10_300).doubts, []);
  assert.deepEqual(doubted(9_000).doubts, ['register-fell']);
  assert.deepEqual(doubted(90_000).doubts, ['register-jumped']);
  assert.deepEqual(doubted(1e308).doubts, ['register-absurd', 'register-jumped']);
  assert.deepEqual(doubted(-5).doubts, ['register-absurd', 'register-fell']);
});
