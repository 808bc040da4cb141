import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { type TestServer, testServer } from '../main/testing/test-server.ts';
import { createApiKeys, GRANTS, type OperatorRole, PERMISSIONS } from '../operators/index.ts';
import { systemClock } from '../time/clock.ts';
import { patternWords } from './pattern-words.ts';

let server: TestServer;
const keys = {} as Record<OperatorRole, string>;

before(async () => {
  // A public address that is not loopback: nothing is open without a key.
  server = await testServer({ SMAC_PUBLIC_URL: 'https://smac.example.org/base' });
  const apiKeys = createApiKeys({
    store: server.store,
    clock: systemClock,
    random: randomBytes,
    audit: server.audit,
  });
  for (const role of ['admin', 'operator', 'viewer'] as const)
    keys[role] = (await apiKeys.create({ name: role, role }, 'test')).key;
});
after(() => server.close());

async function call(
  method: string,
  path: string,
  options: { key?: string; body?: unknown; headers?: Record<string, string> } = {},
) {
  const answer = await fetch(`${server.url}${path}`, {
    method,
    headers: {
      ...(options.key === undefined ? {} : { authorization: `Bearer ${options.key}` }),
      ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...options.headers,
    },
    ...(options.body === undefined
      ? {}
      : { body: typeof options.body === 'string' ? options.body : JSON.stringify(options.body) }),
  });
  const text = await answer.text();
  const isJson = /json/.test(answer.headers.get('content-type') ?? '');
  return {
    status: answer.status,
    headers: answer.headers,
    text,
    json: (isJson ? JSON.parse(text) : undefined) as Record<string, unknown>,
  };
}

interface OpenApi {
  readonly openapi: string;
  readonly paths: Record<
    string,
    Record<
      string,
      {
        readonly responses?: Record<string, unknown>;
        readonly parameters?: readonly { readonly in: string; readonly name: string }[];
      }
    >
  >;
}

/** What a route answers somebody who may not use it, whatever is in the address. */
const FILLED: Readonly<Record<string, string>> = {
  kind: 'price',
  number: '1',
  keyId: '0123456789ab',
  waiverId: '1',
  revision: '1',
  bulkId: '0123456789abcdef01234567',
  accountId: '0123456789abcdef01234567',
  handle: '0123456789abcdef01',
  evseId: '1',
  vehicleId: '0123456789abcdef01234567',
  purpose: 'v2g',
};

async function routes(): Promise<{ method: string; path: string }[]> {
  const { json } = await call('GET', '/docs/json');
  const { paths } = json as unknown as OpenApi;
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({
      method: method.toUpperCase(),
      path: path.replaceAll(/\{(\w+)\}/g, (_, name: string) => FILLED[name] ?? 'nothing'),
    })),
  );
}

