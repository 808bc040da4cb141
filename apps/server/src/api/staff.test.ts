import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
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
import { systemClock } from '../time/clock.ts';

let aheadMs = 0;
const clock = { ...systemClock, now: () => systemClock.now() + aheadMs };
let server: TestServer;
let admin: SignedIn;

before(async () => {
  server = await testServer({}, {}, clock);
});
after(() => server.close());

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
  admin = await signedIn(server, 'admin', clock.now());
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
  const eva = await signedIn(server, 'operator', clock.now(), 'eva@example.org');
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
