import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PayloadChecks, payloadChecks } from './index.ts';

const profile16 = (limit: unknown) => ({
  connectorId: 1,
  csChargingProfiles: {
    chargingProfileId: 1,
    stackLevel: 0,
    chargingProfilePurpose: 'TxDefaultProfile',
    chargingProfileKind: 'Relative',
    chargingSchedule: { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit }] },
  },
});
const check16 = (limit: unknown) =>
  payloadChecks('1.6').strictly('SetChargingProfile', 'request', profile16(limit));

test('limits in tenths: 8.1 A and all 401 limits of one decimal from 0 to 40 A are multiples of 0.1', () => {
  for (let tenths = 0; tenths <= 400; tenths += 1) {
    // Both ways to write a tenth in binary: as parsed from JSON, and as computed.
    for (const limit of [Number((tenths / 10).toFixed(1)), tenths * 0.1]) {
      assert.deepEqual(check16(limit).problems, [], `${limit}`);
    }
  }
  for (const limit of [32_767.9, 150_000.3, 1e9 + 0.1]) assert.deepEqual(check16(limit).problems, []);
});

test('limits in tenths: a second decimal is refused strictly, and the problem names field and rule', () => {
  assert.deepEqual(check16(8.15).problems, [
    {
      field: 'csChargingProfiles.chargingSchedule.chargingSchedulePeriod[0].limit',
      what: 'must be a multiple of 0.1',
      rule: 'multipleOf',
    },
  ]);
  assert.equal(check16(Number.POSITIVE_INFINITY).problems[0]?.rule, 'type');
  assert.equal(check16(Number.NaN).problems[0]?.rule, 'type');
});

test('problems say what to do and never repeat the value', () => {
  const { problems } = payloadChecks('2.1').strictly('BootNotification', 'request', {
    reason: 'secret-reason',
    chargingStation: { model: 'secret-model-with-more-than-20-characters', vendorName: 7 },
    extra: 'secret',
  });
  assert.deepEqual(
    problems.map(({ field, what }) => `${field}: ${what}`).sort(),
    [
      'chargingStation.model: must have at most 20 characters',
      'chargingStation.vendorName: must be a string',
      'extra: is not a field of this message',
      'reason: must be one of the 9 values of its list',
    ].sort(),
  );
  assert.ok(!JSON.stringify(problems).includes('secret'));
});

test('tolerant: nulls go, fractions of amounts are rounded, a missing zone is UTC, unknown fields stay; all of it is told', () => {
  const payload = {
    connectorId: 1,
    idTag: 'TAG',
    meterStart: 1799.815,
    timestamp: '2026-03-01T12:00:00',
    reservationId: null,
    vendorField: { kept: true },
  };
  const checked = payloadChecks('1.6').tolerantly('StartTransaction', 'request', payload);
  assert.deepEqual(checked.problems, []);
  assert.deepEqual(payload, {
    connectorId: 1,
    idTag: 'TAG',
    meterStart: 1800,
    timestamp: '2026-03-01T12:00:00Z',
    vendorField: { kept: true },
  });
  assert.deepEqual(checked.deviations.map(({ field }) => field).sort(), [
    'meterStart',
    'reservationId',
    'timestamp',
    'vendorField',
  ]);
});

