import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { codecOf } from '../bridge/codecs.ts';
import { createOcpiClient } from '../client/ocpi-client.ts';
import type { Reading } from '../exchange/codec.ts';
import { type Caller, done, type Outcome } from '../exchange/outcome.ts';
import type { OcpiVersion, PartyId } from '../exchange/party.ts';
import type { PartyInRole } from '../exchange/peer.ts';
import type { LocationKey, OcpiPorts } from '../exchange/ports.ts';
import { chargingProfile, location, session } from '../model/fixtures/objects.ts';
import type {
  ChargingPreferences,
  ChargingProfileResult,
  Location,
  Session,
  SetChargingProfile,
} from '../model/index.ts';
import { responseUrl } from '../modules/charging-profiles/result-paths.ts';
import { MemoryObjects } from '../testing/memory-ports.ts';
import { registerAt, SCSP, startPlatform, type TestPlatform } from '../testing/platforms.ts';
import { ask, type RawRequest } from '../testing/raw-request.ts';
import { ownEndpoint } from '../versions/offer.ts';
import { clientInfos } from './client-infos.ts';

const WIRE_221 = { version: '2.2.1', unitProfile: 'si', agreements: ['battery_capacity'] } as const;
/** As an operator of OCPI 2.2.1 writes them. */
const session221 = written(codecOf('Session').write(session, WIRE_221));
const location221 = written(codecOf('Location').write(location, WIRE_221));
function written(writing: Reading<unknown>): Record<string, unknown> {
  assert.ok(writing.ok);
  return writing.value as Record<string, unknown>;
}

const HUB: PartyInRole = { countryCode: 'EU', partyId: 'HUB', role: 'HUB' };
const TURKU: PartyInRole = { countryCode: 'FI', partyId: 'TKU', role: 'CPO' };
const ROME: PartyInRole = { countryCode: 'IT', partyId: 'ENX', role: 'CPO' };
const APP: PartyInRole = { countryCode: 'ES', partyId: 'APP', role: 'EMSP' };

/** One platform behind the hub, and what reached it. */
interface Behind {
  readonly at: TestPlatform;
  readonly party: PartyInRole;
  /** How the hub knows it. */
  readonly atHub: string;
  /** The token it shows the hub. */
  readonly token: string;
  readonly version: OcpiVersion;
}

let hub: TestPlatform;
const behind = new Map<string, Behind>();
const callers = new Map<string, Caller[]>();
const sessions = new MemoryObjects<Session>();
const heardLocations: { readonly key: LocationKey; readonly from: PartyId }[] = [];
const profiles: { readonly party: string; readonly id: string; readonly body: SetChargingProfile }[] = [];
const results: { readonly id: string; readonly result: ChargingProfileResult }[] = [];
const wishes: { readonly id: string; readonly body: ChargingPreferences; readonly caller: Caller }[] = [];

const unused = async (): Promise<Outcome<never>> => assert.fail('not asked for here');

function operatorPorts(party: PartyInRole): OcpiPorts {
  const own = new MemoryObjects<Location>();
  const { countryCode: country_code, partyId: party_id } = party;
  for (const id of ['one', 'two']) {
    own.objects.set(id, { ...location, country_code, party_id, id: `${party_id}-${id}` });
  }
  return {
    locations: { sender: { list: own.list, get: unused } },
    chargingprofiles: {
      receiver: {
        get: unused,
        delete: unused,
        async put(caller, id, body) {
          callers.get(party_id)?.push(caller);
          profiles.push({ party: party_id, id, body });
          return done({ result: 'ACCEPTED', timeout: 30 });
        },
      },
    },
  };
}

const PLATFORMS: readonly (readonly [PartyInRole, OcpiVersion, OcpiPorts])[] = [
  [TURKU, '2.2.1', operatorPorts(TURKU)],
  [ROME, '2.3.0', operatorPorts(ROME)],
  [
    SCSP,
    '2.3.0',
    {
      sessions: {
        receiver: sessions,
        sender: {
          async setChargingPreferences(caller, id, body) {
            wishes.push({ id, body, caller });
            return done('ACCEPTED');
          },
        },
      },
      chargingprofiles: {
        sender: {
          async profileResult(caller, id, result) {
            callers.get('SMC')?.push(caller);
            results.push({ id, result });
            return done(undefined);
          },
          clearResult: unused,
          activeProfileResult: unused,
          activeProfile: unused,
        },
      },
      locations: {
        receiver: {
          get: unused,
          patch: unused,
          async put(caller, key) {
            heardLocations.push({ key, from: caller.from });
            return done(undefined);
          },
        },
      },
    },
  ],
  [APP, '2.2.1', { hubclientinfo: { receiver: {} as never } }],
];

