import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { networkOf } from './network-of.ts';

test('ASVS-6.3.1 attempts are counted for one IPv4 address, however it is written, and for the network of an IPv6 address', () => {
  for (const [address, network] of [
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['::FFFF:c000:207', '192.0.2.7'],
    ['2001:db8:1:2ff::1', '2001:db8:1:200::/56'],
    ['2001:db8:1:203:aaaa:bbbb:cccc:dddd', '2001:db8:1:200::/56'],
    ['2001:db8:1:300::1', '2001:db8:1:300::/56'],
    ['fe80::1%eth0', 'fe80:0:0:0::/56'],
    ['::1', '0:0:0:0::/56'],
    ['::', '0:0:0:0::/56'],
    ['', ''],
    ['unix', 'unix'],
  ] as const) {
    assert.equal(networkOf(address), network, address);
  }
});

test('ASVS-6.3.1 no two addresses of one IPv6 network are told apart', () => {
  const part = fc.integer({ min: 0, max: 0xffff });
  fc.assert(
    fc.property(fc.array(part, { minLength: 8, maxLength: 8 }), part, part, (parts, low, other) => {
      const [a, b, c, d = 0] = parts;
      fc.pre(a !== 0);
      const text = (rest: number[]) => rest.map((each) => each?.toString(16)).join(':');
      const one = text(parts);
      const two = text([a ?? 0, b ?? 0, c ?? 0, (d & 0xff00) | (low & 0xff), other, low, other, low]);
      assert.equal(networkOf(one), networkOf(two));
      assert.notEqual(networkOf(one), networkOf(text([a ?? 0, b ?? 0, (c ?? 0) ^ 1, ...parts.slice(3)])));
    }),
  );
});
