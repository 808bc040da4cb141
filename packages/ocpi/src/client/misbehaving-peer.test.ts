import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Peer } from '../exchange/peer.ts';
import { chargingProfile } from '../model/fixtures/objects.ts';
import { foreignServer } from '../testing/foreign-server.ts';
import { CPO, SCSP, startPlatform, type TestPlatform } from '../testing/platforms.ts';
import type { OcpiClient } from './calls.ts';
import { collect } from './listing.ts';
import { createOcpiClient } from './ocpi-client.ts';

type After = { after(fn: () => Promise<void>): void };

/** A client of a peer whose every endpoint is `url`. */
async function clientOf(t: After, url: string): Promise<OcpiClient> {
  const platform: TestPlatform = await startPlatform({ party: SCSP });
  t.after(() => platform.served.close());
  const peer: Peer = {
    id: 'p',
    state: 'REGISTERED',
    name: 'foreign',
    inboundTokens: [],
    outboundToken: 'c',
    version: '2.2.1',
    versionsUrl: url,
    endpoints: [
      { identifier: 'tariffs', role: 'SENDER', url },
      { identifier: 'chargingprofiles', role: 'RECEIVER', url },
    ],
    parties: [CPO],
    agreements: [],
    unitProfile: 'd42-tables',
    rawToken: false,
    allowPrivateAddresses: true,
    updatedMs: 0,
  };
  await platform.platform.peers.save(peer);
  return createOcpiClient(platform.platform, 'p');
}

const tariff221 = (id: string) => ({
  country_code: 'FI',
  party_id: 'TKU',
  id,
  currency: 'EUR',
  elements: [{ price_components: [{ type: 'ENERGY', price: 0.2, step_size: 1 }] }],
  last_updated: '2026-11-21T08:00:00Z',
});
const listOf = (...ids: readonly string[]) => ({
  data: ids.map(tariff221),
  status_code: 1000,
  timestamp: '2026-11-21T08:00:00Z',
});

test('OCPI 2.12-11 a server that ignores offset is not crawled for ever: the second copy of a page ends the pull', async (t) => {
  const { url, seen } = await foreignServer(
    t,
    () => listOf('1', '2'),
    (_request, own, count) => ({ Link: `<${own}/?offset=${2 * count}>; rel="next"` }),
  );
  const pulled = await collect((await clientOf(t, url)).sender.tariffs.list());
  assert.equal(seen.length, 2);
  assert.match(pulled.failure?.detail ?? '', /ignore offset/);
});

test('OCPI 2.12-4 a Link that points back or to another host ends the pull with a failure', async (t) => {
  const loop = await foreignServer(
    t,
    (_request, _own, count) => listOf(String(count)),
    (_request, own, count) => ({ Link: `<${own}/?p=${count % 2}>; rel="next"` }),
  );
  const looped = await collect((await clientOf(t, loop.url)).sender.tariffs.list());
  assert.match(looped.failure?.detail ?? '', /loop/);
  assert.ok(loop.seen.length <= 3);
  const away = await foreignServer(
    t,
    () => listOf('1'),
    () => ({ Link: '<https://attacker.example/next>; rel="next"' }),
  );
  const led = await collect((await clientOf(t, away.url)).sender.tariffs.list());
  assert.match(led.failure?.detail ?? '', /another host/);
  assert.equal(led.objects.length, 1);
});

test('OCPI "process the correct objects": a broken object of a page is reported and the others are kept', async (t) => {
  const { url } = await foreignServer(t, () => {
    const page = listOf('1', '2', '3');
    return { ...page, data: [page.data[0], { ...page.data[1], elements: 'none' }, 7, page.data[2]] };
  });
  const pulled = await collect((await clientOf(t, url)).sender.tariffs.list());
  assert.deepEqual(
    pulled.objects.map(({ id }) => id),
    ['1', '3'],
  );
  assert.equal(pulled.invalid.length, 2);
  assert.equal(pulled.failure, undefined);
});