test('tolerant: a fraction that names an EVSE, a connector or a transaction is not rounded to another one', () => {
  const timestamp = '2026-03-01T12:00:00Z';
  const meter16 = {
    connectorId: 1.5,
    transactionId: 7,
    meterValue: [{ timestamp, sampledValue: [{ value: '1' }] }],
  };
  const meter2x = { evseId: 0.5, meterValue: [{ timestamp, sampledValue: [{ value: 1 }] }] };
  const stop = { transactionId: 7.5, meterStop: 1, timestamp };
  const event = {
    eventType: 'Started',
    timestamp,
    triggerReason: 'Authorized',
    seqNo: 0,
    transactionInfo: { transactionId: 'tx' },
    evse: { id: 1.5, connectorId: 1 },
  };
  const problemsOf = (version: '1.6' | '2.0.1', action: string, payload: unknown) =>
    payloadChecks(version)
      .tolerantly(action, 'request', payload)
      .problems.map(({ field }) => field);
  assert.deepEqual(problemsOf('1.6', 'MeterValues', meter16), ['connectorId']);
  assert.deepEqual(problemsOf('1.6', 'StopTransaction', stop), ['transactionId']);
  assert.deepEqual(problemsOf('2.0.1', 'MeterValues', meter2x), ['evseId']);
  assert.deepEqual(problemsOf('2.0.1', 'TransactionEvent', event), ['evse.id']);
});

test('tolerant: numbers in quotes and texts without are read, in 1.6 as in 2.x', () => {
  const timestamp = '2026-03-01T12:00:00Z';
  const values16 = {
    connectorId: '1',
    meterValue: [{ timestamp, sampledValue: [{ value: 230.1, unit: 'V' }] }],
  };
  assert.deepEqual(payloadChecks('1.6').tolerantly('MeterValues', 'request', values16).problems, []);
  assert.deepEqual(values16, {
    connectorId: 1,
    meterValue: [{ timestamp, sampledValue: [{ value: '230.1', unit: 'V' }] }],
  });
  const values2x = { evseId: 1, meterValue: [{ timestamp, sampledValue: [{ value: '-7.25' }] }] };
  assert.deepEqual(payloadChecks('2.0.1').tolerantly('MeterValues', 'request', values2x).problems, []);
  assert.equal(values2x.meterValue[0]?.sampledValue[0]?.value, -7.25);
  for (const value of ['', '1e5', '0x10', ' 1', '9'.repeat(13), true, {}, []]) {
    const payload = { evseId: 1, meterValue: [{ timestamp, sampledValue: [{ value }] }] };
    const { problems } = payloadChecks('2.0.1').tolerantly('MeterValues', 'request', payload);
    assert.deepEqual(
      problems.map(({ rule }) => rule),
      ['type'],
      JSON.stringify(value),
    );
  }
});

test('tolerant has an end: a null that was required, a word for a number, a date that is none', () => {
  const checks = payloadChecks('1.6');
  const start = { connectorId: 1, idTag: 'TAG', meterStart: 0, timestamp: '2026-03-01T12:00:00Z' };
  const rule = (change: object) =>
    checks
      .tolerantly('StartTransaction', 'request', { ...start, ...change })
      .problems.map((problem) => `${problem.field} ${problem.rule}`);
  assert.deepEqual(rule({}), []);
  assert.deepEqual(rule({ idTag: null }), ['idTag required']);
  assert.deepEqual(rule({ meterStart: 'many' }), ['meterStart type']);
  assert.deepEqual(rule({ timestamp: 'yesterday' }), ['timestamp format']);
  assert.deepEqual(rule({ timestamp: '2026-13-01T12:00:00' }), ['timestamp format']);
  assert.deepEqual(checks.tolerantly('StartTransaction', 'request', null).problems[0]?.rule, 'type');
  assert.deepEqual(checks.tolerantly('StartTransaction', 'request', []).problems[0]?.rule, 'type');
});

test('nothing is compiled before it is needed, and names of peers are not kept', () => {
  const checks = new PayloadChecks('2.1');
  assert.equal(checks.compiled, 0);
  checks.strictly('Heartbeat', 'request', {});
  checks.strictly('Heartbeat', 'request', {});
  assert.equal(checks.compiled, 1);
  for (let count = 0; count < 50; count += 1) {
    assert.equal(checks.strictly(`Invented${count}`, 'request', {}).problems[0]?.rule, 'action');
  }
  assert.equal(checks.compiled, 1);
  checks.prepare('Reset');
  assert.equal(checks.compiled, 3);
});
