import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PartyInRole } from '../exchange/peer.ts';
import type { Session } from '../model/index.ts';
import { MemoryObjects } from '../testing/memory-ports.ts';
import { CPO, localTerms, registerAt, SCSP, startPlatform, type TestPlatform } from '../testing/platforms.ts';
import { ask } from '../testing/raw-request.ts';
import { hashToken } from '../transport/token.ts';

const DAY_MS = 86_400_000;

async function pair(
  t: { after(fn: () => Promise<void>): void },
  options: Parameters<typeof startPlatform>[0] = {},
): Promise<{ scsp: TestPlatform; cpo: TestPlatform }> {
  const sessions = new MemoryObjects<Session>();
  const scsp = await startPlatform({ party: SCSP, ports: { sessions: { receiver: sessions } }, ...options });
  const cpo = await startPlatform({
    party: CPO,
    ports: { chargingprofiles: { receiver: new NoProfiles() } },
    ...options,
  });
  t.after(async () => {
    await scsp.served.close();
    await cpo.served.close();
  });
  return { scsp, cpo };
}

/** A CPO that knows no session. */
class NoProfiles {
  async get() {
    return { ok: true, data: { result: 'UNKNOWN_SESSION', timeout: 0 } } as const;
  }
  put = this.get;
  delete = this.get;
}

const only = async (platform: TestPlatform) => {
  const peers = await platform.platform.peers.list();
  assert.equal(peers.length, 1);
  return peers[0]!;
};

