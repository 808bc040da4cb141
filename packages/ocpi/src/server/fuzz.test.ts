import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import { done, OCPI_ERRORS } from '../exchange/outcome.ts';
import type { OcpiPorts } from '../exchange/ports.ts';
import {
  chargingProfile,
  clientInfo,
  connector,
  evse,
  location,
  scOptimisation,
  session,
  tariff,
  token,
} from '../model/fixtures/objects.ts';
import type { ScOptimisation, Session, Tariff } from '../model/index.ts';
import { MemoryObjects } from '../testing/memory-ports.ts';
import { CPO, SCSP, startPlatform, TestClock, TestLog } from '../testing/platforms.ts';
import { createHttpCaller } from '../transport/node-http-caller.ts';
import { hashToken } from '../transport/token.ts';
import { MemoryPeerStore } from './memory-peer-store.ts';
import { createOcpiHandler } from './ocpi-handler.ts';

const nothing = async () => done(undefined);

function ports(): OcpiPorts {
  const accepted = async () => done({ result: 'ACCEPTED', timeout: 1 } as const);
  return {
    locations: {
      receiver: {
        get: async (_caller, key) => done(key.connectorId ? connector : key.evseUid ? evse : location),
        put: nothing,
        patch: nothing,
      },
    },
    sessions: {
      receiver: new MemoryObjects<Session>(),
      sender: { setChargingPreferences: async () => done('ACCEPTED' as const) },
    },
    tariffs: { receiver: new MemoryObjects<Tariff>(), sender: new MemoryObjects<Tariff>() },
    tokens: { receiver: { get: async () => done(token), put: nothing, patch: nothing } },
    chargingprofiles: {
      receiver: { get: accepted, put: accepted, delete: accepted },
      sender: {
        profileResult: nothing,
        clearResult: nothing,
        activeProfileResult: nothing,
        activeProfile: nothing,
      },
    },
    smartchargingoptimisation: { receiver: new MemoryObjects<ScOptimisation>() },
    hubclientinfo: { receiver: { get: async () => done(clientInfo), put: nothing } },
  };
}

/** A handler with one registered CPO whose token is `t`. */
async function handlerWithPeer() {
  const log = new TestLog();
  const peers = new MemoryPeerStore();
  await peers.save({
    id: 'p',
    state: 'REGISTERED',
    name: 'fuzzer',
    inboundTokens: [{ hash: hashToken('t'), use: 'regular' }],
    outboundToken: 'u',
    version: '2.3.0',
    versionsUrl: 'http://127.0.0.1:9/versions',
    endpoints: [],
    parties: [CPO],
    agreements: ['smartchargingoptimisation', 'optimisation', 'battery'],
    unitProfile: 'd42-tables',
    rawToken: false,
    allowPrivateAddresses: true,
    updatedMs: 0,
  });
  const handler = createOcpiHandler({
    baseUrl: 'http://127.0.0.1:8/ocpi',
    parties: [SCSP],
    peers,
    ports: ports(),
    clock: new TestClock(),
    randomBytes: (count) => randomBytes(count),
    log,
    http: createHttpCaller({ timeoutMs: 500 }),
  });
  return { handler, log };
}

const TARGETS: readonly (readonly [path: string, object: object])[] = [
  ['receiver/sessions/FI/TKU/s-1001', session],
  ['receiver/tariffs/FI/TKU/night', tariff],
  ['receiver/locations/FI/TKU/quay', location],
  ['receiver/locations/FI/TKU/quay/quay-3', evse],
  ['receiver/tokens/FI/TKU/04A2B1C3', { ...token, ...{ country_code: 'FI', party_id: 'TKU' } }],
  [
    'receiver/chargingprofiles/1',
    { charging_profile: chargingProfile, response_url: 'http://127.0.0.1:9/r' },
  ],
  [
    'sender/chargingprofiles/1',
    { start_date_time: '2026-11-21T08:00:00Z', charging_profile: chargingProfile },
  ],
  ['sender/chargingprofiles/results/profile/1', { result: 'ACCEPTED' }],
  ['sender/sessions/1/charging_preferences', { profile_type: 'GREEN', energy_need: 4 }],
  ['receiver/smartchargingoptimisation/FI/TKU/quay-supply', scOptimisation],
  ['receiver/hubclientinfo/FI/TKU', clientInfo],
  ['credentials', { token: 'x', url: 'http://127.0.0.1:9/v', roles: [] }],
];

const KNOWN_STATUSES = new Set([200, 201, ...Object.values(OCPI_ERRORS).map(({ http }) => http)]);

const poison = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    '',
    [],
    {},
    -1,
    1e308,
    -0,
    2 ** 53,
    '\u0000',
    '\u202e\ud83d\ude80',
    '\ud800',
    '=cmd()',
    '<script>',
    '2026-02-30T00:00:00Z',
    '+012345-01-01T00:00:00Z',
    'x'.repeat(5000),
  ),
  fc.jsonValue({ maxDepth: 3 }),
);

/** Replaces, removes or adds one member somewhere in a copy of `value`. */
function mutate(value: unknown, path: readonly number[], replacement: unknown): unknown {
  if (typeof value !== 'object' || value === null || path.length === 0) return replacement;
  const [at = 0, ...rest] = path;
  const keys = [...Object.keys(value), 'constructor', 'toString', 'extra'];
  const key = keys[at % keys.length] ?? 'extra';
  const copy: Record<string, unknown> = { ...value };
  const inner = Object.hasOwn(copy, key) ? copy[key] : undefined;
  copy[key] = mutate(inner, rest, replacement);
  return Array.isArray(value) ? Object.values(copy) : copy;
}

