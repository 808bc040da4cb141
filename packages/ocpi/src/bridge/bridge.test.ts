import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Wire } from '../exchange/codec.ts';
import { arbitraryOf } from '../model/fixtures/arbitrary.ts';
import { connector, credentials, evse, location, session, tariff, token } from '../model/fixtures/objects.ts';
import { KINDS, type Kind, type KindType, validate } from '../model/index.ts';
import { codecOf } from './codecs.ts';

const V221: Wire = { version: '2.2.1', unitProfile: 'd42-tables', agreements: [] };
const V230: Wire = { version: '2.3.0', unitProfile: 'd42-tables', agreements: [] };
const kinds = Object.keys(KINDS) as Kind[];

function read<K extends Kind>(kind: K, json: unknown, wire: Wire): KindType<K> {
  const reading = codecOf(kind).read(json, wire);
  assert.ok(reading.ok, JSON.stringify(reading));
  return reading.value;
}

function write<K extends Kind>(kind: K, value: KindType<K>, wire: Wire) {
  const reading = codecOf(kind).write(value, wire);
  assert.ok(reading.ok, JSON.stringify(reading));
  return { json: reading.value as Record<string, unknown>, losses: reading.warnings };
}

for (const wire of [V221, V230]) {
  test(`SC4 NL-203 OCPI ${wire.version} -> internal -> ${wire.version} changes nothing, for every kind`, () => {
    for (const kind of kinds) {
      fc.assert(
        fc.property(arbitraryOf(kind, wire.version), (json) => {
          assert.deepEqual(write(kind, read(kind, json, wire), wire).json, json);
        }),
        { numRuns: 60 },
      );
    }
  });
}

test('SC4 OCPI whatever 2.3.0 says is strictly valid 2.2.1 after the bridge, with the losses named', () => {
  for (const kind of kinds) {
    if (kind === 'Connector' || kind === 'Evse') continue;
    fc.assert(
      fc.property(arbitraryOf(kind, '2.3.0'), (json) => {
        const out = write(kind, read(kind, json, V230), V221).json;
        assert.deepEqual(validate(kind, '2.2.1', 'out', out).errors, []);
      }),
      { numRuns: 60 },
    );
  }
});

test('SC4 OCPI Price: the difference between incl_vat and excl_vat is one tax, exactly', () => {
  const wire = { ...session, total_cost: { excl_vat: 4.1, incl_vat: 5.1455 } };
  const internal = read('Session', wire, V221);
  assert.deepEqual(internal.total_cost, { before_taxes: 4.1, taxes: [{ name: 'VAT', amount: 1.0455 }] });
  assert.deepEqual(write('Session', internal, V221).json.total_cost, wire.total_cost);
  const quebec = {
    before_taxes: 10,
    taxes: [
      { name: 'GST', amount: 0.5 },
      { name: 'QST', amount: 0.9975 },
    ],
  };
  const sent = write('Session', { ...session, total_cost: quebec }, V221).json;
  assert.deepEqual(sent.total_cost, { excl_vat: 10, incl_vat: 11.4975 });
});

test('SC4 OCPI Tariff: tax_included decides what a 2.2.1 price is', () => {
  const withTax = { ...tariff, tax_included: 'YES' } as const;
  const component = (json: Record<string, unknown>) =>
    (json.elements as typeof tariff.elements)[1]?.price_components[0];
  assert.equal(component(write('Tariff', withTax, V221).json)?.price, 0.191235);
  assert.equal(component(write('Tariff', tariff, V221).json)?.price, 0.24);
  const untaxed = component(write('Tariff', { ...tariff, tax_included: 'N/A' }, V221).json);
  assert.deepEqual(untaxed, { type: 'ENERGY', price: 0.24, step_size: 1 });
  const sent = write('Tariff', tariff, V221).json;
  assert.deepEqual(sent.min_price, { excl_vat: 0.5, incl_vat: 0.6275 });
  assert.equal('tax_included' in sent, false);
  assert.equal(read('Tariff', sent, V221).tax_included, 'NO');
});

