import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  cookieIn,
  type MeAnswer,
  oneTimeCode,
  PASSWORD,
  plainCall,
  type SignedIn,
  signedIn,
} from '../main/testing/signed-in.ts';
import { softwarePasskey } from '../main/testing/software-passkey.ts';
import { type TestServer, testServer } from '../main/testing/test-server.ts';
import { systemClock } from '../time/clock.ts';
import { STEP_UP, STEP_UP_WHEN } from './step-up.ts';

/** The server's clock runs, and jumps when a test says so. */
let aheadMs = 0;
const clock = { ...systemClock, now: () => systemClock.now() + aheadMs };
const MINUTE_MS = 60_000;
/** Browsers make passkeys for names, not for addresses. */
const SITE = new URL('http://localhost:8080');
let server: TestServer;
let people = 0;

before(async () => {
  // A proxy on this machine may say that the browser came by TLS.
  server = await testServer({ SMAC_TRUSTED_PROXIES: '127.0.0.1', SMAC_PUBLIC_URL: SITE.origin }, {}, clock);
});
after(() => server.close());

const post = <T = Record<string, unknown>>(
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
) => plainCall<T>(`${server.url}${path}`, 'POST', body, headers);
const get = (path: string, headers: Record<string, string> = {}) =>
  plainCall<MeAnswer & { code: string }>(`${server.url}${path}`, 'GET', undefined, headers);

function somebody(role: Parameters<typeof signedIn>[1] = 'operator'): Promise<SignedIn> {
  people += 1;
  return signedIn(server, role, clock.now(), `${role}${people}@example.org`);
}

/** The next code that was not used: a step later. */
function nextCode(person: SignedIn): string {
  aheadMs += 30_000;
  return oneTimeCode(person.secret, clock.now());
}

async function firstStep(person: SignedIn): Promise<string> {
  const answer = await post('/api/auth/sign-in', { email: person.email, password: PASSWORD });
  assert.equal(answer.status, 200, JSON.stringify(answer.json));
  assert.equal(answer.json.state, 'second-factor');
  return cookieIn(answer);
}

test('D1.5-R9-4 ASVS-6.3.3 a password alone opens nothing: every route of staff asks for the second factor', async () => {
  const anna = await somebody('admin');
  const cookie = await firstStep(anna);
  const { paths } = (
    await plainCall<{ paths: Record<string, Record<string, { 'x-right': string }>> }>(
      `${server.url}/docs/json`,
      'GET',
    )
  ).json;
  let asked = 0;
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      if (/^\/api\/drivers\/|stream/.test(path) || operation['x-right'] === 'public') continue;
      const { status, json } = await plainCall(
        `${server.url}${path.replaceAll(/\{\w+\}/g, '1')}`,
        method.toUpperCase(),
        method === 'get' || method === 'delete' ? undefined : {},
        { cookie },
      );
      assert.equal(status, 401, `${method} ${path}`);
      assert.equal(json.code, 'second-factor', `${method} ${path}`);
      asked += 1;
    }
  }
  assert.ok(asked > 60, String(asked));
  assert.equal((await get('/api/me', { cookie: anna.cookie })).status, 200);
});

test('D1.5-R9-4 both steps sign in: the cookie changes, GET /api/me says who and what they may', async () => {
  const anna = await somebody('operator');
  const half = await firstStep(anna);
  const done = await post<MeAnswer>('/api/auth/second-factor', { code: nextCode(anna) }, { cookie: half });
  assert.equal(done.status, 200, JSON.stringify(done.json));
  const cookie = cookieIn(done);
  assert.notEqual(cookie, half);
  assert.equal((await get('/api/me', { cookie: half })).status, 401);
  const me = await get('/api/me', { cookie });
  assert.equal(me.json.role, 'operator');
  assert.equal(me.json.email, anna.email);
  assert.ok(me.json.rights.includes('contexts:write') && !me.json.rights.includes('accounts:manage'));
  assert.equal(me.json.csrfToken, done.json.csrfToken);
  const trail = (await server.audit.list({ limit: 5 })).find(({ action }) => action === 'account.signed_in');
  assert.equal(trail?.actor, `staff:${anna.accountId}`);
});