/** Which right a route needs, stated a second time here, so that a change in the code is noticed. */
const NEEDS: Readonly<Record<string, (typeof PERMISSIONS)[number]>> = {
  'GET /healthz': 'public',
  'GET /readyz': 'public',
  'GET /metrics': 'metrics:read',
  'GET /api/status': 'status:read',
  'GET /api/status/stream': 'status:read',
  'GET /api/overview': 'status:read',
  'GET /api/changes/stream': 'status:read',
  'GET /api/contexts/nothing/picture': 'status:read',
  'GET /api/contexts': 'contexts:read',
  'POST /api/contexts': 'contexts:write',
  'GET /api/contexts/nothing': 'contexts:read',
  'PATCH /api/contexts/nothing': 'contexts:write',
  'GET /api/contexts/nothing/inputs': 'contexts:read',
  'PUT /api/contexts/nothing/inputs/price': 'contexts:write',
  'PUT /api/contexts/nothing/meter': 'contexts:write',
  'GET /api/contexts/nothing/sessions': 'sessions:read',
  'GET /api/contexts/nothing/plans': 'plans:read',
  'POST /api/contexts/nothing/plans': 'plans:trigger',
  'GET /api/contexts/nothing/plans/latest': 'plans:read',
  'GET /api/sessions': 'sessions:read',
  'GET /api/sessions/nothing/nothing': 'sessions:read',
  'PUT /api/sessions/nothing/nothing/preferences': 'sessions:write',
  'GET /api/plans/1': 'plans:read',
  'GET /api/plans/1/picture': 'plans:read',
  'POST /api/plans/preview': 'plans:preview',
  'GET /api/parties': 'parties:read',
  'POST /api/parties/invitations': 'parties:manage',
  'POST /api/parties/registrations': 'parties:manage',
  'PATCH /api/parties/nothing': 'parties:manage',
  'POST /api/parties/nothing/rotate': 'parties:manage',
  'POST /api/parties/nothing/reinvite': 'parties:manage',
  'POST /api/parties/nothing/suspend': 'parties:manage',
  'POST /api/parties/nothing/resume': 'parties:manage',
  'POST /api/parties/nothing/pull': 'parties:manage',
  'GET /api/grid/partners': 'parties:read',
  'POST /api/grid/partners': 'parties:manage',
  'POST /api/grid/partners/nothing/rotate': 'parties:manage',
  'DELETE /api/grid/partners/nothing': 'parties:manage',
  'PUT /api/grid/partners/nothing/groups/nothing': 'parties:manage',
  'DELETE /api/grid/partners/nothing/groups/nothing': 'parties:manage',
  'GET /api/grid/signals': 'contexts:read',
  'POST /api/grid/partners/nothing/adjustments': 'contexts:write',
  'GET /api/stations': 'stations:read',
  'POST /api/stations': 'stations:manage',
  'GET /api/stations/nothing': 'stations:read',
  'DELETE /api/stations/nothing': 'stations:manage',
  'GET /api/stations/nothing/identity': 'stations:manage',
  'GET /api/stations/nothing/connectors': 'stations:read',
  'GET /api/stations/nothing/device-model': 'stations:read',
  'GET /api/stations/nothing/log': 'stations:operate',
  'GET /api/stations/nothing/events': 'stations:read',
  'POST /api/stations/nothing/password': 'stations:manage',
  'POST /api/stations/nothing/disconnect': 'stations:operate',
  'POST /api/stations/nothing/waivers': 'stations:manage',
  'DELETE /api/stations/nothing/waivers/1': 'stations:manage',
  'POST /api/stations/nothing/certificate': 'stations:manage',
  'GET /api/station-certificates': 'stations:read',
  'GET /api/station-waivers': 'stations:read',
  'POST /api/stations/nothing/calls': 'stations:operate',
  'POST /api/station-calls': 'stations:operate',
  'GET /api/station-calls': 'stations:operate',
  'GET /api/bookings': 'sessions:read',
  'DELETE /api/bookings/nothing': 'stations:operate',
  'GET /api/station-calls/0123456789abcdef01234567': 'stations:operate',
  'POST /api/station-calls/0123456789abcdef01234567/approval': 'stations:operate',
  'GET /api/stations/nothing/profiles': 'stations:read',
  'POST /api/stations/nothing/start': 'stations:operate',
  'GET /api/network/locations': 'stations:read',
  'POST /api/network/locations': 'stations:manage',
  'POST /api/network/locations/nothing/evses': 'stations:manage',
  'PUT /api/network/stations/nothing/evses/1/address': 'stations:manage',
  'GET /api/transactions': 'sessions:read',
  'GET /api/transactions/nothing': 'sessions:read',
  'POST /api/transactions/nothing/stop': 'stations:operate',
  'GET /api/tokens': 'tokens:read',
  'POST /api/tokens': 'tokens:write',
  'GET /api/tokens/nothing': 'tokens:read',
  'PATCH /api/tokens/nothing': 'tokens:write',
  'DELETE /api/tokens/nothing': 'tokens:write',
  'GET /api/tariffs': 'tariffs:read',
  'POST /api/tariffs': 'tariffs:write',
  'POST /api/tariffs/nothing/1/approval': 'tariffs:approve',
  'POST /api/tariffs/nothing/1/rejection': 'tariffs:approve',
  'GET /api/tariff-ceilings': 'tariffs:read',
  'PUT /api/tariff-ceilings': 'tariffs:approve',
  'GET /api/cdrs': 'cdrs:read',
  'GET /api/cdrs/nothing': 'cdrs:read',
  'POST /api/cdrs/nothing/credit': 'cdrs:write',
  'GET /api/payments': 'cdrs:read',
  'GET /api/cdrs/nothing/payment': 'cdrs:read',
  'PUT /api/cdrs/nothing/payment': 'cdrs:write',
  'DELETE /api/cdrs/nothing/payment': 'cdrs:write',
  'GET /api/drivers/me/sessions/nothing/payment': 'charge:own',
  'POST /api/auth/sign-in': 'public',
  'POST /api/auth/second-factor': 'public',
  'POST /api/auth/sign-out': 'public',
  'POST /api/auth/step-up': 'account:own',
  'POST /api/auth/invitation': 'public',
  'POST /api/auth/accept': 'public',
  'POST /api/auth/link': 'public',
  'POST /api/auth/password-links': 'public',
  'POST /api/auth/password': 'public',
  'POST /api/drivers/password-links': 'public',
  'POST /api/drivers/password': 'public',
  'GET /api/mail': 'public',
  'GET /api/mail/state': 'accounts:manage',
  'POST /api/mail/confirmation': 'public',
  'POST /api/mail/unsubscribe': 'public',
  'GET /api/mail/unsubscribe': 'public',
  'GET /api/drivers/me/mail': 'drive:own',
  'PUT /api/drivers/me/mail': 'drive:own',
  'DELETE /api/drivers/me/mail': 'drive:own',
  'POST /api/auth/passkey-request': 'public',
  'GET /api/me/passkeys': 'account:own',
  'POST /api/me/passkeys': 'account:own',
  'POST /api/me/passkeys/request': 'account:own',
  'DELETE /api/me/passkeys/nothing': 'account:own',
  'GET /api/me': 'account:own',
  'POST /api/me/password': 'account:own',
  'POST /api/me/recovery-codes': 'account:own',
  'GET /api/me/sessions': 'account:own',
  'DELETE /api/me/sessions/0123456789abcdef01': 'account:own',
  'POST /api/drivers/sign-up': 'public',
  'POST /api/drivers/sign-in': 'public',
  'POST /api/drivers/guest': 'public',
  'POST /api/drivers/sign-out': 'public',
  'GET /api/vehicle-models': 'public',
  'GET /api/drivers/me': 'charge:own',
  'DELETE /api/drivers/me': 'drive:own',
  'POST /api/drivers/me/password': 'drive:own',
  'GET /api/drivers/me/vehicles': 'drive:own',
  'POST /api/drivers/me/vehicles': 'drive:own',
  'PUT /api/drivers/me/vehicles/0123456789abcdef01234567': 'drive:own',
  'DELETE /api/drivers/me/vehicles/0123456789abcdef01234567': 'drive:own',
  'GET /api/drivers/me/preferences': 'drive:own',
  'PUT /api/drivers/me/preferences': 'drive:own',
  'GET /api/drivers/me/consents': 'drive:own',
  'PUT /api/drivers/me/consents/v2g': 'drive:own',
  'DELETE /api/drivers/me/consents/v2g': 'drive:own',
  'GET /api/drivers/me/cards': 'drive:own',
  'POST /api/drivers/me/cards': 'drive:own',
  'DELETE /api/drivers/me/cards/nothing': 'drive:own',
  'GET /api/drivers/me/export': 'drive:own',
  'GET /api/drivers/me/sessions': 'charge:own',
  'GET /api/drivers/me/sessions/nothing': 'charge:own',
  'PUT /api/drivers/me/sessions/nothing/preferences': 'charge:own',
  'POST /api/drivers/me/sessions/nothing/stop': 'charge:own',
  'POST /api/drivers/me/charging': 'charge:own',
  'GET /api/drivers/me/sockets': 'charge:own',
  'GET /api/drivers/me/sessions/nothing/plan': 'charge:own',
  'POST /api/drivers/me/sessions/nothing/boost-trial': 'charge:own',
  'PUT /api/drivers/me/sessions/nothing/car': 'charge:own',
  'GET /api/network/locations/nothing/evses/nothing/guest-link': 'stations:read',
  'GET /api/city/summary': 'insight:read',
  'GET /api/city/evses': 'insight:read',
  'GET /api/city/heat': 'insight:read',
  'GET /api/city/report': 'insight:read',
  'GET /api/staff': 'accounts:manage',
  'POST /api/staff': 'accounts:manage',
  'PATCH /api/staff/0123456789abcdef01234567': 'accounts:manage',
  'DELETE /api/staff/0123456789abcdef01234567': 'accounts:manage',
  'POST /api/staff/0123456789abcdef01234567/reset': 'accounts:manage',
  'GET /api/keys': 'keys:manage',
  'POST /api/keys': 'keys:manage',
  'DELETE /api/keys/0123456789ab': 'keys:manage',
  'GET /api/audit': 'audit:read',
  'GET /api/audit/verify': 'audit:read',
  'GET /api/alarms': 'contexts:read',
  'PUT /api/alarms/nothing/acknowledgement': 'contexts:write',
  'GET /api/city/reports': 'insight:read',
  'PUT /api/city/reports/nothing': 'insight:read',
  'DELETE /api/city/reports/nothing': 'insight:read',
  'PUT /api/contexts/nothing': 'contexts:write',
  'GET /api/contexts/nothing/versions': 'contexts:read',
  'GET /api/contexts/nothing/policies': 'contexts:read',
  'GET /api/evses': 'contexts:read',
  'GET /api/drivers/me/bookings': 'charge:own',
  'POST /api/drivers/me/bookings': 'charge:own',
  'DELETE /api/drivers/me/bookings/nothing': 'charge:own',
  'GET /api/drivers/me/provider': 'charge:own',
  'PUT /api/drivers/me/provider': 'charge:own',
  'GET /api/drivers/me/notices': 'charge:own',
  'POST /api/drivers/me/notices/read': 'charge:own',
  'GET /api/drivers/me/changes/stream': 'charge:own',
  'GET /api/drivers/me/push': 'charge:own',
  'PUT /api/drivers/me/push': 'charge:own',
  'DELETE /api/drivers/me/push/nothing': 'charge:own',
  'GET /api/drivers/me/sessions/nothing/receipt': 'charge:own',
  'GET /api/places': 'public',
  'GET /api/places/price': 'public',
  'GET /api/drivers/me/price': 'charge:own',
  'DELETE /api/contexts/nothing/inputs/price/override': 'contexts:write',
  'GET /api/ocpp-messages/nothing': 'stations:read',
  'GET /api/ocpp-messages/nothing/nothing': 'stations:read',
  'GET /api/reports/export': 'database:copy',
  'GET /api/me/views/nothing': 'account:own',
  'PUT /api/me/views/nothing': 'account:own',
  'DELETE /api/me/views/nothing/nothing': 'account:own',
  'GET /api/session-list': 'sessions:read',
  'PUT /api/sessions/nothing/nothing/soc': 'sessions:write',
  'DELETE /api/staff/0123456789abcdef01234567/sessions': 'accounts:manage',
  'POST /api/stations/nothing/profiles/preview': 'stations:operate',
  'POST /api/stations/nothing/profiles': 'stations:operate',
  'DELETE /api/stations/nothing/profiles/nothing': 'stations:operate',
  'POST /api/stations/nothing/composite-schedule': 'stations:operate',
  'GET /api/station-states': 'stations:read',
  'GET /api/stations/nothing/state': 'stations:read',
  'GET /api/stations/nothing/readiness': 'stations:read',
  'POST /api/survey': 'account:own',
  'GET /api/survey': 'insight:read',
  'GET /api/survey/answers': 'accounts:manage',
  'POST /api/tariff-preview': 'tariffs:read',
  'GET /api/reports/live': 'sessions:read',
  'GET /api/reports/live/stream': 'sessions:read',
  'GET /api/asyncapi.json': 'public',
  'GET /api/reports/usage': 'sessions:read',
  'POST /api/staff/0123456789abcdef01234567/lock': 'accounts:manage',
  'POST /api/staff/0123456789abcdef01234567/unlock': 'accounts:manage',
  'GET /api/database/backup': 'database:copy',
};

