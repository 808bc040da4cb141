import assert from 'node:assert/strict';
import { test } from 'node:test';
import { boundTo } from './passkeys.ts';

test('passkeys are bound to localhost only where this machine alone reaches the server', () => {
  const idAt = (site: string) => boundTo({ site: new URL(site) }).id;
  for (const here of ['http://127.0.0.1:8080', 'http://[::1]:8080', 'http://localhost:8080'])
    assert.equal(idAt(here), 'localhost', here);
  for (const name of ['127.example.org', 'smac.example.org']) assert.equal(idAt(`https://${name}`), name);
});