test('ASVS-3.3.1 ASVS-3.3.2 ASVS-3.3.4 the cookie is HttpOnly, SameSite=Strict, and __Host- with Secure where the address is https', async () => {
  const body = { email: (await somebody()).email, password: PASSWORD };
  const plain = (await post('/api/auth/sign-in', body)).headers.getSetCookie()[0] ?? '';
  assert.match(plain, /^smac-staff=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
  const overTls = await post('/api/auth/sign-in', body, { 'x-forwarded-proto': 'https' });
  assert.match(
    overTls.headers.getSetCookie()[0] ?? '',
    /^__Host-smac-staff=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Secure$/,
  );
  const { headers } = await plainCall(`${server.url}/api/me`, 'GET');
  assert.equal(headers.get('cache-control'), 'no-store');
});

test('ASVS-12.1.1 nobody signs in over plain http from another machine', async () => {
  const { status, json } = await plainCall(
    `${server.url}/api/auth/sign-in`,
    'POST',
    { email: (await somebody()).email, password: PASSWORD },
    { 'x-forwarded-host': 'smac.example.org' },
  );
  assert.equal(status, 403);
  assert.equal(json.code, 'tls-needed');
});

test('ASVS-6.5.1 a one-time code is used once, also by two who come at the same time', async () => {
  const anna = await somebody();
  const halves = await Promise.all([firstStep(anna), firstStep(anna)]);
  const code = nextCode(anna);
  const answers = await Promise.all(
    halves.map((cookie) => post('/api/auth/second-factor', { code }, { cookie })),
  );
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 401]);
  assert.equal(answers.find(({ status }) => status === 401)?.json.code, 'wrong-code');
});

test('ASVS-6.5.1 ASVS-6.4.3 each of the ten recovery codes signs in once, and new ones end the old ones', async () => {
  const anna = await somebody();
  assert.equal(anna.recoveryCodes.length, 10);
  const [first = '', second = ''] = anna.recoveryCodes;
  const use = async (recoveryCode: string) =>
    post<MeAnswer>('/api/auth/second-factor', { recoveryCode }, { cookie: await firstStep(anna) });
  const done = await use(first.toUpperCase().replaceAll('-', ' '));
  assert.equal(done.status, 200, JSON.stringify(done.json));
  assert.equal(done.json.recoveryCodesLeft, 9);
  assert.equal((await use(first)).status, 401);
  const renewed = await anna.call<{ recoveryCodes: string[] }>('POST', '/api/me/recovery-codes');
  assert.equal(renewed.status, 200);
  assert.equal((await use(second)).status, 401);
  assert.equal((await use(renewed.json.recoveryCodes[9] ?? '')).status, 200);
});

test('D1.5-R9-4 ASVS-6.3.3 a passkey is a second factor: made once, shown for each challenge, of this site alone', async () => {
  const anna = await somebody();
  const passkey = softwarePasskey(SITE);
  const toMake = await anna.call<{ challenge: string; rp: { id: string } }>(
    'POST',
    '/api/me/passkeys/request',
  );
  assert.equal(toMake.json.rp.id, 'localhost');
  const made = { name: 'Blue key', response: passkey.make(toMake.json) };
  const kept = await anna.call<{ id: string }>('POST', '/api/me/passkeys', made);
  assert.equal(kept.status, 201, JSON.stringify(kept.json));
  assert.equal((await anna.call('POST', '/api/me/passkeys', made)).status, 401, 'a challenge is good once');

  const ask = async (cookie: string) =>
    (
      await plainCall<{ challenge: string }>(`${server.url}/api/auth/passkey-request`, 'POST', undefined, {
        cookie,
      })
    ).json;
  const show = (cookie: string, response: unknown) =>
    post<MeAnswer & { code?: string }>('/api/auth/second-factor', { passkey: response }, { cookie });
  const half = await firstStep(anna);
  const response = passkey.show(await ask(half));
  const done = await show(half, response);
  assert.equal(done.status, 200, JSON.stringify(done.json));
  assert.equal(done.json.id, anna.accountId);

  const again = await firstStep(anna);
  const stale = await ask(again);
  assert.equal((await show(again, response)).json.code, 'wrong-code', 'an answer that was overheard');
  assert.equal((await show(again, passkey.show(stale))).status, 401, 'its challenge was used up by that');
  const phished = passkey.show(await ask(again), { origin: 'http://localhost.example.org' });
  assert.equal((await show(again, phished)).status, 401);
  passkey.goBack();
  assert.equal(
    (await show(again, passkey.show(await ask(again)))).status,
    401,
    'a copy, whose counter is behind',
  );

  const emma = await somebody();
  const foreign = await firstStep(emma);
  assert.equal((await show(foreign, passkey.show(await ask(foreign)))).status, 401);
  assert.equal((await anna.call('DELETE', `/api/me/passkeys/${kept.json.id}`)).status, 200);
  assert.deepEqual((await anna.call<unknown[]>('GET', '/api/me/passkeys')).json, []);
});