test('T-AUTHZ every route of the router asks for its right: visitors 401, too little 403, enough goes through', {
  timeout: 300_000,
}, async () => {
  const found = await routes();
  assert.deepEqual(
    new Set(found.map(({ method, path }) => `${method} ${path}`)),
    new Set(Object.keys(NEEDS)),
  );
  for (const { method, path } of found) {
    if (path.endsWith('/stream') || path.endsWith('/pull')) continue;
    const permission = NEEDS[`${method} ${path}`]!;
    const body = method === 'GET' || method === 'DELETE' ? {} : { body: {} };
    for (const standing of ['visitor', 'viewer', 'operator', 'admin'] as const) {
      const key = standing === 'visitor' ? {} : { key: keys[standing] };
      const { status, json } = await call(method, path, { ...key, ...body });
      const what = `${standing} ${method} ${path} -> ${status}`;
      if (GRANTS[standing].has(permission)) assert.ok(status !== 401 && status !== 403, what);
      else {
        assert.equal(status, standing === 'visitor' ? 401 : 403, what);
        assert.equal(json?.status, status, what);
      }
    }
  }
});

test('T-AUTHZ a visitor may do nothing but look at what is public, and every right but those of drivers about themselves belongs to the admin', () => {
  assert.deepEqual([...GRANTS.visitor], ['public', 'ocpi']);
  const ofDrivers = ['charge:own', 'drive:own'];
  assert.deepEqual([...GRANTS.admin, ...ofDrivers].sort(), [...PERMISSIONS].sort());
  for (const right of GRANTS.viewer) assert.ok(!/write|manage|copy|trigger|preview/.test(right), right);
});

