import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endpointUrl } from './endpoint-url.ts';

test('OCPI 2.12-15 endpoint and path are joined with exactly one slash, whatever the endpoint ends with', () => {
  for (const endpoint of ['https://a.example/ocpi/sessions', 'https://a.example/ocpi/sessions/']) {
    assert.equal(
      endpointUrl(endpoint, ['101', 'charging_preferences']),
      'https://a.example/ocpi/sessions/101/charging_preferences',
    );
  }
  assert.equal(endpointUrl('https://a.example/', ['x']), 'https://a.example/x');
});

test('OCPI transport an endpoint keeps its own form and query when nothing is appended; ids are encoded', () => {
  assert.equal(endpointUrl('https://a.example/x/', []), 'https://a.example/x/');
  assert.equal(
    endpointUrl('https://a.example/x?key=1', ['a/b c'], { type: 'RFID', none: undefined }),
    'https://a.example/x/a%2Fb%20c?key=1&type=RFID',
  );
});
