import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDatabaseAway } from './away.ts';

test('F11: whatever the driver says of a connection that broke is "away for now", a fault of a statement is not', () => {
  for (const message of [
    'Connection terminated unexpectedly',
    'Connection terminated due to connection timeout',
    'timeout exceeded when trying to connect',
    'Client has encountered a connection error and is not queryable',
    'Client was closed and is not queryable',
  ]) {
    assert.equal(isDatabaseAway(new Error(message)), true, message);
  }
  for (const code of ['ECONNRESET', 'EPIPE', '57P01', '53100', '25006']) {
    assert.equal(isDatabaseAway(Object.assign(new Error('broken'), { code })), true, code);
  }
  assert.equal(isDatabaseAway(Object.assign(new Error('duplicate key'), { code: '23505' })), false);
  assert.equal(isDatabaseAway('Connection terminated'), false);
});