test('where no mail server is set nothing of e-mail is offered, and whoever asks for a letter is told so', async () => {
  assert.deepEqual((await call('GET', '/api/mail')).json, { isOffered: false });
  for (const path of ['/api/auth/password-links', '/api/drivers/password-links']) {
    const { status, json } = await call('POST', path, { body: { email: 'a@example.org', language: 'en' } });
    assert.deepEqual([status, json?.code], [409, 'no-mail']);
  }
});

test('an unknown, a mistyped and a revoked key are refused alike, and nothing of the key comes back', async () => {
  const unknown = `smac_${'A'.repeat(43)}`;
  for (const key of [unknown, 'smac_short', `${keys.viewer}x`, '']) {
    const { status, text } = await call('GET', '/api/contexts', { key });
    assert.equal(status, 401);
    assert.ok(key === '' || !text.includes(key));
  }
  const made = await call('POST', '/api/keys', {
    key: keys.admin,
    body: { name: 'short-lived', role: 'viewer' },
  });
  assert.equal(made.status, 201);
  const { id, key } = made.json as { id: string; key: string };
  assert.equal((await call('GET', '/api/contexts', { key })).status, 200);
  assert.equal((await call('DELETE', `/api/keys/${id}`, { key: keys.admin })).status, 200);
  assert.equal((await call('GET', '/api/contexts', { key })).status, 401);
  assert.ok(!(await call('GET', '/api/keys', { key: keys.admin })).text.includes(key));
});

