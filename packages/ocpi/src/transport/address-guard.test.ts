import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { guardUrl, isPublicAddress } from './address-guard.ts';
import { createHttpCaller } from './node-http-caller.ts';

const refusalOf = (url: string, allowPrivate = false) => {
  const guarded = guardUrl(url, allowPrivate);
  return 'refusal' in guarded ? guarded.refusal : undefined;
};

test('OCPI 2.12-16 T-SSRF addresses of this machine, private networks and tunnels are not public', () => {
  for (const address of [
    '127.0.0.1',
    '127.255.255.254',
    '0.0.0.0',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    '::ffff:127.0.0.1',
    '::ffff:10.0.0.1',
    '::ffff:7f00:1',
    '64:ff9b::7f00:1',
    'fe80::1',
    'fd00::1',
    'ff02::1',
    '2002:7f00:1::',
    '2001:db8::1',
    'not an address',
  ]) {
    assert.equal(isPublicAddress(address), false, address);
  }
  for (const address of ['1.1.1.1', '172.32.0.1', '100.128.0.1', '2606:4700:4700::1111']) {
    assert.equal(isPublicAddress(address), true, address);
  }
});

test('OCPI 2.12-16 T-SSRF only https URLs without user name to public hosts pass', () => {
  for (const url of [
    'http://cpo.example/ocpi',
    'ftp://cpo.example/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'https://user:pass@cpo.example/',
    'https://localhost/',
    'https://LOCALHOST./',
    'https://metadata.internal/',
    'https://router.local/',
    'https://intranet/',
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://169.254.169.254/latest/meta-data',
    '/relative',
    `https://cpo.example/${'x'.repeat(3000)}`,
  ]) {
    assert.notEqual(refusalOf(url), undefined, url);
  }
  assert.equal(refusalOf('https://cpo.example:8443/ocpi/versions?x=1'), undefined);
  assert.equal(refusalOf('http://127.0.0.1:8080/ocpi', true), undefined);
  assert.notEqual(refusalOf('http://a:b@127.0.0.1/', true), undefined);
});

test('OCPI 2.12-16 T-SSRF a name that resolves to an inside address is refused before a packet is sent', async (t) => {
  let connections = 0;
  const server = createServer().on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  for (const [address, family] of [
    ['127.0.0.1', 4],
    ['::ffff:127.0.0.1', 6],
  ] as const) {
    const http = createHttpCaller({
      lookup: (_name, options, callback) =>
        options.all ? callback(null, [{ address, family }]) : callback(null, address, family),
    });
    const answer = await http({
      method: 'GET',
      url: `https://rebinding.example:${port}/`,
      headers: {},
      allowPrivateAddresses: false,
    });
    assert.equal(answer.ok, false);
    assert.equal(answer.ok === false && answer.error, 'address');
  }
  assert.equal(connections, 0);
});
