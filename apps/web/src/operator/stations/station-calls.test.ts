import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isTaken, statusOf } from './outcome.ts';
import { firmwareCall, firmwareShare, logCall } from './upkeep-calls.ts';
import { changeCall, nameOf, readCall, valueIn } from './variable-calls.ts';

const ENTRIES = {
  component: 'SmartChargingCtrlr',
  componentInstance: null,
  evseId: 1,
  connectorId: null,
  variable: 'Entries',
  variableInstance: 'ChargingProfiles',
  attribute: 'Actual',
};
const KEY = {
  ...ENTRIES,
  component: '',
  evseId: null,
  variable: 'HeartbeatInterval',
  variableInstance: null,
};

test('a log and a firmware are asked for in the words of each version', () => {
  assert.equal(logCall('1.6', 'DiagnosticsLog', 'ftp://x', 7).action, 'GetDiagnostics');
  assert.deepEqual(logCall('2.1', 'SecurityLog', 'ftp://x', 7), {
    action: 'GetLog',
    payload: { logType: 'SecurityLog', requestId: 7, log: { remoteLocation: 'ftp://x' } },
  });
  assert.deepEqual(firmwareCall('1.6', 'https://x', 'at', 7).payload, {
    location: 'https://x',
    retrieveDate: 'at',
  });
  assert.deepEqual(firmwareCall('2.0.1', 'https://x', 'at', 7).payload, {
    requestId: 7,
    firmware: { location: 'https://x', retrieveDateTime: 'at' },
  });
  assert.deepEqual(['Downloading', 'Installed', 'DownloadFailed'].map(firmwareShare), [0.25, 1, undefined]);
});

test('a setting is a key in 1.6 and a variable of a component in 2.x', () => {
  assert.equal(nameOf(KEY), 'HeartbeatInterval');
  assert.equal(nameOf(ENTRIES), 'SmartChargingCtrlr#1.Entries[ChargingProfiles]');
  assert.deepEqual(readCall('1.6', KEY).payload, { key: ['HeartbeatInterval'] });
  assert.deepEqual(changeCall('1.6', KEY, '60').payload, { key: 'HeartbeatInterval', value: '60' });
  assert.deepEqual(changeCall('2.0.1', ENTRIES, '8').payload, {
    setVariableData: [
      {
        attributeType: 'Actual',
        component: { name: 'SmartChargingCtrlr', evse: { id: 1 } },
        variable: { name: 'Entries', instance: 'ChargingProfiles' },
        attributeValue: '8',
      },
    ],
  });
  assert.equal(valueIn({ configurationKey: [{ key: 'x', value: '300' }] }), '300');
  assert.equal(valueIn({ getVariableResult: [{ attributeValue: '8' }] }), '8');
  assert.equal(valueIn({ unknownKey: ['x'] }), undefined);
});

test('what a station did is told by its own word: accepted, refused, refused for one variable', () => {
  assert.ok(isTaken({ kind: 'result', payload: { status: 'Accepted' } }));
  assert.ok(isTaken({ kind: 'result', payload: {} }));
  assert.ok(!isTaken({ kind: 'result', payload: { status: 'Rejected' } }));
  assert.ok(!isTaken({ kind: 'offline' }));
  const refused = {
    kind: 'result',
    payload: { setVariableResult: [{ attributeStatus: 'Rejected' }] },
  } as const;
  assert.equal(statusOf(refused), 'Rejected');
  assert.ok(!isTaken(refused));
});