test('ASVS-6.3.1 after five failures an account is locked from that address for 15 minutes, the right password too', async (t) => {
  const anna = await somebody();
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() });
  const attempt = (password: string) => post('/api/auth/sign-in', { email: anna.email, password });
  for (let index = 0; index < 5; index += 1) assert.equal((await attempt('wrong wrong wrong')).status, 401);
  const locked = await attempt(PASSWORD);
  assert.equal(locked.status, 429);
  assert.equal(locked.json.code, 'locked');
  assert.equal(locked.headers.get('retry-after'), '900');
  assert.ok((await server.audit.list({ limit: 3 })).some(({ action }) => action === 'account.locked'));
  assert.equal((await get('/api/me', { cookie: anna.cookie })).status, 200, 'who is signed in stays so');
  aheadMs += 15 * MINUTE_MS + 1000;
  assert.equal((await attempt(PASSWORD)).status, 200);
});

test('ASVS-6.3.1 many guesses at the same moment are no more than five, and second factors are counted too', async () => {
  const anna = await somebody();
  const guesses = await Promise.all(
    Array.from({ length: 12 }, () =>
      post('/api/auth/sign-in', { email: anna.email, password: 'wrong again' }),
    ),
  );
  assert.equal(guesses.filter(({ status }) => status === 401).length, 5);
  assert.equal(guesses.filter(({ status }) => status === 429).length, 7);
  const eva = await somebody();
  const cookie = await firstStep(eva);
  for (let index = 0; index < 5; index += 1)
    assert.equal((await post('/api/auth/second-factor', { code: '000000' }, { cookie })).status, 401);
  const locked = await post('/api/auth/second-factor', { code: nextCode(eva) }, { cookie });
  assert.equal(locked.json.code, 'locked');
});

test('ASVS-6.3.1 who has an IPv6 network gets no new attempts by a new address of it, at the lock and at the count of requests', async (t) => {
  const anna = await somebody();
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() });
  const from = (index: number) => ({ 'x-forwarded-for': `2001:db8:77:1${index.toString(16)}::${index}` });
  const guess = (index: number) =>
    post('/api/auth/sign-in', { email: anna.email, password: 'wrong wrong wrong' }, from(index));
  for (let index = 0; index < 5; index += 1) assert.equal((await guess(index)).status, 401);
  const locked = await guess(5);
  assert.equal(locked.status, 429);
  assert.equal(locked.json.code, 'locked');
  const elsewhere = { 'x-forwarded-for': '2001:db8:78::1' };
  const right = { email: anna.email, password: PASSWORD };
  assert.equal((await post('/api/auth/sign-in', right, elsewhere)).status, 200, 'the owner elsewhere');
  const knocks: number[] = [];
  for (let index = 0; index < 61; index += 1)
    knocks.push((await post('/api/auth/link', {}, from(index % 16))).status);
  assert.deepEqual([...new Set(knocks.slice(0, 60))], [400]);
  assert.equal(knocks[60], 429);
});