test('OCPI 2.12-13 an answer wrapped in a list where one object is due is invalid, not guessed at', async (t) => {
  const { url } = await foreignServer(t, () => ({
    data: [{ result: 'ACCEPTED', timeout: 30 }],
    status_code: 1000,
    timestamp: '2026-11-21T08:00:00Z',
  }));
  const client = await clientOf(t, url);
  const result = await client.receiver.chargingprofiles.delete('1', `${url}x`);
  assert.equal(result.ok === false && result.error, 'invalid');
  assert.match(
    result.ok ? '' : result.detail,
    /ChargingProfileResponse: the object must be an object, got a list/,
  );
});

test('OCPI client failures are values: no answer, HTTP errors, OCPI codes, redirects and answers that are no OCPI', async (t) => {
  const cases: [status: number, body: string, error: string][] = [
    [500, 'Internal Server Error', 'http'],
    [502, '<html>', 'http'],
    [301, '', 'http'],
    [200, '<html>', 'invalid'],
    [200, '{"data":{}}', 'invalid'],
    [200, '[]', 'invalid'],
    [200, '{"status_code":"1000"}', 'invalid'],
    [200, '{"status_code":2001,"status_message":"no"}', 'ocpi'],
    [200, '{"status_code":3000}', 'ocpi'],
    [404, '{"status_code":2003,"timestamp":"x"}', 'ocpi'],
    [404, '{"status_code":1000,"timestamp":"x"}', 'http'],
    [200, '{"status_code":1000,"data":{"result":"MAYBE","timeout":1}}', 'invalid'],
    [200, '{"status_code":1000,"data":null}', 'invalid'],
  ];
  for (const [status, body, error] of cases) {
    const { url, seen } = await foreignServer(
      t,
      () => body,
      () => ({ Location: '/x' }),
      status,
    );
    const client = await clientOf(t, url);
    const result = await client.receiver.chargingprofiles.delete('1', `${url}x`);
    assert.equal(result.ok === false && result.error, error, `${status} ${body}`);
    assert.equal(seen.length, 1, 'X40 one attempt');
  }
  const client = await clientOf(t, 'http://127.0.0.1:1/');
  const result = await client.receiver.chargingprofiles.delete('1', 'http://127.0.0.1:1/x');
  assert.equal(result.ok === false && result.error, 'unreachable');
});

test('OCPI 2.12-16 a result is posted to hosts of the peer only', async (t) => {
  const { url, seen } = await foreignServer(t, () => ({ status_code: 1000, timestamp: 'x' }));
  const client = await clientOf(t, url);
  const result = { kind: 'ClearProfileResult', result: { result: 'ACCEPTED' } } as const;
  assert.equal((await client.postResult(`${url}results/1`, result)).ok, true);
  const outside = await client.postResult('https://attacker.example/', result);
  assert.equal(outside.ok === false && outside.error, 'address');
  assert.equal(seen.length, 1);
});

test('OCPI strict out: an object that breaks its schema is not sent', async (t) => {
  const { url, seen } = await foreignServer(t, () => ({ status_code: 1000, timestamp: 'x' }));
  const client = await clientOf(t, url);
  const result = await client.receiver.chargingprofiles.put('1', {
    charging_profile: { ...chargingProfile, min_charging_rate: -1 },
    response_url: url,
  });
  assert.equal(result.ok === false && result.error, 'invalid');
  assert.match(result.ok ? '' : result.detail, /Not sent: SetChargingProfile/);
  assert.equal(seen.length, 0);
});

test('OCPI client: what a peer says becomes one printable line, because it ends in logs and records', async (t) => {
  const { url } = await foreignServer(t, () => ({
    status_code: 2001,
    status_message: 'no\u0000such\r\nsession \ud800',
    timestamp: '2026-11-21T08:00:00Z',
  }));
  const client = await clientOf(t, url);
  const result = await client.receiver.chargingprofiles.delete('1', `${url}x`);
  assert.equal(result.ok === false && result.detail, '2001 no such session \ufffd');
});
