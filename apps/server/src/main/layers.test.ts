/** The three layers of D4.2 §3.3 at one running server: applications, services that run all the time, and the doors of third parties. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { test } from 'node:test';
import { SimulatedCapacityProvider } from '@smac/grid/testing';
import { createApiKeys } from '../operators/index.ts';
import { memoryStore } from '../store/testing/index.ts';
import { systemClock } from '../time/clock.ts';
import { ownServer } from './testing/played-stations.ts';
import { provider } from './testing/provider.ts';

/** What a station without a password hears when it dials. */
function dialled(url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': randomBytes(16).toString('base64'),
      'sec-websocket-protocol': 'ocpp2.0.1',
    };
    request(url.replace(/^ws/, 'http'), { headers })
      .on('response', (answer) => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      })
      .on('upgrade', (_answer, socket) => {
        socket.destroy();
        resolve(101);
      })
      .on('error', reject)
      .end();
  });
}

test('D4.2-§3.3-layers the three applications are served, the services say by their health checks whether they run, and the doors of third parties (OCPI, OCPP, OSCP, REST) refuse strangers and serve those who are known', {
  timeout: 120_000,
}, async () => {
  const opened = await memoryStore();
  let isAway = false;
  const db = opened.db.withPlugin({
    transformQuery({ node }) {
      if (isAway) throw new Error('connection refused');
      return node;
    },
    transformResult: async ({ result }) => result,
  });
  const store = { ...opened, db };
  const env = {
    SMAC_OCPI_ALLOW_PRIVATE: 'true',
    SMAC_OSCP_ALLOW_PRIVATE: 'true',
    SMAC_TRUSTED_PROXIES: '127.0.0.1',
  };
  const server = await ownServer(env, systemClock, { store });
  const [emsp, gridOperator] = await Promise.all([provider(), SimulatedCapacityProvider.start()]);
  const status = async (path: string, init?: RequestInit) =>
    (await fetch(`${server.url}${path}`, init)).status;
  try {
    for (const page of ['/operator', '/drive', '/city']) {
      const answer = await fetch(server.url + page);
      const text = await answer.text();
      // A machine that has not built the pages says how.
      assert.match(text, answer.status === 200 ? /<!doctype html>/i : /scripts\/build-web\.mjs/, page);
    }
    for (const check of ['/healthz', '/readyz']) assert.equal(await status(check), 200, check);
    isAway = true;
    assert.deepEqual([await status('/healthz'), await status('/readyz')], [200, 503]);
    isAway = false;
    assert.equal(await status('/readyz'), 200, 'as soon as the database is back');

    assert.equal(await status('/ocpi/versions'), 401);
    assert.equal(await status('/oscp/fp/2.0/heartbeat', { method: 'POST' }), 401);
    assert.equal(await status('/api/stations'), 401);
    assert.equal(await dialled(`${server.stationDoor()?.url}/nobody`), 401);

    await emsp.join(server);
    const card = {
      country_code: 'DE',
      party_id: 'EMP',
      uid: '04CAFE01',
      type: 'RFID' as const,
      contract_id: 'DE-EMP-C1',
      issuer: 'EMP',
      valid: true,
      whitelist: 'ALWAYS' as const,
      last_updated: new Date().toISOString(),
    };
    assert.ok((await emsp.client().receiver.tokens.put(card)).ok);
    const invited = await server.grid.invite({ name: 'DSO' });
    assert.ok(invited.ok);
    assert.equal((await gridOperator.register(invited.data.versionUrl, invited.data.token)).status, 204);
    const station = await server.play('2.0.1', 'known');
    await station.boot();
    const { audit } = server;
    const keys = createApiKeys({ store, clock: systemClock, random: randomBytes, audit });
    const { key } = await keys.create({ name: 'program', role: 'admin' }, 'test');
    assert.equal(await status('/api/stations', { headers: { authorization: `Bearer ${key}` } }), 200);
  } finally {
    await gridOperator.close();
    await emsp.close();
    await server.close();
  }
});