test('what an operator changes stands in the audit trail with who did it, and the trail verifies', async () => {
  await call('POST', '/api/parties/invitations', {
    key: keys.admin,
    body: { role: 'CPO', country: 'nl', party: 'aud' },
  });
  const { json } = await call('GET', '/api/audit?limit=1', { key: keys.admin });
  const [row] = json as unknown as { action: string; actor: string; subject: string; at: string }[];
  assert.equal(row?.action, 'party.invited');
  assert.equal(row?.subject, 'party:NL-AUD');
  assert.match(row?.actor ?? '', /^key:[0-9a-f]{12}$/);
  assert.ok(Date.parse(row?.at ?? ''));
  assert.equal((await call('GET', '/api/audit/verify', { key: keys.admin })).json.ok, true);
});

test('errors are RFC 9457 problem details that name the field and the fix', async () => {
  const problems = [
    await call('POST', '/api/keys', { key: keys.admin, body: { name: 'x' } }),
    await call('POST', '/api/keys', { key: keys.admin, body: { name: 'x', role: 'root' } }),
    await call('POST', '/api/keys', { key: keys.admin, body: { name: 5, role: 'viewer' } }),
    await call('POST', '/api/keys', { key: keys.admin, body: { name: 'x', role: 'viewer', isAdmin: true } }),
    await call('GET', '/api/audit?limit=abc', { key: keys.admin }),
  ];
  const fields = ['body.role', 'body.role', 'body.name', 'body.isAdmin', 'query.limit'];
  for (const [index, { status, headers, json }] of problems.entries()) {
    assert.equal(status, 400, JSON.stringify(json));
    assert.match(headers.get('content-type') ?? '', /^application\/problem\+json/);
    assert.equal((json.errors as { field: string }[])[0]?.field, fields[index]);
    assert.match(String(json.detail), new RegExp(`^${fields[index]} .+\\.$`));
  }
});

