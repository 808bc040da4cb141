import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { type AnyConnection, callFailure, dialStation, type StationLine } from '@smac/ocpp';
import { type TestServer, testServer } from '../main/testing/test-server.ts';
import { createApiKeys, type OperatorRole } from '../operators/index.ts';
import { systemClock } from '../time/clock.ts';

let server: TestServer;
const keys = {} as Record<OperatorRole | 'second', string>;
const lines: StationLine[] = [];

before(async () => {
  server = await testServer({
    SMAC_PUBLIC_URL: 'https://smac.example.org',
    SMAC_OCPP_PORT: '0',
    SMAC_OCPP_WITHOUT_TLS: 'true',
    SMAC_OCPP_HANDSHAKES_PER_ADDRESS: '1000',
  });
  const apiKeys = createApiKeys({
    store: server.store,
    clock: systemClock,
    random: randomBytes,
    audit: server.audit,
  });
  for (const role of ['admin', 'operator', 'viewer'] as const)
    keys[role] = (await apiKeys.create({ name: role, role }, 'test')).key;
  keys.second = (await apiKeys.create({ name: 'second', role: 'operator' }, 'test')).key;
});
after(async () => {
  await Promise.all(lines.map((line) => line.close()));
  await server.close();
});

async function call(method: string, path: string, body?: unknown, key = keys.operator) {
  const answer = await fetch(`${server.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, text, json: JSON.parse(text) as Record<string, unknown> };
}

interface Added {
  readonly stationId: string;
  readonly identity: string;
  readonly password: string;
  readonly url: string;
}

async function added(): Promise<Added> {
  const { status, json } = await call('POST', '/api/stations', { securityProfile: 1 }, keys.admin);
  assert.equal(status, 201, JSON.stringify(json));
  return json as unknown as Added;
}

/** A station that is connected and booted. */
async function played(answers: Readonly<Record<string, unknown>> = {}): Promise<Added> {
  const who = await added();
  const { promise, resolve } = Promise.withResolvers<AnyConnection<'station'>>();
  const line = dialStation({
    url: who.url.slice(0, who.url.lastIndexOf('/')),
    identity: who.identity,
    password: who.password,
    versions: ['2.0.1'],
    clock: systemClock,
    random: Math.random,
    onConnected(connection) {
      connection.onAnyCall((action) => answers[action] ?? callFailure('NotSupported', 'not here'));
      resolve(connection);
    },
  });
  lines.push(line);
  const connection = await promise;
  const boot = { reason: 'PowerUp', chargingStation: { vendorName: 'Acme', model: 'API' } };
  assert.equal((await connection.callAny('BootNotification', boot)).kind, 'result');
  return who;
}

test('the answer to a call is what the station said: its result, its CALLERROR, its silence (CitrineOS #201)', async () => {
  const { stationId } = await played({ Reset: { status: 'Scheduled' } });
  const path = `/api/stations/${stationId}/calls`;
  const done = await call('POST', path, { action: 'Reset', payload: { type: 'OnIdle' } });
  assert.deepEqual(
    [done.status, done.json.kind, done.json.payload],
    [200, 'result', { status: 'Scheduled' }],
  );
  const refused = await call('POST', path, { action: 'ClearCache', payload: {} });
  assert.deepEqual([refused.status, refused.json.kind, refused.json.code], [200, 'error', 'NotSupported']);
  const offline = await added();
  const silent = await call('POST', `/api/stations/${offline.stationId}/calls`, {
    action: 'Reset',
    payload: { type: 'OnIdle' },
  });
  assert.deepEqual([silent.status, silent.json.kind], [200, 'offline']);
  const { json } = await call('GET', '/api/audit?limit=3', undefined, keys.admin);
  const rows = json as unknown as { action: string; subject: string; actor: string }[];
  assert.ok(rows.every(({ action, actor }) => action !== 'station.called' || /^key:/.test(actor)));
  assert.ok(rows.some(({ subject }) => subject === `station:${stationId}`));
});

test('D1.5-Q2-9 how much of a period a station was connected stands with it', async () => {
  const { stationId } = await played();
  const { json } = await call('GET', `/api/stations/${stationId}`);
  assert.equal((json.availability as { percent: number }).percent, 100);
  const never = await added();
  assert.equal((await call('GET', `/api/stations/${never.stationId}`)).json.availability, null);
  assert.equal((await call('GET', `/api/stations/${stationId}?from=yesterday`)).status, 400);
});

test('a call that breaks the schema of the version is 422, names the field and never leaves', async () => {
  const { stationId } = await played();
  const path = `/api/stations/${stationId}/calls`;
  const bad = await call('POST', path, { action: 'Reset', payload: { type: 'Hard' } });
  assert.equal(bad.status, 422);
  assert.match((bad.json.errors as { field: string }[])[0]?.field ?? '', /^payload\.type/);
  assert.equal((await call('POST', path, { action: 'Heartbeat', payload: {} })).status, 422);
  assert.equal((await call('POST', path, { action: 'Reset' })).status, 400);
  assert.equal(
    (await call('POST', '/api/stations/none/calls', { action: 'Reset', payload: {} })).status,
    404,
  );
});

test('T-MASS: a selection of more than fifty waits for somebody else', { timeout: 300_000 }, async () => {
  const { stationId } = await played({ ClearCache: { status: 'Accepted' } });
  const small = await call('POST', '/api/station-calls', {
    stationIds: [stationId],
    action: 'ClearCache',
    payload: {},
  });
  assert.equal(small.json.state, 'done', small.text);
  const ids = [stationId];
  for (let n = 0; n < 50; n += 1) ids.push((await added()).stationId);
  const wish = { stationIds: ids, action: 'ClearCache', payload: {} };
  const waiting = await call('POST', '/api/station-calls', wish);
  assert.deepEqual([waiting.status, waiting.json.state], [200, 'waiting']);
  const approval = `/api/station-calls/${waiting.json.bulkId}/approval`;
  const listed = async (key?: string) =>
    (
      (await call('GET', '/api/station-calls', undefined, key)).json as unknown as Record<string, unknown>[]
    ).filter(({ bulkId }) => bulkId === waiting.json.bulkId);
  const [own] = await listed();
  assert.deepEqual([own?.action, own?.isOwn, own?.stationIds], ['ClearCache', true, ids]);
  assert.equal((await listed(keys.second))[0]?.isOwn, false);
  assert.equal((await call('POST', approval, {})).status, 409);
  const approved = await call('POST', approval, {}, keys.second);
  const results = approved.json.results as { outcome: { kind: string } }[];
  assert.deepEqual([approved.status, approved.json.state, results.length], [200, 'done', 51]);
  assert.equal(results.filter(({ outcome }) => outcome.kind === 'result').length, 1);
  assert.deepEqual(await listed(keys.second), [], 'it waits no more');
});

test('T-ID5 (CWE-522): no answer of the API that a viewer or operator may read, no live event and no metric names an OCPP identity', async () => {
  const who = await played();
  const stream = await fetch(`${server.url}/api/status/stream`, {
    headers: { authorization: `Bearer ${keys.viewer}` },
  });
  const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader();
  await call('POST', `/api/stations/${who.stationId}/disconnect`, {});
  let live = '';
  while (!live.includes('event: station')) live += (await reader.read()).value ?? '';
  await reader.cancel();
  assert.match(live, new RegExp(`"stationId":"${who.stationId}"`));
  const texts = [live];
  const { json } = await call('GET', '/docs/json');
  const paths = Object.entries((json as { paths: Record<string, Record<string, unknown>> }).paths);
  for (const [path, methods] of paths) {
    if (!('get' in methods) || path.endsWith('/stream')) continue;
    const filled = path.replace('{stationId}', who.stationId).replaceAll(/\{\w+\}/g, 'x');
    const answer = await fetch(`${server.url}${filled}`, {
      headers: { authorization: `Bearer ${keys.operator}` },
    });
    texts.push(await answer.text());
  }
  assert.ok(texts.length > 15);
  for (const text of texts) assert.ok(!text.includes(who.identity));
  const shown = await call('GET', `/api/stations/${who.stationId}/identity`, undefined, keys.admin);
  assert.equal(shown.json.identity, who.identity);
});

test('a password is shown once and stored nowhere; nothing of it is in the database', async () => {
  const who = await added();
  assert.match(who.password, /^[0-9a-f]{40}$/);
  const { status, json } = await call(
    'POST',
    `/api/stations/${who.stationId}/password`,
    { deliver: 'by-person' },
    keys.admin,
  );
  assert.equal(status, 200);
  const passwords = [who.password, String(json.password)];
  const copy = await fetch(`${server.url}/api/database/backup`, {
    headers: { authorization: `Bearer ${keys.admin}` },
  });
  const text = Buffer.from(await copy.arrayBuffer()).toString('latin1');
  const rows = JSON.stringify([
    await server.store.db.selectFrom('station_secret').selectAll().execute(),
    await server.store.db.selectFrom('audit').selectAll().execute(),
  ]);
  for (const password of passwords) assert.ok(!rows.includes(password) && !text.includes(password));
});