test('ASVS-6.3.8 an address without an account and a wrong password are answered alike, and locked alike', async () => {
  const anna = await somebody();
  const known = await post('/api/auth/sign-in', { email: anna.email, password: 'wrong wrong wrong' });
  const unknown = () => post('/api/auth/sign-in', { email: 'nobody@example.org', password: 'wrong wrong' });
  const first = await unknown();
  assert.equal(first.status, known.status);
  assert.deepEqual(first.json, known.json);
  for (let index = 0; index < 4; index += 1) await unknown();
  assert.equal((await unknown()).status, 429);
});

test('ASVS-3.5.1 a change needs the token of the page and no other site behind it; reading does not', async () => {
  const anna = await somebody('operator');
  const send = (headers: Record<string, string>) =>
    post('/api/contexts/nothing/plans', {}, { cookie: anna.cookie, ...headers });
  for (const headers of [{}, { 'x-csrf-token': 'A'.repeat(43) }, { 'x-csrf-token': '' }]) {
    const { status, json } = await send(headers as Record<string, string>);
    assert.equal(status, 403);
    assert.equal(json.code, 'csrf');
  }
  const right = { 'x-csrf-token': anna.csrfToken };
  assert.equal((await send({ ...right, 'sec-fetch-site': 'cross-site' })).json.code, 'csrf');
  assert.equal((await send({ ...right, 'sec-fetch-site': 'same-site' })).json.code, 'csrf');
  assert.equal((await send({ ...right, 'sec-fetch-site': 'same-origin' })).status, 404);
  assert.equal((await get('/api/contexts', { cookie: anna.cookie })).status, 200);
  const other = await somebody('operator');
  assert.equal((await send({ 'x-csrf-token': other.csrfToken })).status, 403);
  const planted = await post(
    '/api/auth/sign-in',
    { email: anna.email, password: PASSWORD },
    { 'sec-fetch-site': 'cross-site' },
  );
  assert.equal(planted.status, 403);
});

test('ASVS-7.3.1 ASVS-7.3.2 a sign-in ends after 30 minutes without a request, and after 12 hours whatever is done', async () => {
  const idle = await somebody('viewer');
  const busy = await somebody('viewer');
  const startMs = clock.now();
  aheadMs += 29 * MINUTE_MS;
  assert.equal((await get('/api/me', { cookie: idle.cookie })).status, 200);
  aheadMs += 31 * MINUTE_MS;
  assert.equal((await get('/api/me', { cookie: idle.cookie })).json.code, 'signed-out');
  // Without a request for an hour this one ended too: sign in anew and stay busy.
  const done = await post<MeAnswer>(
    '/api/auth/second-factor',
    { code: nextCode(busy) },
    { cookie: await firstStep(busy) },
  );
  const cookie = cookieIn(done);
  const endsMs = Date.parse(done.json.session.ends);
  assert.ok(endsMs > startMs + 12 * 60 * MINUTE_MS);
  while (clock.now() + 20 * MINUTE_MS < endsMs) {
    aheadMs += 20 * MINUTE_MS;
    assert.equal((await get('/api/me', { cookie })).status, 200);
  }
  aheadMs += 21 * MINUTE_MS;
  assert.equal((await get('/api/me', { cookie })).status, 401);
});

test('ASVS-7.4.1 ASVS-7.4.5 signing out ends the sign-in at the server: here, one elsewhere, or everywhere', async () => {
  const anna = await somebody('viewer');
  const again = async () => {
    const half = await firstStep(anna);
    return cookieIn(await post('/api/auth/second-factor', { code: nextCode(anna) }, { cookie: half }));
  };
  const [second, third] = [await again(), await again()];
  const rows = (await anna.call<{ handle: string; isThis: boolean }[]>('GET', '/api/me/sessions')).json;
  assert.equal(rows.length, 3);
  assert.equal(rows.filter(({ isThis }) => isThis).length, 1);
  const newest = rows[0];
  assert.equal((await anna.call('DELETE', `/api/me/sessions/${newest?.handle}`)).status, 200);
  assert.equal((await get('/api/me', { cookie: third })).status, 401);
  const out = await post('/api/auth/sign-out', {}, { cookie: second });
  assert.match(out.headers.getSetCookie()[0] ?? '', /^smac-staff=; .*Max-Age=0$/);
  assert.equal((await get('/api/me', { cookie: second })).status, 401);
  assert.equal((await get('/api/me', { cookie: anna.cookie })).status, 200);
  const fourth = await again();
  await post('/api/auth/sign-out', { everywhere: true }, { cookie: fourth });
  assert.equal((await get('/api/me', { cookie: anna.cookie })).status, 401);
});

