import assert from 'node:assert/strict';
import { test } from 'node:test';
import { negotiate, ocppVersions, subprotocolOf } from './version.ts';

test('D1.5-Q5-5: 2.1 before 2.0.1 before 1.6, whatever the order of the offer', () => {
  assert.equal(negotiate(['ocpp1.6', 'ocpp2.0.1', 'ocpp2.1']), '2.1');
  assert.equal(negotiate(['ocpp1.6', 'ocpp2.0.1']), '2.0.1');
  assert.equal(negotiate(['ocpp1.6']), '1.6');
  assert.equal(negotiate(['ocpp2.1', 'ocpp1.6'], ['1.6', '2.0.1']), '1.6');
  for (const version of ocppVersions) assert.equal(negotiate([subprotocolOf(version)]), version);
});

test('D1.5-§2.2.1.2-COMPAT: ocpp2.0, other protocols and other spellings are no common version', () => {
  assert.equal(negotiate([]), null);
  assert.equal(negotiate(['ocpp2.0', 'mqtt', 'OCPP1.6', 'ocpp1.5', 'ocpp']), null);
});