const version = fc.constantFrom('2.2.1', '2.3.0');
const method = fc.constantFrom('GET', 'PUT', 'PATCH', 'POST', 'DELETE', 'HEAD', 'OPTIONS', 'BREW');

test('T-FUZZ X4 OCPI objects with wrong types, bounds, enums, texts and members are always answered with an envelope', async () => {
  const { handler, log } = await handlerWithPeer();
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...TARGETS),
      version,
      fc.constantFrom('PUT', 'PATCH', 'POST'),
      fc.array(fc.nat(40), { minLength: 1, maxLength: 4 }),
      poison,
      async ([path, object], version, method, at, replacement) => {
        const answer = await handler.handle({
          method,
          url: `/ocpi/${version}/${path}`,
          headers: { authorization: 'Token dA==' },
          body: JSON.stringify(mutate(object, at, replacement)),
        });
        assert.ok(KNOWN_STATUSES.has(answer.status), String(answer.status));
        const { status_code, timestamp } = JSON.parse(answer.body);
        assert.ok(status_code >= 1000 && status_code < 4000);
        assert.equal(timestamp, '2026-11-21T08:20:00Z');
        assert.ok(answer.body.length < 3000, 'a mistake is not echoed at length');
      },
    ),
    { numRuns: 1500 },
  );
  assert.deepEqual(
    log.lines.filter((line) => line.startsWith('error')),
    [],
  );
  assert.equal(Object.hasOwn(Object.prototype, 'extra'), false);
});

test('T-FUZZ OCPI bodies that are cut, doubled or filled with any bytes are always answered', async () => {
  const { handler, log } = await handlerWithPeer();
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc
      .tuple(fc.constantFrom(...TARGETS), fc.nat(2000), fc.uint8Array({ maxLength: 8 }))
      .map(([[, object], at, junk]) => {
        const text = Buffer.from(JSON.stringify(object));
        return Buffer.concat([text.subarray(0, at % text.length), junk, text.subarray(at % text.length)]);
      }),
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...TARGETS), bytes, async ([path], body) => {
      const answer = await handler.handle({
        method: 'PUT',
        url: `/ocpi/2.3.0/${path}`,
        headers: { authorization: 'Token dA==' },
        body,
      });
      assert.ok(KNOWN_STATUSES.has(answer.status));
      JSON.parse(answer.body);
    }),
    { numRuns: 600 },
  );
  assert.deepEqual(
    log.lines.filter((line) => line.startsWith('error')),
    [],
  );
});

test('T-FUZZ OCPI any path, query, method and header is answered, and no header can smuggle a line', async () => {
  const { handler, log } = await handlerWithPeer();
  const text = fc.string({ unit: 'binary', maxLength: 40 });
  const path = fc.oneof(
    text,
    fc.constantFrom(
      '%',
      '%zz',
      '%00',
      '..',
      '.',
      '%2e%2e',
      '%2F',
      'FI',
      'TKU',
      '__proto__',
      'x'.repeat(5000),
    ),
  );
  const header = fc.oneof(
    text,
    fc.constantFrom('FI', 'TKU', 'a\r\nSet-Cookie: x=1', '\u0000', 'Token', 'Token dA=='),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...TARGETS.map(([target]) => target), 'versions', 'sender/tariffs', ''),
      fc.array(path, { maxLength: 4 }),
      fc.webQueryParameters(),
      method,
      fc.dictionary(
        fc.constantFrom(
          'x-request-id',
          'x-correlation-id',
          'ocpi-from-country-code',
          'ocpi-from-party-id',
          'ocpi-to-country-code',
          'ocpi-to-party-id',
          'content-type',
        ),
        header,
      ),
      fc.boolean(),
      async (target, segments, query, method, headers, known) => {
        const answer = await handler.handle({
          method,
          url: `/ocpi/2.2.1/${[target, ...segments].join('/')}?${query}`,
          headers: known ? { ...headers, authorization: 'Token dA==' } : headers,
          body: '',
        });
        assert.ok(KNOWN_STATUSES.has(answer.status));
        JSON.parse(answer.body);
        for (const value of Object.values(answer.headers)) assert.match(value, /^[\x20-\x7e]*$/);
      },
    ),
    { numRuns: 1500 },
  );
  assert.deepEqual(
    log.lines.filter((line) => line.startsWith('error')),
    [],
  );
});

test('T-FUZZ T-SLOW OCPI the server lives on after sockets that send nonsense, half a request or nothing', async (t) => {
  const scsp = await startPlatform({ party: SCSP, ports: ports() });
  t.after(() => scsp.served.close());
  const port = Number(new URL(scsp.served.origin).port);
  for (const text of [
    'GET /ocpi/versions HTTP/1.1\r\n\r\n',
    'PUT /ocpi/2.3.0/receiver/sessions/FI/TKU/1 HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"a":',
    '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
    'BREW / HTTP/9.9\r\n\r\n',
    `GET /${'x'.repeat(100_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
    '',
  ]) {
    const socket = connect(port, '127.0.0.1');
    await new Promise<void>((ended) => {
      socket.on('error', () => ended());
      socket.on('close', () => ended());
      socket.on('connect', () => socket.end(text));
      socket.resume();
    });
  }
  assert.equal((await fetch(`${scsp.platform.baseUrl}/versions`)).status, 401);
});