test('ASVS-7.4.3 a new password needs the old one and ends every other sign-in', async () => {
  const anna = await somebody('viewer');
  const half = await firstStep(anna);
  const other = cookieIn(await post('/api/auth/second-factor', { code: nextCode(anna) }, { cookie: half }));
  const change = (current: string, password: string) =>
    anna.call('POST', '/api/me/password', { current, password });
  assert.equal((await change('not the old one', 'quiet harbour, seven ropes')).status, 401);
  assert.equal((await change(PASSWORD, 'Password1234')).json.code, 'weak-password');
  assert.equal((await change(PASSWORD, 'quiet harbour, seven ropes')).status, 200);
  assert.equal((await get('/api/me', { cookie: other })).status, 401);
  assert.equal((await get('/api/me', { cookie: anna.cookie })).status, 200);
  const old = await post('/api/auth/sign-in', { email: anna.email, password: PASSWORD });
  assert.equal(old.status, 401);
});

test('ASVS-7.5.3 dangerous actions ask for a fresh code, good for five minutes; an API key is no person', async () => {
  const anna = await somebody('admin');
  const makeKey = () => anna.call('POST', '/api/keys', { name: 'x', role: 'viewer' });
  assert.equal((await makeKey()).status, 201, 'the code of signing up is fresh');
  aheadMs += 6 * MINUTE_MS;
  const refused = await makeKey();
  assert.equal(refused.status, 403);
  assert.equal(refused.json.code, 'step-up');
  assert.equal((await anna.call('POST', '/api/auth/step-up', { code: '000000' })).status, 401);
  const shown = await anna.call<{ steppedUpUntil: string }>('POST', '/api/auth/step-up', {
    code: nextCode(anna),
  });
  assert.equal(Date.parse(shown.json.steppedUpUntil) > clock.now() + 4 * MINUTE_MS, true);
  assert.equal((await makeKey()).status, 201);
  aheadMs += 5 * MINUTE_MS;
  assert.equal((await makeKey()).json.code, 'step-up');
});

test('ASVS-7.5.3 lifting a limit above the contracted one asks for a fresh code, other inputs do not', async () => {
  const anna = await somebody('operator');
  aheadMs += 6 * MINUTE_MS;
  const put = (kind: string, value: number) =>
    anna.call('PUT', `/api/contexts/nothing/inputs/${kind}`, {
      slots: [{ start: new Date(clock.now()).toISOString(), durationMinutes: 15, value }],
    });
  assert.equal((await put('flex', 5_000)).json.code, 'step-up');
  assert.equal((await put('flex', -5_000)).status, 404);
  assert.equal((await put('demand', 5_000)).status, 404);
});

test('ASVS-7.5.3 a context whose contract, fuse or phase limit is raised or left out asks for a fresh code, one that is lowered does not', async () => {
  const anna = await somebody('operator');
  const limits = { maxImportW: 50_000, capW: 60_000 };
  const made = await anna.call<{ id: string }>('POST', '/api/contexts', {
    country: 'NL',
    party: 'TNM',
    peerId: 'own',
    objectId: 'GARAGE',
    statics: { currency: 'EUR', evses: [], ...limits },
  });
  assert.equal(made.status, 201, JSON.stringify(made.json));
  aheadMs += 6 * MINUTE_MS;
  const change = (basedOn: number, statics: object) =>
    anna.call('PUT', `/api/contexts/${encodeURIComponent(made.json.id)}`, {
      basedOn,
      statics: { currency: 'EUR', evses: [], ...statics },
    });
  assert.equal((await change(1, { ...limits, maxImportW: 50_001 })).json.code, 'step-up');
  assert.equal((await change(1, { maxImportW: 50_000 })).json.code, 'step-up', 'no fuse is no limit');
  assert.deepEqual((await change(1, { ...limits, maxImportW: 40_000, maxPhaseW: 9_000 })).json, {
    version: 2,
  });
  assert.equal((await change(2, { ...limits, maxImportW: 40_000 })).json.code, 'step-up');
  await anna.call('POST', '/api/auth/step-up', { code: nextCode(anna) });
  assert.deepEqual((await change(2, limits)).json, { version: 3 });
});

