/** A grid operator over real HTTP at the real server: the API registers it, its forecast reaches the stations by OCPP, its silence too. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { after, before, test } from 'node:test';
import { SimulatedCapacityProvider } from '@smac/grid/testing';
import { createApiKeys } from '../operators/index.ts';
import { systemClock } from '../time/clock.ts';
import { main } from './cli.ts';
import { LIMIT_W, type OwnServer, ownServer, type Played, until } from './testing/played-stations.ts';

const HOUR_MS = 3_600_000;
let server: OwnServer;
let cp: SimulatedCapacityProvider;
let station: Played;
let key = '';

before(async () => {
  server = await ownServer({ SMAC_OSCP_ALLOW_PRIVATE: 'true' });
  cp = await SimulatedCapacityProvider.start();
  const { store, audit } = server;
  const keys = createApiKeys({ store, clock: systemClock, random: randomBytes, audit });
  key = (await keys.create({ name: 'grid', role: 'admin' }, 'test')).key;
  station = await server.play('2.0.1', 'GRID-1');
  await station.boot();
  await station.start();
  await until(() => station.profiles('TxProfile').length > 0);
});
after(async () => {
  await cp?.close();
  await server?.close();
});

async function api<T>(method: string, path: string, body?: unknown): Promise<{ status: number; json: T }> {
  const answer = await fetch(`${server.url}/api/grid${path}`, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, json: (await answer.json()) as T };
}

/** What the station may draw now by its newest profile, W. */
function allowedW(): number {
  const { chargingSchedule } = station.profiles('TxProfile').at(-1) as {
    chargingSchedule: {
      chargingRateUnit: string;
      startSchedule?: string;
      chargingSchedulePeriod: { startPeriod: number; limit: number }[];
    }[];
  };
  const [{ chargingRateUnit, startSchedule, chargingSchedulePeriod: periods } = assert.fail()] =
    chargingSchedule;
  const atS = startSchedule === undefined ? 0 : (Date.now() - Date.parse(startSchedule)) / 1000;
  const limit = periods.findLast(({ startPeriod }) => startPeriod <= atS)?.limit ?? 0;
  return chargingRateUnit === 'A' ? limit * 690 : limit;
}

test('SC3 NL-202 SC2: a grid operator is registered by the API; its capacity lowers what a station may draw, its fallback lowers it further once it ends the line', {
  timeout: 300_000,
}, async () => {
  const [context] = (await server.sites.contexts()).filter(({ id }) => /supply/.test(id));
  assert.ok(context?.statics.maxImportW === LIMIT_W);
  const made = await api<{ partnerId: string; token: string; versionUrl: string }>('POST', '/partners', {
    name: 'DSO',
  });
  assert.equal(made.status, 201);
  const { partnerId, token, versionUrl } = made.json;
  assert.equal((await cp.register(versionUrl, token)).status, 204);
  await cp.handshake();
  const group = await api('PUT', `/partners/${partnerId}/groups/G%201`, { contextId: context.id });
  assert.equal(group.status, 200, JSON.stringify(group.json));
  const unknown = await api<{ detail: string }>('PUT', `/partners/${partnerId}/groups/G2`, {
    contextId: 'no',
  });
  assert.equal(unknown.status, 422);
  assert.match(unknown.json.detail, /contextId: there is no optimisation context no/);

  assert.ok(allowedW() > 8_000, `${allowedW()}`);
  const startMs = Date.now() - 60_000;
  assert.equal((await cp.forecast('G 1', 'FALLBACK_CONSUMPTION', startMs, 24 * HOUR_MS, [4.2])).status, 204);
  assert.equal((await cp.forecast('G 1', 'CONSUMPTION', startMs, 24 * HOUR_MS, [7])).status, 204);
  await until(() => allowedW() <= 7_000);

  const partners = await api<{ id: string; state: string; tokenHashes?: unknown }[]>('GET', '/partners');
  assert.deepEqual(
    partners.json.map(({ id, state, tokenHashes }) => [id, state, tokenHashes]),
    [[partnerId, 'online', undefined]],
  );
  assert.ok(!JSON.stringify(partners.json).includes(cp.theirToken));
  const signals = await api<{ trusted: boolean; inForce: { import: { powerW: number; from: string }[] } }[]>(
    'GET',
    `/signals?contextId=${encodeURIComponent(context.id)}`,
  );
  const [first] = signals.json[0]?.inForce.import ?? [];
  assert.deepEqual([signals.json[0]?.trusted, first?.powerW, first?.from], [true, 7_000, 'forecast']);
  const asked = await api('POST', `/partners/${partnerId}/adjustments`, {
    groupId: 'G 1',
    type: 'CONSUMPTION',
    blocks: [
      { start: new Date().toISOString(), end: new Date(Date.now() + HOUR_MS).toISOString(), powerW: 9_000 },
    ],
  });
  assert.equal(asked.status, 200, JSON.stringify(asked.json));
  assert.equal(cp.last('adjust_group_capacity_forecast')?.problem, undefined);

  // Who hangs up does not open the connection.
  assert.equal((await cp.post('register', undefined, { method: 'DELETE' })).status, 204);
  await until(() => allowedW() <= 4_200);
  assert.equal((await api('DELETE', `/partners/${partnerId}/groups/G%201`)).status, 200);
  const { grid_cap } = await server.sites.series(context.id, Date.now(), Date.now() + HOUR_MS);
  assert.deepEqual(grid_cap, [], 'lifted by a person');
});

