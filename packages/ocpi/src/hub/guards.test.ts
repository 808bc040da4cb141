import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { codecOf } from '../bridge/codecs.ts';
import type { PartyInRole } from '../exchange/peer.ts';
import { chargingProfile, session, startSession, token } from '../model/fixtures/objects.ts';
import type { Session } from '../model/index.ts';
import { readPath } from '../server/request-values.ts';
import { MemoryObjects } from '../testing/memory-ports.ts';
import { registerAt, SCSP, startPlatform, TestClock, type TestPlatform } from '../testing/platforms.ts';
import { ask, type RawRequest } from '../testing/raw-request.ts';
import { type Part, readAll } from './all-lists.ts';
import { Callbacks } from './callbacks.ts';
import type { Destination } from './destinations.ts';

const HUB: PartyInRole = { countryCode: 'EU', partyId: 'HUB', role: 'HUB' };
const OTHER_HUB: PartyInRole = { countryCode: 'EU', partyId: 'HB2', role: 'HUB' };
const TURKU: PartyInRole = { countryCode: 'FI', partyId: 'TKU', role: 'CPO' };
const ROME: PartyInRole = { countryCode: 'IT', partyId: 'ENX', role: 'CPO' };

const sessions = new MemoryObjects<Session>();
let hub: TestPlatform;
const platforms: TestPlatform[] = [];
const tokens = new Map<string, string>();

async function join(party: PartyInRole, more: Parameters<typeof startPlatform>[0] = {}): Promise<string> {
  const never = { receiver: {} as never };
  const ports = { commands: never, chargingprofiles: never };
  const at = await startPlatform({ party, versions: ['2.3.0'], ports, ...more });
  platforms.push(at);
  const ids = await registerAt(hub, at, { atHost: { parties: [party] }, atClient: { parties: [] } });
  tokens.set(party.partyId, (await at.platform.peers.byId(ids.atClient))?.outboundToken ?? '');
  return ids.atHost;
}

before(async () => {
  hub = await startPlatform({ party: HUB, hubParty: HUB, isHub: true });
  await join(SCSP, { ports: { sessions: { receiver: sessions } } });
  await join(TURKU);
});
after(async () => {
  for (const at of [...platforms, hub]) await at.served.close();
});

function from(
  { countryCode, partyId }: PartyInRole,
  path: string,
  to: PartyInRole,
  request: RawRequest & { readonly shown?: string },
) {
  return ask(`${hub.platform.baseUrl}/2.3.0/${path}`, {
    token: tokens.get(request.shown ?? partyId) ?? '',
    ...request,
    headers: {
      'OCPI-from-country-code': countryCode,
      'OCPI-from-party-id': partyId,
      'OCPI-to-country-code': to.countryCode,
      'OCPI-to-party-id': to.partyId,
    },
  });
}

const onWire = (kind: 'Session', value: Session): object => {
  const written = codecOf(kind).write(value, { version: '2.3.0', unitProfile: 'si', agreements: [] });
  assert.ok(written.ok);
  return written.value as object;
};

test('X43 who was invited as an operator does not become another party by calling it its hub', async () => {
  const id = await join(ROME, { hubParty: { ...TURKU, role: 'HUB' } });
  assert.equal((await hub.platform.peers.byId(id))?.hubParty, undefined);
  const put = await from(TURKU, 'receiver/sessions/FI/TKU/s-1001', SCSP, {
    method: 'PUT',
    body: onWire('Session', session),
    shown: 'ENX',
  });
  assert.equal(put.status, 403, put.text);
  assert.equal(sessions.objects.size, 0);
});

test('X43 the object in the body is the one of the URL and of its sender, also through a hub', async () => {
  const body = { ...onWire('Session', session), country_code: 'IT', party_id: 'ENX' };
  const put = await from(TURKU, 'receiver/sessions/FI/TKU/s-1001', SCSP, { method: 'PUT', body });
  assert.equal(put.json.status_code, 2001);
  assert.match(put.json.status_message ?? '', /country_code of the body/);
  const start = { ...startSession, token, response_url: `${platforms[0]?.platform.baseUrl}/r` };
  const started = await from(SCSP, 'receiver/commands/START_SESSION', TURKU, { method: 'POST', body: start });
  assert.match(started.json.status_message ?? '', /token: belongs to another party/);
  assert.equal(sessions.objects.size, 0);
});

