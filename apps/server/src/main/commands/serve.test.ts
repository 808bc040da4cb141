import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CannotStart } from '../../config/index.ts';
import { settingsOf } from './serve.ts';

test('the demo takes SMAC_OCPP_PORT as it stands: its stations come by loopback, without TLS; real stations still need a certificate or a word', () => {
  const env = { SMAC_OCPP_PORT: '9123' };
  const { ocppPort, ocppWithoutTls } = settingsOf(env, true);
  assert.deepEqual([ocppPort, ocppWithoutTls], [9123, true]);
  assert.throws(
    () => settingsOf(env, false),
    (error) => error instanceof CannotStart && /SMAC_OCPP_WITHOUT_TLS=true/.test(error.message),
  );
});
