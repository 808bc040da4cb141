import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { main } from '../main/cli.ts';
import {
  type Fields,
  type MeAnswer,
  oneTimeCode,
  PASSWORD,
  plainCall,
  type SignedIn,
  signedIn,
} from '../main/testing/signed-in.ts';
import { type TestServer, testServer } from '../main/testing/test-server.ts';
import { GRANTS, PERMISSIONS, type Permission, type Standing } from '../operators/index.ts';
import { systemClock } from '../time/clock.ts';
import { ABOUT_DRIVERS } from './read-trail.ts';
import { OF_PEERS } from './tenancy.ts';

/** The server's clock runs, and jumps when a test says so. */
let aheadMs = 0;
const clock = { ...systemClock, now: () => systemClock.now() + aheadMs };
let server: TestServer;
let admin: SignedIn;

interface Route {
  readonly method: string;
  /** As OpenAPI writes it. */
  readonly path: string;
  readonly right: Permission;
}
let routes: readonly Route[];

before(async () => {
  // A proxy in front: nothing is open without signing in.
  server = await testServer({ SMAC_TRUSTED_PROXIES: '127.0.0.1' }, {}, clock);
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
  register: 'cdrs',
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

const post = <T = Fields>(path: string, body: unknown) => plainCall<T>(`${server.url}${path}`, 'POST', body);
const tokenIn = (link: string) => link.split('=')[1] ?? '';

test('ASVS-6.3.2 there is no default account: the first admin comes by a link that works once, and there is no second first', async () => {
  assert.deepEqual(await server.accounts.listStaff(), []);
  const older = await server.accounts.firstAdmin();
  const invitation = await server.accounts.firstAdmin();
  const token = invitation?.token ?? '';
  assert.equal((await post('/api/auth/invitation', { token: older?.token })).json.code, 'unknown-link');
  const open = await post<{ secret: string; email: null; role: string }>('/api/auth/invitation', { token });
  assert.equal(open.json.role, 'admin');
  const accept = (extra: Fields) =>
    post<{ me: MeAnswer }>('/api/auth/accept', {
      token,
      password: PASSWORD,
      code: oneTimeCode(open.json.secret, clock.now()),
      ...extra,
    });
  assert.equal((await accept({})).status, 422, 'an address is needed');
  const done = await accept({ email: 'First@Example.org', name: 'First' });
  assert.equal(done.json.me.role, 'admin');
  assert.equal((await accept({ email: 'first@example.org' })).status, 404, 'the link was used');
  assert.equal(await server.accounts.firstAdmin(), undefined);
  admin = await signedIn(server, 'admin', clock.now(), 'second@example.org');
});

test('ASVS-6.4.1 an invitation is random, ends after seven days and is worth nothing once it was used', async () => {
  const invited = await admin.call<{ link: string; accountId: string }>('POST', '/api/staff', {
    email: 'late@example.org',
    role: 'viewer',
  });
  assert.equal(invited.status, 201);
  assert.match(invited.json.link, /\/operator#invitation=[\w-]{43}$/);
  const token = tokenIn(invited.json.link);
  assert.equal((await post('/api/auth/invitation', { token })).status, 200);
  const dump = JSON.stringify(await server.store.db.selectFrom('account_invitation').selectAll().execute());
  assert.ok(!dump.includes(token));
  aheadMs += 7 * 24 * 3_600_000;
  assert.equal((await post('/api/auth/invitation', { token })).json.code, 'unknown-link');
  admin = await signedIn(server, 'admin', clock.now(), 'later@example.org');
});

test('ASVS-6.2.12 an invitation is accepted with a good password and the right code only, and stays open until then', async () => {
  const invited = await admin.call<{ link: string }>('POST', '/api/staff', {
    email: 'hanna@example.org',
    role: 'operator',
  });
  const token = tokenIn(invited.json.link);
  const { secret } = (await post<{ secret: string }>('/api/auth/invitation', { token })).json;
  const code = oneTimeCode(secret, clock.now());
  const accept = (password: string, given: string) =>
    post<Fields & { errors: { field: string }[] }>('/api/auth/accept', { token, password, code: given });
  const weak = await accept('Password1234', code);
  assert.equal(weak.status, 422);
  assert.equal(weak.json.errors[0]?.field, 'body.password');
  assert.equal((await accept('hanna-hanna-12', code)).json.code, 'weak-password');
  assert.equal((await accept(PASSWORD, code === '000000' ? '000001' : '000000')).json.code, 'wrong-code');
  assert.equal((await accept(PASSWORD, code)).status, 200);
  const twice = await admin.call('POST', '/api/staff', { email: 'HANNA@example.org', role: 'viewer' });
  assert.equal(twice.json.code, 'email-taken');
});

test('ASVS-6.4.3 a reset ends password, second factor and sign-ins at once, and asks for both anew', async () => {
  const eva = await signedIn(server, 'operator', clock.now(), 'locked@example.org');
  const reset = await admin.call<{ link: string }>('POST', `/api/staff/${eva.accountId}/reset`);
  assert.equal(reset.status, 200);
  assert.equal((await eva.call('GET', '/api/me')).status, 401);
  assert.equal((await post('/api/auth/sign-in', { email: eva.email, password: PASSWORD })).status, 401);
  const token = tokenIn(reset.json.link);
  const open = await post<{ secret: string; purpose: string }>('/api/auth/invitation', { token });
  assert.equal(open.json.purpose, 'reset');
  assert.notEqual(open.json.secret, eva.secret);
  const withOldSecond = { token, password: PASSWORD, code: oneTimeCode(eva.secret, clock.now()) };
  assert.equal((await post('/api/auth/accept', withOldSecond)).status, 401);
});

test('ASVS-7.4.2 a removed member of staff is signed out at once and leaves no address, hash or seed behind', async () => {
  const eve = await signedIn(server, 'viewer', clock.now(), 'marker-eve@example.org');
  assert.equal((await admin.call('DELETE', `/api/staff/${eve.accountId}`)).status, 200);
  assert.equal((await eve.call('GET', '/api/me')).status, 401);
  assert.equal((await post('/api/auth/sign-in', { email: eve.email, password: PASSWORD })).status, 401);
  for (const table of ['account', 'account_session', 'account_invitation', 'recovery_code', 'audit'] as const)
    assert.ok(
      !JSON.stringify(await server.store.db.selectFrom(table).selectAll().execute()).includes('marker-eve'),
    );
  assert.equal((await admin.call('DELETE', `/api/staff/${eve.accountId}`)).status, 404);
  assert.equal((await admin.call('POST', '/api/staff', { email: eve.email, role: 'viewer' })).status, 201);
});

test('ASVS-8.3.2 a changed role holds from the next request on; the last admin can neither go nor step down', async () => {
  const aino = await signedIn(server, 'operator', clock.now(), 'aino@example.org');
  assert.equal((await aino.call('GET', '/api/tokens')).status, 200);
  const down = await admin.call('PATCH', `/api/staff/${aino.accountId}`, { role: 'city' });
  assert.equal(down.status, 200);
  assert.equal((await aino.call('GET', '/api/tokens')).status, 403);
  const rows = (await admin.call<{ id: string; role: string }[]>('GET', '/api/staff')).json;
  const others = rows.filter(({ id, role }) => role === 'admin' && id !== admin.accountId);
  for (const { id } of others) await admin.call('DELETE', `/api/staff/${id}`);
  const alone = await admin.call('DELETE', `/api/staff/${admin.accountId}`);
  assert.equal(alone.json.code, 'last-admin');
  const stepsDown = await admin.call('PATCH', `/api/staff/${admin.accountId}`, { role: 'viewer' });
  assert.equal(stepsDown.json.code, 'last-admin');
});

test('T-LEAK neither password, code, seed nor cookie stands anywhere in the database or in the trail', async () => {
  const pedro = await signedIn(server, 'viewer', clock.now(), 'pedro@example.org');
  const tables = [
    'account',
    'account_session',
    'account_invitation',
    'recovery_code',
    'sign_in_failure',
  ] as const;
  const rows = await Promise.all(
    [...tables, 'audit' as const].map((table) => server.store.db.selectFrom(table).selectAll().execute()),
  );
  const dump = JSON.stringify(rows);
  for (const secret of [pedro.password, pedro.secret, pedro.cookie.split('=')[1]!, ...pedro.recoveryCodes])
    assert.ok(!dump.includes(secret), secret);
  assert.ok((await server.audit.verify()).ok);
});

test('the link of the demo signs in once as admin, and no code is asked for afterwards', async () => {
  const { token } = await server.accounts.oneTimeAdmin();
  const done = await post<MeAnswer>('/api/auth/link', { token });
  assert.equal(done.json.role, 'admin');
  assert.ok(Date.parse(done.json.session.steppedUpUntil ?? '') >= Date.parse(done.json.session.ends) - 1000);
  assert.equal((await post('/api/auth/link', { token })).status, 404);
});

test('D1.5-§1.4-I staff who look at drivers’ data stand in the trail, once an hour for each address', async () => {
  const anna = await signedIn(server, 'operator', clock.now(), 'reads@example.org');
  const looks = async () =>
    (await server.audit.list({ limit: 50 }))
      .filter(({ action, actor }) => action === 'driver_data.read' && actor === `staff:${anna.accountId}`)
      .map(({ subject }) => subject);
  for (const path of ['/api/tokens', '/api/tokens?limit=5', '/api/cdrs', '/api/contexts'])
    assert.equal((await anna.call('GET', path)).status, 200, path);
  assert.deepEqual((await looks()).sort(), ['address:/api/cdrs', 'address:/api/tokens']);
  const known = new Set(routes.map(({ path }) => path.replaceAll(/\{(\w+)\}/g, ':$1')));
  for (const path of ABOUT_DRIVERS) assert.ok(known.has(path), path);
});

test('the command line invites, lists, resets and removes staff, and prints the link alone', async () => {
  const smac = async (...args: string[]) => {
    let [out, err] = ['', ''];
    const code = await main(['user', ...args], {
      stdin: process.stdin,
      stdout: { write: (text) => (out += text) },
      stderr: { write: (text) => (err += text) },
      env: { SMAC_DATA_DIR: server.dataDir },
    });
    return { code, out, err };
  };
  const added = await smac('add', 'pat@example.org', '--role', 'operator', '--name', 'Pat');
  assert.match(added.out, /^http:\S+\/operator#invitation=[\w-]{43}\n$/);
  assert.equal((await post('/api/auth/invitation', { token: tokenIn(added.out.trim()) })).json.name, 'Pat');
  assert.match(
    (await smac('list')).out,
    /^pat@example.org {2}operator {2}invited {2}Pat {2}never signed in$/m,
  );
  assert.match((await smac('reset', 'PAT@example.org')).out, /#invitation=/);
  assert.equal((await smac('remove', 'pat@example.org')).code, 0);
  const gone = await smac('remove', 'pat@example.org');
  assert.equal(gone.code, 2);
  assert.match(gone.err, /^smac: No member of staff has the address pat@example.org\.\n$/);
  assert.match((await smac('add', 'pat@example.org')).err, /--role is missing/);
});

test('T-AUTHZ ASVS-8.2.1 every route for every kind of person: what the table grants goes through, all else is refused', {
  timeout: 300_000,
}, async () => {
  const people: [Standing, Record<string, string>][] = [['driver', await driverHeaders()]];
  // Keys are tried with every role elsewhere; a person's role goes through the same table.
  for (const role of ['city', 'operator'] as const) {
    const { cookie, csrfToken } = await signedIn(server, role, clock.now());
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

test('ASVS-7.4.5 an admin closes an account: its sign-ins end, nobody gets in with the right password; opened again, all is as before', async () => {
  const boss = await signedIn(server, 'admin', clock.now(), 'locker@example.org');
  const eva = await signedIn(server, 'viewer', clock.now(), 'shut-out@example.org');
  const rowOf = async () => {
    const { json } = await boss.call<(Fields & { id: string })[]>('GET', '/api/staff');
    const row: Fields = json.find(({ id }) => id === eva.accountId) ?? {};
    return { state: row.state, secondFactor: row.secondFactor, signIns: row.signIns };
  };
  const secondFactor = { code: true, passkeys: 0, recoveryCodes: 10 };
  assert.deepEqual(await rowOf(), { state: 'active', secondFactor, signIns: 1 });
  const path = `/api/staff/${eva.accountId}`;
  assert.equal((await boss.call('DELETE', `${path}/sessions`)).json.ended, 1);
  assert.equal((await eva.call('GET', '/api/me')).status, 401);
  const knock = () => post('/api/auth/sign-in', { email: eva.email, password: eva.password });
  assert.equal((await knock()).status, 200);
  assert.equal((await boss.call('POST', `${path}/lock`)).status, 200);
  assert.deepEqual([(await knock()).json.code, (await rowOf()).state], ['closed', 'locked']);
  const wrong = () => post('/api/auth/sign-in', { email: eva.email, password: 'not this one at all' });
  assert.equal((await wrong()).json.code, 'wrong-credentials', 'only who knows the password hears of it');
  for (let n = 0; n < 6; n++) await wrong();
  assert.equal((await knock()).json.code, 'locked');
  assert.equal((await boss.call('POST', `${path}/unlock`)).status, 200);
  assert.equal((await knock()).status, 200, 'failed attempts are forgiven too');
  assert.equal((await boss.call('POST', '/api/staff/0123456789abcdef01234567/lock')).status, 404);
  const trail = await boss.call<{ action: string; at: string }[]>('GET', '/api/audit?limit=50');
  const actions = trail.json.map(({ action }) => action);
  for (const action of ['account.closed', 'account.opened', 'account.signed_out'])
    assert.ok(actions.includes(action), action);
  const at = trail.json[0]?.at ?? '';
  const until = await boss.call<{ at: string }[]>('GET', `/api/audit?limit=50&to=${at}`);
  assert.ok(until.json.length > 0 && until.json.every((row) => row.at < at));
  const since = await boss.call<{ at: string }[]>('GET', `/api/audit?limit=50&from=${at}`);
  assert.ok(since.json.length > 0 && since.json.every((row) => row.at >= at));
});

test('named filters of a table are kept for one person and seen by nobody else', async () => {
  const anne = await signedIn(server, 'viewer', clock.now(), 'views@example.org');
  const hanna = await signedIn(server, 'viewer', clock.now(), 'others-views@example.org');
  const view = { name: 'Over 20 kWh', query: 'f.energyKwh=20..&sort=-energyKwh' };
  assert.deepEqual((await anne.call('PUT', '/api/me/views/cdrs', view)).json, [view]);
  const changed = { ...view, query: 'q=x' };
  assert.deepEqual((await anne.call('PUT', '/api/me/views/cdrs', changed)).json, [changed]);
  assert.deepEqual((await anne.call('GET', '/api/me/views/cdrs')).json, [changed]);
  assert.deepEqual((await anne.call('GET', '/api/me/views/tokens')).json, []);
  assert.deepEqual((await hanna.call('GET', '/api/me/views/cdrs')).json, []);
  const name = encodeURIComponent(view.name);
  assert.equal((await hanna.call('DELETE', `/api/me/views/cdrs/${name}`)).status, 404);
  assert.deepEqual((await anne.call('DELETE', `/api/me/views/cdrs/${name}`)).json, []);
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
  const anna: SignedIn = await signedIn(server, 'operator', clock.now(), 'anna@aaa.example.org', mine.peerId);
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