for (const version of ['2.2.1', '2.3.0'] as const) {
  const versions = [version];

  test(`D1.5-§2.3.1-CRED OCPI ${version}: TOKEN_A, B and C change hands, TOKEN_A is dead afterwards`, async (t) => {
    const { scsp, cpo } = await pair(t, { versions });
    const invitation = await scsp.registrar.invite(localTerms(CPO));
    const result = await cpo.registrar.register(invitation, localTerms(SCSP));
    assert.equal(result.ok, true, JSON.stringify(result));

    const atScsp = await only(scsp);
    const atCpo = await only(cpo);
    assert.equal(atScsp.state, 'REGISTERED');
    assert.equal(atScsp.version, version);
    assert.deepEqual(atScsp.parties, [CPO]);
    assert.deepEqual(atCpo.parties, [SCSP]);
    assert.equal(atCpo.versionsUrl, `${scsp.platform.baseUrl}/versions`);
    assert.ok(atScsp.endpoints.some((endpoint) => endpoint.identifier === 'chargingprofiles'));
    assert.deepEqual(
      atCpo.inboundTokens.map((token) => [token.hash, token.use]),
      [[hashToken(atScsp.outboundToken ?? ''), 'regular']],
    );
    const dead = await ask(invitation.versionsUrl, { token: invitation.token });
    assert.equal(dead.status, 401);
  });

  test(`OCPI 2.12-2 ${version}: each side presents the token the other one issued last, in both directions`, async (t) => {
    const { scsp, cpo } = await pair(t, { versions });
    await registerAt(scsp, cpo);
    for (const [from, to] of [
      [scsp, cpo],
      [cpo, scsp],
    ] as const) {
      const peer = await only(from);
      const answer = await ask(peer.versionsUrl ?? '', { token: peer.outboundToken ?? '' });
      assert.equal(answer.status, 200);
      assert.equal(answer.json.status_code, 1000);
      const held = await only(to);
      assert.deepEqual(
        held.inboundTokens.map((token) => token.hash),
        [hashToken(peer.outboundToken ?? '')],
      );
    }
  });

  test(`OCPI 2.12-3 ${version}: PUT credentials reads the endpoints again and changes both tokens`, async (t) => {
    const { scsp, cpo } = await pair(t, { versions });
    await registerAt(scsp, cpo);
    const before = { scsp: await only(scsp), cpo: await only(cpo) };
    await scsp.platform.peers.save({ ...before.scsp, endpoints: [] });
    const result = await cpo.registrar.update(before.cpo.id);
    assert.equal(result.ok, true, JSON.stringify(result));
    const after = { scsp: await only(scsp), cpo: await only(cpo) };
    assert.deepEqual(after.scsp.endpoints, before.scsp.endpoints);
    assert.notEqual(after.scsp.outboundToken, before.scsp.outboundToken);
    assert.notEqual(after.cpo.outboundToken, before.cpo.outboundToken);
    for (const old of [before.cpo.outboundToken, before.scsp.outboundToken]) {
      const url = old === before.cpo.outboundToken ? scsp : cpo;
      const answer = await ask(`${url.platform.baseUrl}/versions`, { token: old ?? '' });
      assert.equal(answer.status, 401);
    }
  });

  test(`D1.5-§2.3.1-CRED OCPI ${version}: DELETE ends the registration on both sides, POST again needs a new invitation`, async (t) => {
    const { scsp, cpo } = await pair(t, { versions });
    const ids = await registerAt(scsp, cpo);
    const token = (await only(cpo)).outboundToken ?? '';
    const result = await cpo.registrar.unregister(ids.atClient);
    assert.equal(result.ok, true);
    for (const side of [scsp, cpo]) {
      const peer = await only(side);
      assert.equal(peer.state, 'SUSPENDED');
      assert.equal(peer.outboundToken, undefined);
      assert.deepEqual(peer.inboundTokens, []);
    }
    assert.equal((await ask(`${scsp.platform.baseUrl}/versions`, { token })).status, 401);
    const again = await scsp.registrar.reinvite(ids.atHost);
    assert.ok(again);
    assert.equal((await cpo.registrar.register(again, localTerms(SCSP))).ok, true);
    assert.equal((await only(scsp)).state, 'REGISTERED');
  });

  test(`OCPI ${version} credentials: POST when registered, PUT and DELETE when not, are answered with 405 and Allow`, async (t) => {
    const { scsp, cpo } = await pair(t, { versions });
    const url = `${scsp.platform.baseUrl}/${version}/credentials`;
    const { token } = await scsp.registrar.invite(localTerms(CPO));
    for (const method of ['PUT', 'DELETE']) {
      const answer = await ask(url, { method, token, body: {} });
      assert.equal(answer.status, 405);
      assert.equal(answer.headers.get('allow'), 'GET, POST');
    }
    const client = await cpo.registrar.register(
      { token, versionsUrl: `${scsp.platform.baseUrl}/versions` },
      localTerms(SCSP),
    );
    assert.ok(client.ok);
    const registered = client.data.outboundToken ?? '';
    const post = await ask(url, { method: 'POST', token: registered, body: {} });
    assert.equal(post.status, 405);
    assert.equal((await ask(url, { method: 'PATCH', token: registered, body: {} })).status, 405);
  });

  test(`OCPI ${version} credentials: GET gives the credentials the caller uses, and only the caller's own token`, async (t) => {
    const { scsp, cpo } = await pair(t, { versions });
    await registerAt(scsp, cpo);
    const token = (await only(cpo)).outboundToken ?? '';
    const { json } = await ask(`${scsp.platform.baseUrl}/${version}/credentials`, { token });
    assert.deepEqual(json.data, {
      token,
      url: `${scsp.platform.baseUrl}/versions`,
      roles: [
        {
          role: 'SCSP',
          business_details: { name: 'Smart Charging' },
          country_code: 'NL',
          party_id: 'SMC',
        },
      ],
    });
  });

  test(`OCPI ${version} credentials: an API that cannot be read back is 3001, a version it lacks 3002, no modules 3003`, async (t) => {
    const { scsp, cpo } = await pair(t, { versions });
    const post = async (url: string) => {
      const { token } = await scsp.registrar.invite(localTerms(CPO));
      const roles = [{ role: 'CPO', country_code: 'FI', party_id: 'TKU', business_details: { name: 'T' } }];
      const answer = await ask(`${scsp.platform.baseUrl}/${version}/credentials`, {
        method: 'POST',
        token,
        body: { token: 'b', url, roles },
      });
      assert.equal(answer.status, 200);
      const still = await ask(`${scsp.platform.baseUrl}/versions`, { token });
      assert.equal(still.status, 200, 'a failed POST leaves TOKEN_A usable');
      return answer.json.status_code;
    };
    assert.equal(await post(`${cpo.platform.baseUrl}/nothing`), 3001);
    const other = await foreignServer(t, (url) => [{ version: '2.1.1', url }], []);
    assert.equal(await post(other), 3002);
    const bare = await foreignServer(t, (url) => [{ version, url }], ['credentials']);
    assert.equal(await post(bare), 3003);
    const without = await foreignServer(t, (url) => [{ version, url }], ['sessions']);
    assert.equal(await post(without), 3003);
  });
}