test('bad input never becomes a 500: malformed JSON, wrong type, too large, too deep an address, prototype keys', async () => {
  const statuses = [
    (await call('POST', '/api/keys', { key: keys.admin, body: '{"name": ' })).status,
    (
      await call('POST', '/api/keys', {
        key: keys.admin,
        body: '',
        headers: { 'content-type': 'application/json' },
      })
    ).status,
    (
      await call('POST', '/api/keys', {
        key: keys.admin,
        body: 'x',
        headers: { 'content-type': 'text/plain' },
      })
    ).status,
    (
      await call('POST', '/api/keys', {
        key: keys.admin,
        body: { name: 'x'.repeat(1_100_000), role: 'viewer' },
      })
    ).status,
    (
      await call('POST', '/api/keys', {
        key: keys.admin,
        body: '{"__proto__": {"role": "admin"}, "name": "x", "role": "viewer"}',
      })
    ).status,
    (await call('GET', `/api/contexts/${'x'.repeat(500)}`, { key: keys.viewer })).status,
    (await call('GET', '/api/contexts/%00', { key: keys.viewer })).status,
    (await call('GET', '/api/plans/99999999999999999999', { key: keys.viewer })).status,
    (await call('GET', '/api/contexts/%E0%A4%A', { key: keys.viewer })).status,
  ];
  assert.deepEqual(statuses, [400, 400, 415, 413, 400, 414, 404, 404, 400]);
});

test('POST /api/plans/preview answers a plan, and an impossible problem with every wrong field', async () => {
  const problem = {
    start: '2026-01-01T00:00:00Z',
    slots: 8,
    site: { max_import_w: 11_000, import_price: [0.3, 0.3, 0.3, 0.3, 0.1, 0.1, 0.1, 0.1] },
    sessions: [{ id: 'a', max_charge_w: 11_000, energy_need_wh: 5_500 }],
  };
  const good = await call('POST', '/api/plans/preview', { key: keys.operator, body: problem });
  assert.equal(good.status, 200, good.text);
  const sessions = good.json.sessions as { power_w: number[]; energy_wh: number }[];
  assert.ok(Math.abs((sessions[0]?.energy_wh ?? 0) - 5_500) < 1);
  assert.ok(sessions[0]?.power_w.slice(0, 4).every((powerW) => powerW < 1));
  const bad = await call('POST', '/api/plans/preview', {
    key: keys.operator,
    body: { ...problem, slots: 0, surprise: 1 },
  });
  assert.equal(bad.status, 422);
  assert.ok((bad.json.errors as unknown[]).length >= 2, bad.text);
});