test('SC2: without a token nothing is said at the door of grid operators, and what is no message is not there', async () => {
  for (const [method, path, status] of [
    ['POST', '/oscp/fp/2.0/heartbeat', 401],
    ['GET', '/oscp/fp/2.0/register', 401],
    ['POST', '/oscp/fp/2.0/nonsense', 404],
    ['POST', '/oscp', 404],
  ] as const) {
    const answer = await fetch(`${server.url}${path}`, { method });
    assert.equal(answer.status, status, path);
  }
});

test('SC3: `smac grid` invites a grid operator, names its groups, shows what holds, and ends it', async () => {
  const smac = async (...args: string[]) => {
    const [out, err]: string[][] = [[], []];
    const code = await main(['grid', ...args], {
      stdin: Readable.from([]),
      stdout: { write: (text) => out?.push(text) },
      stderr: { write: (text) => err?.push(text) },
      env: { SMAC_DATA_DIR: server.dataDir },
    });
    return { code, out: (out ?? []).join(''), err: (err ?? []).join('') };
  };
  const made = await smac('invite', 'Cable 7', '--dialect', 'vector', '--url', cp.baseUrl, '--token', 'x');
  assert.equal(made.code, 0, made.err);
  const { partnerId, token, versionUrl } = JSON.parse(made.out);
  const [context] = (await server.sites.contexts()).filter(({ id }) => /supply/.test(id));
  const group = await smac('group', partnerId, 'K7', '--context', context?.id ?? '', '--fallback-w', '5000');
  assert.equal(group.code, 0, group.err);
  assert.match((await smac('list')).out, /Cable 7\n {2}K7 {2}\S+ {2}no limit yet/);
  cp.theirUrl = versionUrl;
  cp.theirToken = token;
  assert.equal((await cp.forecast('K7', 'CONSUMPTION', Date.now() - 1_000, HOUR_MS, [9])).status, 204);
  assert.match((await smac('list')).out, /online .*Cable 7\n {2}K7 {2}\S+ {2}9000 W \(forecast\)/);
  assert.equal((await smac('end', partnerId)).code, 0);
  assert.match((await smac('list')).out, /ended .*Cable 7\n {2}K7 {2}\S+ {2}5000 W \(agreed\)/);
  const wrong = await smac('group', partnerId);
  assert.equal(wrong.code, 2);
  assert.match(wrong.err, /Usage: smac grid invite NAME/);
});
