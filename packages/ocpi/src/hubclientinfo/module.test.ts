import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Caller } from '../exchange/outcome.ts';
import { done, refused } from '../exchange/outcome.ts';
import { type PartyId, partyName } from '../exchange/party.ts';
import { clientInfo } from '../model/fixtures/objects.ts';
import type { ClientInfo } from '../model/index.ts';
import { CPO, registerAt, SCSP, startPlatform } from '../testing/platforms.ts';
import { ask } from '../testing/raw-request.ts';

for (const version of ['2.2.1', '2.3.0'] as const) {
  test(`D1.5-§2.3.1-HUB OCPI ${version} HubClientInfo: a hub tells about third parties; path and body must agree`, async (t) => {
    const known = new Map<string, ClientInfo>();
    const receiver = {
      async get(_caller: Caller, party: PartyId) {
        const info = known.get(partyName(party));
        return info === undefined ? refused('unknownObject', 'Nothing is known of that party.') : done(info);
      },
      async put(_caller: Caller, party: PartyId, info: ClientInfo) {
        known.set(partyName(party), info);
        return done(undefined);
      },
    };
    const scsp = await startPlatform({ party: SCSP, ports: { hubclientinfo: { receiver } } });
    const hub = await startPlatform({
      party: CPO,
      hubParty: { ...CPO, role: 'HUB' },
      ports: {
        hubclientinfo: { sender: { list: async () => done({ items: [clientInfo], totalCount: 1 }) } },
      },
      versions: [version],
    });
    t.after(() => scsp.served.close());
    t.after(() => hub.served.close());
    // 2.2.1 shows the hub as a role of its own, so the invitation leaves the parties open.
    await registerAt(scsp, hub, { atHost: { parties: [] } });
    const token = (await hub.platform.peers.list())[0]?.outboundToken ?? '';
    const url = `${scsp.platform.baseUrl}/${version}/receiver/hubclientinfo`;
    const third = { ...clientInfo, country_code: 'NL', party_id: 'TNM', status: 'OFFLINE' };
    const put = (path: string, body: unknown) => ask(`${url}/${path}`, { method: 'PUT', token, body });
    const answer = await put('NL/TNM', third);
    assert.equal(answer.json.status_code, 1000, answer.text);
    assert.equal(answer.headers.get('ocpi-from-party-id'), null, 'a configuration module is never routed');
    assert.deepEqual((await ask(`${url}/nl/tnm/`, { token })).json.data, third);
    assert.equal((await put('NL/ABC', third)).json.status_code, 2001);
    assert.equal((await put('NLD/TNM', third)).json.status_code, 2001);
    assert.equal((await put('NL/TNM', { ...third, status: 'GONE' })).json.status_code, 2001);
    assert.equal((await ask(`${url}/NL/XYZ`, { token })).status, 404);
    assert.equal((await ask(`${url}/NL/TNM`, { method: 'DELETE', token })).status, 405);
    assert.equal(known.size, 1);
  });
}
