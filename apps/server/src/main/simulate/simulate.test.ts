import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { buildWorld, Fleet, shippedScenario } from '@smac/simulator/scenario';
import { CannotStart } from '../../config/index.ts';
import { createApiKeys } from '../../operators/index.ts';
import { systemClock } from '../../time/clock.ts';
import { main, type Streams } from '../cli.ts';
import { testServer } from '../testing/test-server.ts';
import { readCredentials, sameForAll } from './credentials-file.ts';
import { callsTo, provisionOverApi } from './over-api.ts';
import { scaledClock } from './scaled-clock.ts';

async function smac(...args: string[]) {
  let out = '';
  let err = '';
  const streams: Streams = {
    stdin: (async function* () {})(),
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
    env: { SMAC_DATA_DIR: '/nonexistent' },
  };
  return { code: await main(['simulate', ...args], streams), out, err };
}

test('smac simulate explains itself, and names what is missing and the fix', async () => {
  const help = await smac('--help');
  assert.equal(help.code, 0);
  for (const word of ['turku', 'budapest', '--url', '--api', '--credentials', '--speed', 'Examples']) {
    assert.ok(help.out.includes(word), word);
  }
  assert.equal((await smac()).code, 2);
  for (const [args, says] of [
    [['--scenario', 'atlantis'], /there is no scenario "atlantis"; there are barcelona, /],
    [['--scenario', 'turku', '--speed', 'fast'], /--speed: write a number above 0, not fast/],
    [['--scenario', 'turku', '--url', 'http://x'], /--url: write ws:\/\//],
    [['--scenario', 'turku', '--api', 'http://127.0.0.1:1'], /--api needs --key/],
    [['--scenario', 'turku', '--seeed', '1'], /Usage: smac simulate/],
  ] as const) {
    const { code, err } = await smac(...args);
    assert.equal(code, 2);
    assert.match(err, says);
  }
});

test('credentials come from a file, passwords with commas too, or are the same for all', () => {
  const read = readCredentials('# id,identity,password\nA,CP-A,p,w\nB,CP-B\n\n');
  assert.deepEqual(
    [...read],
    [
      ['A', { identity: 'CP-A', password: 'p,w' }],
      ['B', { identity: 'CP-B' }],
    ],
  );
  assert.throws(
    () => readCredentials('A\n'),
    (error) => error instanceof CannotStart && /line 1/.test(error.message),
  );
  assert.deepEqual([...sameForAll(['A'], 'x')], [['A', { identity: 'A', password: 'x' }]]);
});

test('a clock of another speed: ten times as fast', () => {
  let nowMs = 1_000;
  const waits: number[] = [];
  const after = (ms: number) => {
    waits.push(ms);
    return () => {};
  };
  const clock = scaledClock({ now: () => nowMs, after }, 10);
  nowMs += 100;
  assert.equal(clock.now(), 2_000);
  clock.after(5_000, () => {});
  assert.deepEqual(waits, [500]);
});

test('US-TUR-site: stations, plugs, cards and inputs are made known to a server over its API, twice if need be, and the stations connect', {
  timeout: 300_000,
}, async () => {
  const server = await testServer({ SMAC_OCPP_PORT: '0', SMAC_OCPP_WITHOUT_TLS: 'true' });
  try {
    const { store, audit } = server;
    const apiKeys = createApiKeys({ store, clock: systemClock, random: randomBytes, audit });
    const { key } = await apiKeys.create({ name: 'simulate', role: 'admin' }, 'local');
    const world = buildWorld(shippedScenario('turku'), { startMs: systemClock.now(), hours: 1 });
    const call = callsTo(server.url, key);
    await provisionOverApi(call, world);
    const { credentials, url } = await provisionOverApi(call, world);
    assert.equal(credentials.size, 3);
    assert.equal(url, server.stationDoor()?.url);
    const fleet = new Fleet({ world, clock: systemClock, url, credentials, withFaults: false });
    await fleet.start();
    while (fleet.counts().connected < 3) await new Promise((resolve) => setImmediate(resolve));
    const stations = JSON.parse((await call('GET', '/api/stations')).body) as {
      readonly connected: boolean;
    }[];
    assert.equal(stations.filter(({ connected }) => connected).length, 3);
    const [context] = await server.sites.contexts();
    assert.equal(context?.statics.maxImportW, 44_000);
    await fleet.close();
  } finally {
    await server.close();
  }
});