test('the API describes itself as OpenAPI 3.1 with a summary, an answer and problem details for every route', async () => {
  const { openapi, paths } = (await call('GET', '/docs/json')).json as unknown as OpenApi & {
    openapi: string;
  };
  assert.equal(openapi, '3.1.0');
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      assert.ok((operation as { summary?: string }).summary, `${method} ${path}`);
      assert.ok(operation.responses?.['4XX'], `${method} ${path}`);
    }
  }
});

test('every form of text that a route takes has words for who sends another one', async () => {
  const { text } = await call('GET', '/docs/json');
  const patterns = [...text.matchAll(/"pattern":("(?:[^"\\\\]|\\\\.)*")/g)].map(
    (match) => JSON.parse(match[1]!) as string,
  );
  assert.ok(patterns.length > 30);
  assert.deepEqual(
    patterns.filter((pattern) => patternWords(pattern) === undefined),
    [],
    'write words for it in pattern-words.ts',
  );
});

test('every answer carries the security headers, and the page needs no inline script or style', async () => {
  for (const path of ['/', '/api/contexts', '/nothing', '/ocpi/versions']) {
    const { headers } = await call('GET', path);
    assert.equal(headers.get('x-content-type-options'), 'nosniff', path);
    assert.match(
      headers.get('content-security-policy') ?? '',
      /default-src 'none'; script-src 'self'; style-src 'self'/,
      path,
    );
    assert.ok(!/unsafe-inline|unsafe-eval/.test(headers.get('content-security-policy') ?? ''), path);
  }
  const { text } = await call('GET', '/');
  assert.ok(!/<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=|<style/i.test(text));
  const parts = [...text.matchAll(/(?:src|href)="([^"#]+)"/g)]
    .map((match) => match[1]!)
    .filter((part) => !['docs', 'metrics'].includes(part));
  assert.ok(parts.length >= 3);
  for (const part of parts) assert.equal((await call('GET', `/${part}`)).status, 200, part);
});

test('OCPI is mounted raw: its own envelope and its own authentication, also below the path of the public address', async () => {
  for (const path of ['/ocpi/versions', '/base/ocpi/versions']) {
    const { status, json } = await call('GET', path);
    assert.equal(status, 401, path);
    assert.equal(typeof json.status_code, 'number', path);
  }
  const invited = await call('POST', '/base/api/parties/invitations', {
    key: keys.admin,
    body: { role: 'CPO', country: 'NL', party: 'TNM' },
  });
  assert.equal(invited.status, 201, invited.text);
  const { token, versions_url } = invited.json as { token: string; versions_url: string };
  assert.equal(versions_url, 'https://smac.example.org/base/ocpi/versions');
  const versions = await call('GET', '/ocpi/versions', {
    headers: { authorization: `Token ${Buffer.from(token).toString('base64')}` },
  });
  assert.equal(versions.status, 200, versions.text);
  assert.equal(versions.json.status_code, 1000);
  const malformed = await call('POST', '/ocpi/2.2.1/credentials', {
    body: '{"a"',
    headers: { authorization: `Token ${Buffer.from(token).toString('base64')}` },
  });
  assert.equal(malformed.status, 400);
  assert.equal(malformed.json.status_code, 2001);
});

test('an API key opens no OCPI door, and an OCPI token opens no API door', async () => {
  assert.equal((await call('GET', '/ocpi/versions', { key: keys.admin })).status, 401);
  assert.equal(
    (await call('GET', '/api/contexts', { headers: { authorization: `Token ${'a'.repeat(64)}` } })).status,
    401,
  );
});