before(async () => {
  hub = await startPlatform({ party: HUB, hubParty: HUB, isHub: true });
  for (const [party, version, ports] of PLATFORMS) {
    callers.set(party.partyId, []);
    const at = await startPlatform({ party, versions: [version], ports });
    const ids = await registerAt(hub, at, { atHost: { parties: [party] }, atClient: { parties: [] } });
    const peer = await at.platform.peers.byId(ids.atClient);
    assert.equal(peer?.version, version);
    assert.deepEqual(peer?.hubParty, { countryCode: 'EU', partyId: 'HUB' });
    assert.equal(peer?.parties[0]?.role, 'HUB', 'also in 2.3.0, where HUB is no role of the credentials');
    const reachable = PLATFORMS.map(([{ countryCode, partyId }]) => ({ countryCode, partyId }));
    assert.ok(await at.platform.peers.save({ ...peer, reachable }));
    behind.set(party.partyId, { at, party, version, atHub: ids.atHost, token: peer.outboundToken ?? '' });
  }
});
after(async () => {
  for (const { at } of behind.values()) await at.served.close();
  await hub.served.close();
});
beforeEach(() => {
  profiles.length = 0;
  results.length = 0;
  wishes.length = 0;
  sessions.objects.clear();
  heardLocations.length = 0;
  for (const each of callers.values()) each.length = 0;
});

const of = (partyId: string) => behind.get(partyId) ?? assert.fail(partyId);

/** Asks the hub as a party, below `{version}/`. */
function from(partyId: string, path: string, to: PartyInRole | undefined, request: RawRequest = {}) {
  const { token, version, party } = of(partyId);
  return ask(`${hub.platform.baseUrl}/${version}/${path}`, {
    token,
    ...request,
    headers: {
      'OCPI-from-country-code': party.countryCode,
      'OCPI-from-party-id': party.partyId,
      ...(to && { 'OCPI-to-country-code': to.countryCode, 'OCPI-to-party-id': to.partyId }),
      ...request.headers,
    },
  });
}

test('D4.2-T24-SCO the version details of the hub name both sides of every functional module', async () => {
  const answer = await from('SMC', '', undefined);
  const { endpoints } = answer.json.data as { endpoints: { identifier: string; role: string }[] };
  const sides = (id: string) =>
    endpoints.filter(({ identifier }) => identifier === id).map(({ role }) => role);
  for (const id of ['sessions', 'chargingprofiles', 'locations', 'tokens', 'cdrs', 'commands']) {
    assert.deepEqual(sides(id).sort(), ['RECEIVER', 'SENDER'], id);
  }
  assert.deepEqual(sides('smartchargingoptimisation'), [], 'custom modules only by agreement');
});

test('D1.5-§2.3.1-HUB a session goes to the party it is addressed to, from 2.2.1 to 2.3.0, under the ids of one correlation', async () => {
  const put = await from('TKU', 'receiver/sessions/FI/TKU/s-1001', SCSP, {
    method: 'PUT',
    body: session221,
    headers: { 'X-Request-ID': 'r-1', 'X-Correlation-ID': 'c-1' },
  });
  assert.equal(put.json.status_code, 1000, put.text);
  assert.equal(put.status, 201, 'created, as the receiver says');
  assert.equal(put.headers.get('x-correlation-id'), 'c-1');
  assert.equal(put.headers.get('ocpi-from-party-id'), 'SMC');
  assert.equal(put.headers.get('ocpi-to-party-id'), 'TKU');
  const caller = sessions.callers.at(-1);
  assert.equal(caller?.correlationId, 'c-1');
  assert.notEqual(caller?.requestId, 'r-1', 'X-Request-ID is new at every hop');
  assert.deepEqual(caller?.from, { countryCode: 'FI', partyId: 'TKU' });
  assert.deepEqual(caller?.to, { countryCode: 'NL', partyId: 'SMC' });
  assert.deepEqual(sessions.objects.get('FI-TKU/S-1001'), session);
  const back = await from('TKU', 'receiver/sessions/FI/TKU/s-1001', SCSP);
  assert.deepEqual(back.json.data, session221, 'and back');
});