test('ASVS-7.5.3 what lifts the limits of a grid operator, or no longer hears it, asks for a fresh code', async () => {
  const anna = await somebody('admin');
  const group = '/api/grid/partners/nobody/groups/K7';
  const attempts = (): Promise<{ status: number; json: { code?: string } }[]> =>
    Promise.all([
      anna.call<{ code?: string }>('DELETE', group),
      anna.call<{ code?: string }>('PUT', group, { contextId: 'nothing' }),
      anna.call<{ code?: string }>('DELETE', '/api/grid/partners/nobody'),
      anna.call<{ code?: string }>('POST', '/api/grid/partners/nobody/rotate'),
    ]);
  assert.deepEqual(
    (await attempts()).map(({ status }) => status),
    [404, 404, 404, 404],
  );
  aheadMs += 6 * MINUTE_MS;
  assert.deepEqual(
    (await attempts()).map(({ json }) => json.code),
    ['step-up', 'step-up', 'step-up', 'step-up'],
  );
});

test('ASVS-7.5.3 every dangerous action in the table is a route of the router', async () => {
  const { paths } = (
    await plainCall<{ paths: Record<string, Record<string, unknown>> }>(`${server.url}/docs/json`, 'GET')
  ).json;
  const routes = new Set(
    Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`),
    ),
  );
  for (const route of [...STEP_UP, ...STEP_UP_WHEN.keys()]) assert.ok(routes.has(route), route);
});

test('ASVS-7.4.2 what a page hears by itself ends with the sign-in, the account or the key that opened it', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const admin = await somebody('admin');
  const ends: Record<string, (person: SignedIn) => Promise<unknown>> = {
    'signed out': ({ cookie }) => post('/api/auth/sign-out', {}, { cookie }),
    'account removed': ({ accountId }) => server.accounts.removeStaff(accountId, 'test'),
    'role without the right': ({ accountId }) =>
      server.accounts.changeStaff(accountId, { role: 'city' }, 'test'),
  };
  for (const path of ['/api/status/stream', '/api/changes/stream']) {
    const stays = await listen(path, { cookie: admin.cookie });
    for (const [why, end] of Object.entries(ends)) {
      const person = await somebody('viewer');
      const heard = await listen(path, { cookie: person.cookie });
      await end(person);
      t.mock.timers.tick(15_000);
      await heard.ended(`${path}, ${why}`);
    }
    const { json } = await admin.call<{ id: string; key: string }>('POST', '/api/keys', {
      name: 'screen',
      role: 'viewer',
    });
    const screen = await listen(path, { authorization: `Bearer ${json.key}` });
    await admin.call('DELETE', `/api/keys/${json.id}`);
    t.mock.timers.tick(15_000);
    await screen.ended(`${path}, key revoked`);
    await stays.goesOn(() => t.mock.timers.tick(15_000));
  }
});

/** A page that listens; what it was told up to now does not count. */
async function listen(path: string, headers: Record<string, string>) {
  const abort = new AbortController();
  const answer = await fetch(`${server.url}${path}`, { headers, signal: abort.signal });
  assert.equal(answer.status, 200, path);
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
  return {
    /** Reads to the end, which never comes where the stream goes on. */
    async ended(why: string) {
      const late = AbortSignal.timeout(10_000);
      late.addEventListener('abort', () => abort.abort(new Error(`still open: ${why}`)));
      while (!(await reader.read()).done);
    },
    async goesOn(tick: () => void) {
      let text = '';
      while (!text.includes(': alive')) {
        tick();
        const { done, value = '' } = await reader.read();
        assert.equal(done, false);
        text += value;
      }
      abort.abort();
    },
  };
}
