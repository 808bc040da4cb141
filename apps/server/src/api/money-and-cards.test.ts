import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { type TestServer, testServer } from '../main/testing/test-server.ts';
import { createApiKeys } from '../operators/index.ts';
import { systemClock } from '../time/clock.ts';

let server: TestServer;
const keys: Record<string, string> = {};

before(async () => {
  server = await testServer({});
  const apiKeys = createApiKeys({
    store: server.store,
    clock: systemClock,
    random: randomBytes,
    audit: server.audit,
  });
  for (const [name, role] of [
    ['ann', 'admin'],
    ['ben', 'admin'],
    ['operator', 'operator'],
    ['viewer', 'viewer'],
  ] as const) {
    keys[name] = (await apiKeys.create({ name, role }, 'test')).key;
  }
});
after(() => server.close());

async function call(who: string, method: string, path: string, body?: unknown) {
  const answer = await fetch(`${server.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${keys[who]}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, text, json: JSON.parse(text) as Record<string, unknown> };
}

test('BI16 by the API: a draft needs the approval of another person, and only an admin may give it', async () => {
  const tariff = {
    id: 'day',
    currency: 'EUR',
    tax_included: 'NO',
    elements: [{ price_components: [{ type: 'ENERGY', price: 0.4, vat: 25.5, step_size: 1 }] }],
  };
  assert.equal((await call('viewer', 'POST', '/api/tariffs', { tariff, places: [{}] })).status, 403);
  const drafted = await call('ann', 'POST', '/api/tariffs', { tariff, places: [{}] });
  assert.equal(drafted.status, 201, drafted.text);
  assert.deepEqual([drafted.json.state, drafted.json.revision], ['draft', 1]);
  const approve = (who: string, body: unknown = {}) => call(who, 'POST', '/api/tariffs/day/1/approval', body);
  assert.equal((await approve('operator')).status, 403);
  const own = await approve('ann');
  assert.equal(own.status, 422);
  assert.match(own.text, /another person/);
  assert.equal((await approve('ben', { effective: 'soon' })).status, 400);
  const approved = await approve('ben', {});
  assert.deepEqual([approved.status, approved.json.state], [200, 'approved']);
  const listed = await call('viewer', 'GET', '/api/tariffs');
  assert.equal((listed.json as unknown as { state: string }[])[0]?.state, 'approved');
  const ceiling = { currency: 'EUR', dimension: 'ENERGY', maxPrice: 0.3 };
  assert.equal((await call('ben', 'PUT', '/api/tariff-ceilings', ceiling)).status, 200);
  await call('ann', 'POST', '/api/tariffs', { tariff, places: [{}] });
  const dear = await call('ben', 'POST', '/api/tariffs/day/2/approval', {});
  assert.match(dear.text, /ceiling is 0.3/);
  assert.equal(
    (await call('ann', 'POST', '/api/tariffs', { tariff: { id: 'x' }, places: [{}] })).status,
    422,
  );
});

test('T-LEAK by the API: a UID goes in and never comes out, neither of tokens nor of CDRs', async () => {
  const uid = '04C0FFEE99AB';
  const made = await call('operator', 'POST', '/api/tokens', { uid, expires: '2099-01-01T00:00:00Z' });
  assert.equal(made.status, 201, made.text);
  const { id } = made.json as { id: string };
  const seen = [
    made,
    await call('operator', 'GET', '/api/tokens?own=true'),
    await call('operator', 'GET', `/api/tokens/${id}`),
    await call('operator', 'PATCH', `/api/tokens/${id}`, { blockedReason: 'lost', expires: null }),
    await call('operator', 'POST', '/api/tokens', { uid }),
    await call('operator', 'POST', '/api/tokens', { uid: 'x' }),
    await call('ann', 'GET', '/api/audit?limit=100'),
  ];
  for (const { text } of seen) assert.equal(text.includes(uid), false, text);
  assert.deepEqual(
    seen.map(({ status }) => status),
    [201, 200, 200, 200, 422, 422, 200],
  );
  assert.equal((await call('viewer', 'GET', '/api/tokens')).status, 403);
  const facts = {
    sessionId: 's-1',
    startMs: 0,
    endMs: 3_600_000,
    usage: [
      { startMs: 0, endMs: 3_600_000, activity: 'charging' as const, importedWh: 11_000, exportedWh: 0 },
    ],
    location: {
      country_code: 'FI',
      party_id: 'TKU',
      id: 'quay',
      publish: true,
      address: 'Linnankatu 80',
      city: 'Turku',
      country: 'FIN',
      coordinates: { latitude: '60.434950', longitude: '22.218860' },
      time_zone: 'Europe/Helsinki',
      evses: [
        {
          uid: 'quay-1',
          status: 'AVAILABLE' as const,
          connectors: [
            {
              id: '1',
              standard: 'IEC_62196_T2',
              format: 'SOCKET' as const,
              power_type: 'AC_3_PHASE' as const,
              max_voltage: 230,
              max_amperage: 32,
              last_updated: '2026-01-01T00:00:00Z',
            },
          ],
          last_updated: '2026-01-01T00:00:00Z',
        },
      ],
      last_updated: '2026-01-01T00:00:00Z',
    },
    evseUid: 'quay-1',
    connectorId: '1',
    token: { country_code: 'FI', party_id: 'TKU', uid, type: 'RFID', contract_id: `FI-TKU-${uid}` },
    authMethod: 'WHITELIST' as const,
  };
  const closed = await server.backOffice.billing.cdrs.closeSession(facts);
  assert.ok(closed.ok, JSON.stringify(closed));
  const listed = await call('operator', 'GET', '/api/cdrs?party=FI-TKU&session=s-1');
  assert.equal((listed.json as { total: number }).total, 1);
  const one = await call('operator', 'GET', `/api/cdrs/${closed.data.id}`);
  assert.equal((await call('operator', 'POST', `/api/cdrs/${closed.data.id}/credit`, {})).status, 403);
  const credit = await call('ann', 'POST', `/api/cdrs/${closed.data.id}/credit`, { remark: 'test' });
  assert.deepEqual([one.status, credit.status, credit.json.credit], [200, 201, true]);
  assert.equal((await call('ann', 'POST', `/api/cdrs/${closed.data.id}/credit`, {})).status, 422);
  for (const { text } of [listed, one, credit]) assert.equal(text.includes(uid), false, text);
});

test('a tariff is tried on a charge before anybody approves it: both directions, parking, and the ceiling', async () => {
  const price = (type: string, amount: number) => ({ type, price: amount, vat: 21, step_size: 1 });
  const tariff = {
    id: 'v2g',
    currency: 'NOK',
    tax_included: 'NO',
    elements: [
      { price_components: [price('ENERGY', 3)], restrictions: { max_power: 0 } },
      { price_components: [price('ENERGY', 2), price('PARKING_TIME', 6)] },
    ],
  };
  const charge = {
    start: '2026-06-01T16:00:00Z',
    timeZone: 'Europe/Oslo',
    energyWh: 20_000,
    exportWh: 4_000,
    chargingMinutes: 120,
    parkedMinutes: 30,
  };
  const ask = (body: unknown) => call('viewer', 'POST', '/api/tariff-preview', body);
  const told = await ask({ tariff, ...charge });
  assert.equal(told.status, 200, told.text);
  // 20 kWh at 2, half an hour at 6, and 4 kWh given back at 3; then 21 % VAT on what is taken.
  assert.equal(told.json.beforeTaxes, 40 + 3 - 12);
  const lines = told.json.lines as { subject: string; beforeTaxes: number }[];
  assert.deepEqual(lines.map(({ subject, beforeTaxes }) => [subject, beforeTaxes]).sort(), [
    ['discharge', -12],
    ['energy', 40],
    ['parking', 3],
  ]);
  assert.equal(told.json.aboveCeiling, null);
  const ceiling = { currency: 'NOK', dimension: 'ENERGY', maxPrice: 2.5 };
  assert.equal((await call('ann', 'PUT', '/api/tariff-ceilings', ceiling)).status, 200);
  assert.match(String((await ask({ tariff, ...charge })).json.aboveCeiling), /ENERGY costs 3 NOK/);
  assert.equal((await ask({ tariff: { ...tariff, elements: [] }, ...charge })).status, 422);
  const listed = await call('viewer', 'GET', '/api/tariffs');
  assert.ok(!listed.text.includes('v2g'), 'nothing is kept');
});
