import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testConfig } from '../main/testing/test-server.ts';
import { isOpen } from './access.ts';

const open = (env: Record<string, string>, host: string, demo = false) =>
  isOpen({ host }, { config: testConfig(env), demo });

test('without a key the status page is readable only where this machine alone reaches the server, and in the demo', () => {
  assert.equal(open({}, '127.0.0.1:8080'), true);
  assert.equal(open({}, 'localhost:8080'), true);
  assert.equal(open({ SMAC_HOST: '::1' }, '[::1]:8080'), true);
  assert.equal(open({ SMAC_HOST: '0.0.0.0' }, '127.0.0.1:8080'), false);
  assert.equal(open({ SMAC_TRUSTED_PROXIES: '127.0.0.1' }, '127.0.0.1:8080'), false);
  assert.equal(open({ SMAC_PUBLIC_URL: 'https://smac.example.org' }, '127.0.0.1:8080'), false);
  assert.equal(open({ SMAC_HOST: '0.0.0.0' }, '10.0.0.5:8080', true), true);
});

test('a web page elsewhere that gives a loopback address its own name (DNS rebinding) sees nothing', () => {
  assert.equal(open({}, 'evil.example.org:8080'), false);
  assert.equal(open({}, '127.0.0.1.evil.example.org'), false);
});
