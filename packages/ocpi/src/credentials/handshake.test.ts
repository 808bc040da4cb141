import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PartyInRole } from '../exchange/peer.ts';
import type { Session } from '../model/index.ts';
import { foreignServer } from '../testing/foreign-server.ts';
import { MemoryObjects } from '../testing/memory-ports.ts';
import { CPO, localTerms, registerAt, SCSP, startPlatform } from '../testing/platforms.ts';
import { ask } from '../testing/raw-request.ts';
import { only, strangers } from '../testing/strangers.ts';
import { hashToken } from '../transport/token.ts';

for (const version of ['2.2.1', '2.3.0'] as const) {
  const versions = [version];

  test(`D1.5-§2.3.1-CRED OCPI ${version}: TOKEN_A, B and C change hands, TOKEN_A is dead afterwards`, async (t) => {
    const { scsp, cpo } = await strangers(t, { versions });
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
    const { scsp, cpo } = await strangers(t, { versions });
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
    const { scsp, cpo } = await strangers(t, { versions });
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
    const { scsp, cpo } = await strangers(t, { versions });
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
    const { scsp, cpo } = await strangers(t, { versions });
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
    const { scsp, cpo } = await strangers(t, { versions });
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
    const { scsp, cpo } = await strangers(t, { versions });
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
    const other = await foreignVersions(t, (url) => [{ version: '2.1.1', url }], []);
    assert.equal(await post(other), 3002);
    const bare = await foreignVersions(t, (url) => [{ version, url }], ['credentials']);
    assert.equal(await post(bare), 3003);
    const without = await foreignVersions(t, (url) => [{ version, url }], ['sessions']);
    assert.equal(await post(without), 3003);
  });
}

/** Versions and details of another implementation, written by hand. */
async function foreignVersions(
  t: { after(fn: () => Promise<void>): void },
  versionsAt: (url: string) => unknown,
  modules: readonly string[],
): Promise<string> {
  const { url } = await foreignServer(t, (request, own) => {
    const endpoints = modules.map((identifier) => ({
      identifier,
      role: 'SENDER',
      url: `${own}/${identifier}`,
    }));
    const data = request.url === '/versions' ? versionsAt(`${own}/details`) : { version: '2.2.1', endpoints };
    return { data, status_code: 1000, timestamp: '2026-11-21T08:00:00Z' };
  });
  return `${url}versions`;
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