test('D4.2-§3.3.3 a profile reaches the operator that owns the session and nobody else; its result comes back through the hub', async () => {
  const scsp = of('SMC').at.platform;
  const [peer] = await scsp.peers.list();
  const client = createOcpiClient(scsp, peer?.id ?? '');
  const endpoint = ownEndpoint(scsp, '2.3.0', 'chargingprofiles', 'SENDER');
  const url = responseUrl(endpoint, 'ChargingProfileResult', 'mine-1');
  const answer = await client.receiver.chargingprofiles.put(
    's-1001',
    { charging_profile: chargingProfile, response_url: url },
    { to: TURKU },
  );
  assert.ok(answer.ok, JSON.stringify(answer));
  assert.equal(answer.data.result, 'ACCEPTED');
  assert.deepEqual(
    profiles.map(({ party, id }) => [party, id]),
    [['TKU', 's-1001']],
  );
  const told = profiles[0]?.body.response_url ?? '';
  assert.ok(told.startsWith(hub.platform.baseUrl), 'the operator answers the hub, whose token it has');

  // Rome was not asked: its answer is nobody's.
  const result = { result: 'ACCEPTED' } as const;
  const path = told.slice(`${hub.platform.baseUrl}/2.2.1/`.length);
  assert.equal((await from('ENX', path, undefined, { method: 'POST', body: result })).status, 404);
  assert.equal(results.length, 0);

  const turku = of('TKU').at.platform;
  const [hubPeer] = await turku.peers.list();
  const sent = await createOcpiClient(turku, hubPeer?.id ?? '').postResult(told, {
    kind: 'ChargingProfileResult',
    result,
  });
  assert.ok(sent.ok, JSON.stringify(sent));
  assert.deepEqual(results, [{ id: 'mine-1', result }]);
  assert.equal(callers.get('SMC')?.[0]?.from.partyId, 'TKU');
  const again = await from('TKU', path, undefined, { method: 'POST', body: result });
  assert.equal(again.status, 404, 'a result is delivered once');
});

test('D4.2-§3.3.1-4 wishes of a driver go from the app over the hub to the service that plans, under one trace id', async () => {
  const body = { profile_type: 'CHEAP', departure_time: '2026-11-21T16:00:00Z', energy_need: 12 };
  const path = 'sender/sessions/s-1001/charging_preferences';
  const headers = { 'X-Correlation-ID': 'trace-of-the-app' };
  const answer = await from('APP', path, SCSP, { method: 'PUT', body, headers });
  assert.deepEqual(answer.json.data, 'ACCEPTED', answer.text);
  assert.equal(answer.headers.get('x-correlation-id'), 'trace-of-the-app');
  assert.equal(wishes[0]?.caller.correlationId, 'trace-of-the-app');
  assert.equal(wishes[0]?.caller.from.partyId, 'APP');
  assert.equal(wishes[0]?.body.energy_need, 12);
});

test('broadcast: addressed to the hub, a location goes to everybody on the other side that has the module; sessions never do', async () => {
  const path = 'receiver/locations/FI/TKU/quay';
  const answer = await from('TKU', path, HUB, { method: 'PUT', body: location221 });
  assert.equal(answer.json.status_code, 1000, answer.text);
  const [heard, ...more] = heardLocations;
  assert.deepEqual(heard?.from, { countryCode: 'EU', partyId: 'HUB' }, 'the hub speaks');
  assert.deepEqual(heard?.key.owner, { countryCode: 'FI', partyId: 'TKU' }, 'for the owner in the URL');
  assert.equal(more.length, 0);
  const refused = await from('TKU', 'receiver/sessions/FI/TKU/s-1001', HUB, {
    method: 'PUT',
    body: session221,
  });
  assert.equal(refused.json.status_code, 4001);
});

test('open routing: without OCPI-to the only possible receiver gets it; where there are several the answer names them', async () => {
  const put = await from('TKU', 'receiver/sessions/FI/TKU/s-1001', undefined, {
    method: 'PUT',
    body: session221,
  });
  assert.equal(put.json.status_code, 1000, put.text);
  const url = responseUrl(
    ownEndpoint(of('SMC').at.platform, '2.3.0', 'chargingprofiles', 'SENDER'),
    'ChargingProfileResult',
    'mine-2',
  );
  const body = { charging_profile: chargingProfile, response_url: url };
  const unclear = await from('SMC', 'receiver/chargingprofiles/s-1001', undefined, { method: 'PUT', body });
  assert.equal(unclear.json.status_code, 4001);
  assert.match(unclear.json.status_message ?? '', /FI-TKU, IT-ENX/);
  assert.equal(profiles.length, 0);
});

test('GET All via Hub: the lists of all operators behind one another, page by page', async () => {
  const first = await from('SMC', 'sender/locations?limit=3', HUB);
  const ids = (answer: { json: { data?: unknown } }) =>
    (answer.json.data as { id: string }[]).map(({ id }) => id);
  assert.deepEqual(ids(first), ['TKU-one', 'TKU-two', 'ENX-one'], first.text);
  assert.equal(first.headers.get('x-total-count'), '4');
  const next = /<([^>]+)>/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
  assert.ok(next.startsWith(`${hub.platform.baseUrl}/2.3.0/sender/locations?`), next);
  const rest = await from('SMC', next.slice(`${hub.platform.baseUrl}/2.3.0/`.length), HUB);
  assert.deepEqual(ids(rest), ['ENX-two']);
  assert.equal(rest.headers.get('link'), null);
});