test('SC4 OCPI TokenType: EMAID and unknown types become OTHER in 2.2.1 and are reported', () => {
  const { json, losses } = write('Token', { ...token, type: 'EMAID' }, V221);
  assert.equal(json.type, 'OTHER');
  assert.deepEqual(losses, [
    { path: '/type', detail: 'EMAID is unknown to OCPI 2.2.1 and was sent as OTHER' },
  ]);
  assert.equal(write('Token', { ...token, type: 'EMAID' }, V230).json.type, 'EMAID');
});

test('SC4 OCPI Role HUB: a role in 2.2.1, hub_party_id in 2.3.0', () => {
  const hubRole = {
    role: 'HUB',
    country_code: 'EU',
    party_id: 'INC',
    business_details: { name: 'INCAR' },
  } as const;
  const wire221 = { ...credentials, roles: [hubRole, ...credentials.roles] };
  const internal = read('Credentials', wire221, V221);
  assert.equal(internal.hub_party_id, 'EUINC');
  const out230 = write('Credentials', internal, V230).json;
  assert.deepEqual([out230.hub_party_id, out230.roles], ['EUINC', credentials.roles]);
  const back = write('Credentials', read('Credentials', out230, V230), V221).json;
  assert.deepEqual((back.roles as { role: string; party_id: string }[])[0]?.role, 'HUB');
  assert.equal((back.roles as { party_id: string }[])[0]?.party_id, 'INC');
  const onlyHub = write('Credentials', { ...credentials, roles: [hubRole] }, V230);
  assert.deepEqual(
    [(onlyHub.json.roles as { role: string }[])[0]?.role, onlyHub.losses.length],
    ['OTHER', 1],
  );
});

test('SC4 OCPI Location: additions of 2.3.0 fall away, connectors 2.2.1 cannot name are left out, never renamed', () => {
  const megawatt = { ...connector, id: '2', standard: 'MCS' };
  const rich: KindType<'Location'> = {
    ...location,
    help_phone: '+358 2 000000',
    facilities: ['MUSEUM', 'LIBRARY'],
    parking_type: 'FERRY_DECK',
    evses: [
      {
        ...evse,
        connectors: [{ ...connector, capabilities: ['ISO_15118_20_PLUG_AND_CHARGE'] }, megawatt],
        parking_restrictions: ['EV_ONLY', 'TENANTS'],
        accepted_service_providers: ['Archipelago Mobility'],
      },
      { ...evse, uid: 'quay-4', connectors: [megawatt] },
    ],
  };
  const { json, losses } = write('Location', rich, V221);
  const { parking_type: _type, ...expected } = { ...location, facilities: ['MUSEUM'] };
  assert.deepEqual(json, expected);
  assert.deepEqual(
    losses.map(({ path }) => path),
    [
      '/parking_type',
      '/evses/0/connectors/1',
      '/evses/0/parking_restrictions',
      '/evses/1/connectors/0',
      '/evses/1',
      '/facilities',
      '/evses/0/accepted_service_providers',
      '/help_phone',
    ],
  );
  assert.equal(codecOf('Connector').write(megawatt, V221).ok, false);
});

test('OCPI PATCH: a partial body is bridged too, needs last_updated and cannot remove fields', () => {
  const { partial } = codecOf('Session');
  const body = { total_cost: { excl_vat: 1 }, last_updated: '2026-11-21T09:00:00Z', meter_id: null };
  const reading = partial.read(body, V221);
  assert.ok(reading.ok);
  assert.deepEqual(reading.value, { total_cost: { before_taxes: 1 }, last_updated: '2026-11-21T09:00:00Z' });
  assert.match(reading.warnings[0]?.detail ?? '', /cannot remove/);
  const without = partial.read({ kwh: 4 }, V221);
  assert.deepEqual(without, { ok: false, problems: [{ path: '/last_updated', detail: 'is required' }] });
});

test('OCPI 2.12-18 on the way out free text is cut to its length, references are never cut', () => {
  const contract_id = 'C'.repeat(40);
  const issuer = 'ü'.repeat(70);
  const { json, losses } = write('Token', { ...token, contract_id, issuer }, V230);
  assert.deepEqual([json.contract_id, json.issuer, losses.length], [contract_id, 'ü'.repeat(64), 2]);
});