/** Versions and details of another implementation, written by hand. */
async function foreignServer(
  t: { after(fn: () => Promise<void>): void },
  versionsAt: (url: string) => unknown,
  modules: readonly string[],
): Promise<string> {
  const { createServer } = await import('node:http');
  const server = createServer((request, response) => {
    const own = `http://${request.headers.host}`;
    const endpoints = modules.map((identifier) => ({
      identifier,
      role: 'SENDER',
      url: `${own}/${identifier}`,
    }));
    const data = request.url === '/versions' ? versionsAt(`${own}/details`) : { version: '2.2.1', endpoints };
    response.end(JSON.stringify({ data, status_code: 1000, timestamp: '2026-11-21T08:00:00Z' }));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  t.after(async () => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as { port: number };
  return `http://127.0.0.1:${port}/versions`;
}

test('D1.5-§2.3.1-VER the highest version both sides speak is chosen', async (t) => {
  for (const [offered, spoken, chosen] of [
    [['2.3.0', '2.2.1'], ['2.3.0', '2.2.1'], '2.3.0'],
    [['2.2.1'], ['2.3.0', '2.2.1'], '2.2.1'],
    [['2.3.0', '2.2.1'], ['2.2.1'], '2.2.1'],
  ] as const) {
    const ports = { sessions: { receiver: new MemoryObjects<Session>() } };
    const host = await startPlatform({ party: SCSP, ports, versions: offered });
    const client = await startPlatform({ party: CPO, ports, versions: spoken });
    t.after(() => host.served.close());
    t.after(() => client.served.close());
    await registerAt(host, client);
    assert.equal((await only(client)).version, chosen);
    assert.equal((await only(host)).version, chosen);
  }
});

test('D1.5-§2.3.1-VER platforms without a common version do not register', async (t) => {
  const host = await startPlatform({ party: SCSP, versions: ['2.3.0'] });
  const client = await startPlatform({ party: CPO, versions: ['2.2.1'] });
  t.after(() => host.served.close());
  t.after(() => client.served.close());
  const invitation = await host.registrar.invite(localTerms(CPO));
  const result = await client.registrar.register(invitation, localTerms(SCSP));
  assert.equal(result.ok, false);
  assert.match(result.ok ? '' : result.detail, /No common version: wanted 2\.2\.1, offered 2\.3\.0/);
  assert.deepEqual(await client.platform.peers.list(), []);
});

test('security: OCPI TOKEN_A is valid for seven days and opens versions and credentials only', async (t) => {
  const { scsp } = await pair(t);
  const { token, expiresMs } = await scsp.registrar.invite(localTerms(CPO));
  assert.equal(expiresMs, scsp.clock.nowMs + 7 * DAY_MS);
  const base = scsp.platform.baseUrl;
  assert.equal((await ask(`${base}/versions`, { token })).status, 200);
  assert.equal((await ask(`${base}/2.2.1`, { token })).status, 200);
  const module = await ask(`${base}/2.2.1/receiver/sessions/FI/TKU/1`, { token });
  assert.equal(module.status, 401);
  assert.equal((await ask(`${base}/2.2.1/nothing`, { token })).status, 401);
  scsp.clock.nowMs = expiresMs;
  assert.equal((await ask(`${base}/versions`, { token })).status, 401);
});

test('security: OCPI TOKEN_A is used once, even by two requests at the same time', async (t) => {
  const { scsp, cpo } = await pair(t);
  const invitation = await scsp.registrar.invite(localTerms(CPO));
  const results = await Promise.all([
    cpo.registrar.register(invitation, localTerms(SCSP)),
    cpo.registrar.register(invitation, localTerms(SCSP)),
  ]);
  assert.deepEqual(results.map((result) => result.ok).sort(), [false, true]);
  assert.equal((await only(scsp)).state, 'REGISTERED');
});

test('security: OCPI a token that is handed out in a handshake only reads versions until the handshake is done', async (t) => {
  const { scsp, cpo } = await pair(t);
  await registerAt(scsp, cpo);
  const peer = await only(scsp);
  const hash = hashToken('underway');
  await scsp.platform.peers.save({
    ...peer,
    inboundTokens: [...peer.inboundTokens, { hash, use: 'handshake' }],
  });
  const base = scsp.platform.baseUrl;
  assert.equal((await ask(`${base}/versions`, { token: 'underway' })).status, 200);
  assert.equal((await ask(`${base}/2.3.0`, { token: 'underway' })).status, 200);
  for (const path of ['2.3.0/credentials', '2.3.0/receiver/sessions/FI/TKU/1']) {
    assert.equal((await ask(`${base}/${path}`, { token: 'underway' })).status, 401, path);
  }
});

test('security: OCPI the party of a token is fixed by the invitation and belongs to one platform only', async (t) => {
  const { scsp, cpo } = await pair(t);
  const foreign = { ...CPO, partyId: 'ABC' };
  const wrong = await cpo.registrar.register(
    await scsp.registrar.invite(localTerms(foreign)),
    localTerms(SCSP),
  );
  assert.equal(wrong.ok === false && wrong.statusCode, 2001);
  await registerAt(scsp, cpo);
  const open = await scsp.registrar.invite({ ...localTerms(CPO), parties: [] });
  const second = await cpo.registrar.register(open, localTerms(SCSP));
  assert.equal(second.ok === false && second.statusCode, 2001);
  assert.match(second.ok ? '' : second.detail, /registered by another platform/);
});

test('security: OCPI a client refuses a host that answers as another party than agreed', async (t) => {
  const { scsp, cpo } = await pair(t);
  const invitation = await scsp.registrar.invite(localTerms(CPO));
  const result = await cpo.registrar.register(invitation, localTerms({ ...SCSP, partyId: 'XYZ' }));
  assert.equal(result.ok === false && result.error, 'invalid');
  assert.deepEqual(await cpo.platform.peers.list(), []);
  assert.equal((await only(scsp)).state, 'SUSPENDED');
});

test('OCPI 2.12-16 credentials with a URL inside our network are refused without a call', async (t) => {
  const { scsp, cpo } = await pair(t);
  const invitation = await scsp.registrar.invite(localTerms(CPO, { allowPrivateAddresses: false }));
  const result = await cpo.registrar.register(invitation, localTerms(SCSP));
  assert.equal(result.ok === false && result.statusCode, 3001);
  assert.match(result.ok ? '' : result.detail, /only https is allowed/);
});

test('OCPI 2.12-1 a peer that is known to send its token raw is understood, another one is not', async (t) => {
  const { scsp, cpo } = await pair(t);
  await registerAt(scsp, cpo, { atHost: { rawToken: true }, atClient: { rawToken: true } });
  const old = (await only(cpo)).outboundToken ?? '';
  const url = `${scsp.platform.baseUrl}/versions`;
  const headers = { Authorization: `Token ${old}` };
  assert.equal((await ask(url, { headers })).status, 200);
  await scsp.platform.peers.save({ ...(await only(scsp)), rawToken: false });
  assert.equal((await ask(url, { headers })).status, 401);
  assert.equal((await ask(url, { token: old })).status, 200);
});

test('OCPI 2.12-2 both sides may rotate at the same moment and can still call each other', async (t) => {
  const { scsp, cpo } = await pair(t);
  const ids = await registerAt(scsp, cpo);
  for (let round = 0; round < 5; round += 1) {
    const results = await Promise.all([
      cpo.registrar.rotate(ids.atClient),
      scsp.registrar.rotate(ids.atHost),
    ]);
    assert.ok(
      results.some((result) => result.ok),
      JSON.stringify(results),
    );
    for (const [from, to] of [
      [scsp, cpo],
      [cpo, scsp],
    ] as const) {
      const token = (await only(from)).outboundToken ?? '';
      const answer = await ask(`${to.platform.baseUrl}/2.3.0/credentials`, { token });
      assert.equal(answer.status, 200, `round ${round}`);
    }
  }
});

test('security: OCPI a second invitation keeps the peer and its registration until it is used', async (t) => {
  const { scsp, cpo } = await pair(t);
  const ids = await registerAt(scsp, cpo, { atHost: { agreements: ['smartchargingoptimisation'] } });
  const old = (await only(cpo)).outboundToken ?? '';
  const versions = `${scsp.platform.baseUrl}/versions`;
  const again = await scsp.registrar.invite(localTerms(CPO));
  assert.equal(again.peerId, ids.atHost);
  assert.equal((await ask(versions, { token: old })).status, 200);
  const result = await cpo.registrar.register(again, localTerms(SCSP));
  assert.ok(result.ok, JSON.stringify(result));
  assert.equal(result.data.id, ids.atClient);
  assert.equal((await ask(versions, { token: old })).status, 401);
  assert.equal((await ask(versions, { token: again.token })).status, 401);
  assert.deepEqual((await only(scsp)).agreements, ['smartchargingoptimisation']);
});

test('OCPI 2.12-2 a registration that fails leaves an earlier one as it was', async (t) => {
  const { scsp, cpo } = await pair(t);
  await registerAt(scsp, cpo);
  const before = await only(cpo);
  const result = await cpo.registrar.register(
    { token: 'unknown', versionsUrl: `${scsp.platform.baseUrl}/versions` },
    localTerms(SCSP),
  );
  assert.equal(result.ok === false && result.httpStatus, 401);
  assert.deepEqual(await only(cpo), before);
});

test('OCPI 2.12-2 a PUT that got no answer leaves the old and the new token of the peer valid', async (t) => {
  const { scsp, cpo } = await pair(t);
  const ids = await registerAt(scsp, cpo);
  const http = cpo.platform.http;
  const { createRegistrar } = await import('./registrar.ts');
  const broken = createRegistrar({
    ...cpo.platform,
    async http(call) {
      const answer = await http(call);
      return call.method === 'PUT' ? { ok: false, error: 'timeout', detail: 'No answer.' } : answer;
    },
  });
  const result = await broken.rotate(ids.atClient);
  assert.equal(result.ok === false && result.error, 'timeout');
  const presented = (await only(scsp)).outboundToken ?? '';
  assert.equal((await ask(`${cpo.platform.baseUrl}/versions`, { token: presented })).status, 200);
});

test('D1.5-§2.3.1-HUB a hub is recognised by its role in 2.2.1 and by hub_party_id in 2.3.0', async (t) => {
  for (const version of ['2.2.1', '2.3.0'] as const) {
    const ports = { sessions: { receiver: new MemoryObjects<Session>() } };
    const hubParty: PartyInRole = { countryCode: 'ES', partyId: 'INC', role: 'HUB' };
    const parties: PartyInRole[] = version === '2.2.1' ? [hubParty] : [{ ...CPO }];
    const hub = await startPlatform({ party: parties[0]!, hubParty, ports, versions: [version] });
    const scsp = await startPlatform({ party: SCSP, ports });
    t.after(() => hub.served.close());
    t.after(() => scsp.served.close());
    const invitation = await scsp.registrar.invite({ ...localTerms(CPO), parties: [] });
    const registered = await hub.registrar.register(invitation, localTerms(SCSP));
    assert.ok(registered.ok, JSON.stringify(registered));
    const peer = await only(scsp);
    assert.deepEqual(peer.hubParty, { countryCode: 'ES', partyId: 'INC' });
    assert.equal(peer.parties[0]?.role, version === '2.2.1' ? 'HUB' : 'CPO');
  }
});

test('security: OCPI no token is written to a log', async (t) => {
  const { scsp, cpo } = await pair(t);
  const invitation = await scsp.registrar.invite(localTerms(CPO));
  await cpo.registrar.register(invitation, localTerms(SCSP));
  await cpo.registrar.rotate((await only(cpo)).id);
  const tokens = [invitation.token, (await only(cpo)).outboundToken, (await only(scsp)).outboundToken];
  const lines = [...scsp.platform.log.lines, ...cpo.platform.log.lines].join('\n');
  assert.ok(lines.length > 0);
  for (const token of tokens) assert.equal(lines.includes(token ?? 'absent'), false);
});