test('D1.5-§2.3.1-HUB what is not possible has a code of its own: unknown receiver, no such module, not reachable', async (t) => {
  const stranger = { countryCode: 'DE', partyId: 'XXX', role: 'CPO' } as const;
  const path = 'receiver/sessions/FI/TKU/s-1001';
  const put = (to: PartyInRole, body: unknown = session221) => from('TKU', path, to, { method: 'PUT', body });
  const unknown = await put(stranger);
  assert.deepEqual([unknown.status, unknown.json.status_code], [200, 4001], unknown.text);
  assert.equal((await put(ROME)).json.status_code, 4001, 'Rome has no sessions to receive');
  const broken = await put(SCSP, { ...session221, kwh: 'much' });
  assert.equal(broken.json.status_code, 2001);
  assert.match(broken.json.status_message ?? '', /kwh/);
  assert.equal(sessions.objects.size, 0);

  const gone = await startPlatform({
    party: { countryCode: 'NL', partyId: 'OFF', role: 'SCSP' },
    ports: { sessions: { receiver: sessions } },
  });
  await registerAt(hub, gone);
  await gone.served.close();
  t.after(async () => {
    for (const peer of await hub.platform.peers.list()) {
      if (peer.parties.some(({ partyId }) => partyId === 'OFF')) await hub.platform.peers.remove(peer.id);
    }
  });
  const unreachable = await put({ countryCode: 'NL', partyId: 'OFF', role: 'SCSP' });
  assert.deepEqual([unreachable.status, unreachable.json.status_code], [200, 4003], unreachable.text);
});

test('X43 a party speaks for itself only: neither OCPI-from nor the URL of another, and no answer address on a foreign host', async () => {
  const asRome = await from('TKU', 'receiver/sessions/IT/ENX/s-1', SCSP, { method: 'PUT', body: session221 });
  assert.equal(asRome.json.status_code, 2001, asRome.text);
  const forged = await from('TKU', 'receiver/sessions/FI/TKU/s-1001', SCSP, {
    method: 'PUT',
    body: session221,
    headers: { 'OCPI-from-country-code': 'IT', 'OCPI-from-party-id': 'ENX' },
  });
  assert.equal(forged.status, 403);
  const body = { charging_profile: chargingProfile, response_url: 'http://127.0.0.2:1/steal' };
  const stolen = await from('SMC', 'receiver/chargingprofiles/s-1001', TURKU, { method: 'PUT', body });
  assert.equal(stolen.json.status_code, 2001);
  const query = `duration=900&response_url=${encodeURIComponent(body.response_url)}`;
  const read = await from('SMC', `receiver/chargingprofiles/s-1001?${query}`, TURKU);
  assert.equal(read.json.status_code, 2001);
  assert.deepEqual([sessions.objects.size, profiles.length], [0, 0]);
});

test('D4.2-§4.1.2.1 the battery of a car reaches through the hub only who agreed on it', async (t) => {
  const agree = async (partyId: string, agreements: readonly string[]) => {
    for (const { at, id } of [
      { at: hub, id: of(partyId).atHub },
      { at: of(partyId).at, id: (await of(partyId).at.platform.peers.list())[0]?.id ?? '' },
    ]) {
      const peer = (await at.platform.peers.byId(id)) ?? assert.fail();
      await at.platform.peers.save({ ...peer, agreements });
    }
  };
  t.after(async () => {
    for (const partyId of ['TKU', 'SMC']) await agree(partyId, []);
  });
  const stored = async () => {
    const body = { ...session221, battery_capacity: 58 };
    const put = await from('TKU', 'receiver/sessions/FI/TKU/s-1001', SCSP, { method: 'PUT', body });
    assert.equal(put.json.status_code, 1000, put.text);
    return sessions.objects.get('FI-TKU/S-1001')?.battery_capacity;
  };
  await agree('TKU', ['battery_capacity']);
  assert.equal(await stored(), undefined);
  await agree('SMC', ['battery_capacity']);
  assert.equal(await stored(), 58);
});

test('D4.2-§4-hub HubClientInfo says who is behind the hub and how each is doing', async () => {
  const peers = await hub.platform.peers.list();
  const downMs = Date.parse('2027-01-01T00:00:00Z');
  const infos = clientInfos(
    peers,
    (id) => (id === of('ENX').atHub ? { isDown: true, sinceMs: downMs } : undefined),
    of('SMC').atHub,
  );
  assert.deepEqual(
    infos.map(({ party_id, role, status }) => [party_id, role, status]),
    [
      ['TKU', 'CPO', 'CONNECTED'],
      ['ENX', 'CPO', 'OFFLINE'],
      ['APP', 'EMSP', 'CONNECTED'],
    ],
  );
  assert.equal(infos[1]?.last_updated, '2027-01-01T00:00:00Z');
});