test('X43 of two addresses for a result the one that is used is the one that was checked', async () => {
  const own = encodeURIComponent(`${platforms[0]?.platform.baseUrl}/results/1`);
  const foreign = encodeURIComponent('http://127.0.0.2:1/steal');
  const path = `receiver/chargingprofiles/s-1?duration=900&response_url=${foreign}&response_url=${own}`;
  const asked = await from(SCSP, path, TURKU, {});
  assert.equal(asked.json.status_code, 2001, asked.text);
  assert.match(asked.json.status_message ?? '', /response_url/);
});

test('a step of a path is no id: it would lead a hub to an address of the receiver that nobody checked', () => {
  for (const id of ['..', '.', '%2e%2e', '%2E.']) assert.equal(readPath({ location_id: id }).ok, false, id);
  assert.equal(readPath({ location_id: '...' }).ok, true);
});

test('what is said to all is said to no other hub, and nobody is commanded by all at once', async () => {
  await join(OTHER_HUB, { hubParty: OTHER_HUB, isHub: true });
  const list = await from(SCSP, 'sender/locations', HUB, {});
  assert.equal(list.json.status_code, 4001, `a hub alone has no list: ${list.text}`);
  const body = {
    charging_profile: chargingProfile,
    response_url: `${platforms[0]?.platform.baseUrl}/results/1`,
  };
  const all = await from(SCSP, 'receiver/chargingprofiles/s-1', HUB, { method: 'PUT', body });
  assert.equal(all.json.status_code, 4001, all.text);
  assert.match(all.json.status_message ?? '', /for one receiver/);
});

test('many results that one platform waits for push out none of another', () => {
  let count = 0;
  const callbacks = new Callbacks(new TestClock(), (size) => {
    count += 1;
    const bytes = new Uint8Array(size);
    new DataView(bytes.buffer).setUint32(0, count);
    return bytes;
  });
  const keep = (peerId: string) =>
    callbacks.keep({ peerId, party: SCSP, url: 'https://a.example/r', answererId: 'cpo', answerer: TURKU });
  const quiet = keep('quiet');
  const [first] = Array.from({ length: 10_001 }, () => keep('loud'));
  assert.equal(callbacks.find(quiet, 'cpo', TURKU)?.peerId, 'quiet');
  assert.equal(callbacks.find(first ?? '', 'cpo', TURKU), undefined, 'its own oldest gave way');
});

/** Reads all pages of lists whose platforms give at most `cap` objects at once. */
async function readPages(lists: readonly { readonly ids: readonly string[]; readonly cap: number }[]) {
  const destinations = lists.map((_, n) => ({ party: TURKU, endpoint: String(n) }) as unknown as Destination);
  const partOf = async ({ endpoint }: Destination, offset: number, limit: number): Promise<Part> => {
    const { ids = [], cap = 0 } = lists[Number(endpoint)] ?? {};
    return { ok: true, items: ids.slice(offset, offset + Math.min(limit, cap)), totalCount: ids.length };
  };
  const read: unknown[] = [];
  for (let calls = 0; calls < 50; calls++) {
    const page = await readAll(destinations, { offset: read.length, limit: 10 }, partOf);
    if (page.ok !== true) return page.ok;
    read.push(...page.data.items);
    if (read.length >= page.data.totalCount) return read;
  }
  return assert.fail('the list never ends');
}

test('GET All via Hub: a platform that gives less at once than was asked for loses nothing and repeats nothing', async () => {
  const ids = (name: string, count: number) => Array.from({ length: count }, (_, n) => `${name}${n}`);
  const lists = [
    { ids: ids('a', 23), cap: 4 },
    { ids: [], cap: 10 },
    { ids: ids('b', 12), cap: 100 },
    { ids: ids('c', 5), cap: 3 },
  ];
  assert.deepEqual(
    await readPages(lists),
    lists.flatMap((list) => list.ids),
  );
  assert.equal(await readPages([{ ids: ids('a', 3), cap: 0 }]), 'failed', 'an empty page is no end');
});
