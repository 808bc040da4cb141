import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Fields, PASSWORD, plainCall, type SignedIn, signedIn } from '../main/testing/signed-in.ts';
import { type TestServer, testServer } from '../main/testing/test-server.ts';
import { GRANTS, PERMISSIONS, type Permission, type Standing } from '../operators/index.ts';
import { OF_PEERS } from './tenancy.ts';

let server: TestServer;

interface Route {
  readonly method: string;
  /** As OpenAPI writes it. */
  readonly path: string;
  readonly right: Permission;
}
let routes: readonly Route[];

before(async () => {
  // A proxy in front: nothing is open without signing in.
  server = await testServer({ SMAC_TRUSTED_PROXIES: '127.0.0.1' });
  const { json } = await plainCall<{ paths: Record<string, Record<string, { 'x-right': Permission }>> }>(
    `${server.url}/docs/json`,
    'GET',
  );
  routes = Object.entries(json.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      right: operation['x-right'],
    })),
  );
});
after(() => server.close());

/** Formats that routes want in an address, so that a refusal is about rights. */
const FILLED: Readonly<Record<string, string>> = {
  kind: 'price',
  number: '1',
  keyId: '0123456789ab',
  waiverId: '1',
  revision: '1',
  handle: '0123456789abcdef01',
  purpose: 'v2g',
};
const addressOf = (path: string) =>
  path.replaceAll(/\{(\w+)\}/g, (_, name: string) => FILLED[name] ?? '0123456789abcdef01234567');

async function statusOf({ method, path }: Route, headers: Record<string, string>): Promise<number> {
  const body = method === 'GET' || method === 'DELETE' ? undefined : {};
  return (await plainCall(`${server.url}${addressOf(path)}`, method, body, headers)).status;
}

async function driverHeaders(): Promise<Record<string, string>> {
  const made = await plainCall<{ csrfToken: string }>(`${server.url}/api/drivers/sign-up`, 'POST', {
    email: 'pedro@example.org',
    password: PASSWORD,
  });
  return {
    cookie: made.headers.getSetCookie()[0]?.split(';')[0] ?? '',
    'x-csrf-token': made.json.csrfToken,
  };
}

test('T-AUTHZ ASVS-8.2.1 every route for every kind of person: what the table grants goes through, all else is refused', {
  timeout: 60_000,
}, async () => {
  const people: [Standing, Record<string, string>][] = [['driver', await driverHeaders()]];
  // Keys are tried with every role elsewhere; a person's role goes through the same table.
  for (const role of ['city', 'operator'] as const) {
    const { cookie, csrfToken } = await signedIn(server, role, Date.now());
    people.push([role, { cookie, 'x-csrf-token': csrfToken }]);
  }
  // Leaving and signing out would end the sign-in that is tried with.
  const ends = /sign-out|password$|\/drivers\/me$|stream$|\/pull$/;
  let tried = 0;
  for (const [role, headers] of people) {
    for (const route of routes) {
      assert.ok(PERMISSIONS.includes(route.right), `${route.method} ${route.path} names a right`);
      if (ends.test(route.path) && route.method !== 'GET') continue;
      if (/stream$/.test(route.path) || route.right === 'public') continue;
      const status = await statusOf(route, headers);
      const what = `${role} ${route.method} ${route.path} -> ${status}`;
      if (GRANTS[role].has(route.right)) assert.ok(status !== 401 && status !== 403, what);
      else assert.ok(status === 401 || status === 403, what);
      tried += 1;
    }
  }
  assert.ok(tried > 250, String(tried));
});

test('T-AUTHZ a city sees sums, a guest charges, a driver has what is their own: nothing of operation, no person', () => {
  assert.deepEqual([...GRANTS.city], ['public', 'ocpi', 'account:own', 'insight:read']);
  assert.deepEqual([...GRANTS.guest], ['public', 'ocpi', 'charge:own']);
  assert.deepEqual([...GRANTS.driver], ['public', 'ocpi', 'charge:own', 'drive:own']);
});

test('D4.2-§3.3.2-1 ASVS-8.4.1 RT9 people of one platform see and change their own contexts, and nothing of another one', async () => {
  const peerOf = async (party: string) => {
    const invited = await server.scsp.parties.invite({ role: 'CPO', country: 'NL', party, name: party });
    assert.ok(invited.ok);
    const peers = await server.scsp.parties.list();
    const peerId = peers.find((peer) => JSON.stringify(peer).includes(party))?.peerId;
    assert.ok(peerId);
    const made = await server.sites.createContext(
      { peerId, party: { countryCode: 'NL', partyId: party } },
      `site-${party}`,
      { statics: { evses: [], currency: 'EUR' }, shadow: false },
    );
    assert.ok(made.ok);
    return { peerId, contextId: made.data.id };
  };
  const [mine, other] = [await peerOf('AAA'), await peerOf('BBB')];
  const anna: SignedIn = await signedIn(server, 'operator', Date.now(), 'anna@aaa.example.org', mine.peerId);
  const listed = (await anna.call<{ id: string }[]>('GET', '/api/contexts')).json;
  assert.deepEqual(
    listed.map(({ id }) => id),
    [mine.contextId],
  );
  const path = (contextId: string) => `/api/contexts/${encodeURIComponent(contextId)}`;
  assert.equal((await anna.call('GET', path(mine.contextId))).status, 200);
  assert.equal((await anna.call('PATCH', path(mine.contextId), { shadow: true })).status, 200);
  assert.equal((await anna.call('GET', path(other.contextId))).status, 404);
  assert.equal((await anna.call('PATCH', path(other.contextId), { shadow: true })).status, 404);
  assert.equal((await server.sites.context(other.contextId))?.shadow, false);
  const foreign = await anna.call('POST', '/api/contexts', {
    country: 'NL',
    party: 'BBB',
    peerId: other.peerId,
    objectId: 'planted',
    statics: { evses: [], currency: 'EUR' },
  });
  assert.equal(foreign.status, 404, JSON.stringify(foreign.json));
  const open = new Set(['public', 'account:own', 'plans:preview', 'ocpi', 'charge:own', 'drive:own']);
  for (const route of routes) {
    const name = `${route.method} ${route.path.replaceAll(/\{(\w+)\}/g, ':$1')}`;
    if (open.has(route.right) || OF_PEERS.has(name) || /stream$/.test(route.path)) continue;
    const { status } = await anna.call<Fields>(
      route.method,
      addressOf(route.path),
      route.method === 'GET' || route.method === 'DELETE' ? undefined : {},
    );
    assert.ok(status === 403 || status === 400 || status === 404, `${name} -> ${status}`);
  }
  for (const name of OF_PEERS.keys())
    assert.ok(
      routes.some(({ method, path: url }) => name === `${method} ${url.replaceAll(/\{(\w+)\}/g, ':$1')}`),
      name,
    );
});
