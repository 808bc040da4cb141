import assert from 'node:assert/strict';
import { test } from 'node:test';
import { masked } from './mask.ts';

test('the log shows a payload as it was, without secrets, UIDs and what hides behind odd names', () => {
  const id = '[hidden]';
  assert.deepEqual(
    masked({
      idTag: 'UID',
      location: 'ftp://user:pass@host/firmware',
      mail: 'who@host',
      configurationKey: [
        { key: 'AuthorizationKey', readonly: false, value: 'k' },
        { key: 'HeartbeatInterval', readonly: false, value: '60' },
      ],
      setVariableData: [
        { variable: { name: 'BasicAuthPassword' }, attributeValue: 'p' },
        { variable: { name: 'Interval' }, attributeValue: '5' },
      ],
      vpn: { key: 'k', password: 'p', user: 'u' },
      idToken: { idToken: 'UID', type: 'ISO14443' },
      none: null,
      limits: [6, 10.5],
    }),
    {
      idTag: id,
      location: 'ftp://[hidden]@host/firmware',
      mail: 'who@host',
      configurationKey: [
        { key: 'AuthorizationKey', readonly: false, value: id },
        { key: 'HeartbeatInterval', readonly: false, value: '60' },
      ],
      setVariableData: [
        { variable: { name: 'BasicAuthPassword' }, attributeValue: id },
        { variable: { name: 'Interval' }, attributeValue: '5' },
      ],
      vpn: { key: id, password: id, user: 'u' },
      idToken: { idToken: id, type: 'ISO14443' },
      none: null,
      limits: [6, 10.5],
    },
  );
  const odd = masked(JSON.parse('{"__proto__":{"idTag":"UID"},"status":"Accepted"}'));
  assert.equal(JSON.stringify(odd), '{"__proto__":"[hidden]","status":"Accepted"}');
});
