import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Compile } from 'typebox/compile';
import type { OcpiVersion } from '../exchange/party.ts';
import { connector, evse, location, samples, session, tariff, token } from './fixtures/objects.ts';
import { KINDS, type Kind, validate } from './index.ts';
import { readBySchema } from './reading.ts';

const VERSIONS: readonly OcpiVersion[] = ['2.2.1', '2.3.0'];
const kinds = Object.keys(KINDS) as Kind[];

/** The field that a validation complains about, with its sentence. */
function errorsOf(kind: Kind, version: OcpiVersion, value: unknown): string[] {
  return validate(kind, version, 'in', value).errors.map(({ path, detail }) => `${path} ${detail}`);
}

test('OCPI: a valid object of every kind passes in both directions of 2.3.0', () => {
  for (const kind of kinds) {
    for (const direction of ['in', 'out'] as const) {
      assert.deepEqual(validate(kind, '2.3.0', direction, samples[kind]), { errors: [], warnings: [] }, kind);
    }
  }
});

test('OCPI: every required field is demanded by name, in both versions', () => {
  for (const version of VERSIONS) {
    for (const [kind, object] of [
      ['Token', token],
      ['Connector', connector],
      ['Evse', evse],
    ] as const) {
      const required = (KINDS[kind] as { required: string[] }).required;
      for (const field of required) {
        const { [field]: _left, ...rest } = object as Record<string, unknown>;
        assert.deepEqual(errorsOf(kind, version, rest), [`/${field} is required`]);
      }
    }
  }
});

test('OCPI 2.12-14 null means absent: optional fields may be null, tariff_ids may be missing', () => {
  const { tariff_ids: _none, ...withoutTariffs } = connector;
  for (const version of VERSIONS) {
    assert.deepEqual(errorsOf('Connector', version, withoutTariffs), []);
    assert.deepEqual(
      errorsOf('Connector', version, { ...connector, tariff_ids: null, terms_and_conditions: null }),
      [],
    );
    assert.deepEqual(errorsOf('Connector', version, { ...connector, max_voltage: null }), [
      '/max_voltage is required',
    ]);
  }
});

test('OCPI 2.12-18 over-long and repeated strings are accepted and reported, identifiers are refused', () => {
  const name = 'x'.repeat(300);
  for (const version of VERSIONS) {
    const plain = { ...location, name };
    const judged = validate('Location', version, 'in', plain);
    assert.deepEqual(judged.errors, []);
    assert.deepEqual(judged.warnings, [{ path: '/name', detail: 'has 300 characters, OCPI allows 255' }]);
    const repeated = validate('Connector', version, 'in', { ...connector, tariff_ids: ['a', 'a'] });
    assert.equal(repeated.warnings[0]?.path, '/tariff_ids');
    assert.deepEqual(errorsOf('Location', version, { ...location, id: 'i'.repeat(37) }), [
      '/id has 37 characters, OCPI allows 36',
    ]);
    assert.equal(validate('Location', version, 'out', plain).errors.length, 1);
  }
});

test('OCPI 2.3.0 transport: undocumented fields never reject a payload, and are never sent on', () => {
  const odd = JSON.parse(
    JSON.stringify({ ...token, loyalty_level: 3 }).replace('{', '{"__proto__":{"valid":true},'),
  );
  for (const version of VERSIONS) {
    const reading = readBySchema<Record<string, unknown>>(KINDS.Token, odd, { direction: 'in' });
    assert.ok(reading.ok);
    assert.deepEqual(reading.value, token);
    assert.equal(validate('Token', version, 'in', odd).warnings.length, 2);
    assert.equal(validate('Token', version, 'out', odd).errors.length, 2);
  }
});

test('OCPI: numbers must be finite, within reason and of the right kind', () => {
  for (const kwh of ['3.25', Number.NaN, Number.POSITIVE_INFINITY, 1e308, -1e308, true, null]) {
    assert.equal(errorsOf('Session', '2.3.0', { ...session, kwh })[0]?.split(' ')[0], '/kwh', String(kwh));
  }
  assert.deepEqual(errorsOf('Connector', '2.3.0', { ...connector, max_voltage: 230.5 }), [
    '/max_voltage must be a whole number, got 230.5',
  ]);
});

test('OCPI: closed enums are closed, open enums are open (OCPI 2.3.0 types)', () => {
  assert.match(
    errorsOf('Session', '2.2.1', { ...session, total_cost: undefined, status: 'RESERVED' })[0] ?? '',
    /RESERVATION/,
  );
  assert.deepEqual(errorsOf('Connector', '2.3.0', { ...connector, standard: 'IEC_63379' }), []);
  const later = validate('Connector', '2.2.1', 'in', { ...connector, standard: 'MCS' });
  assert.deepEqual([later.errors.length, later.warnings.length], [0, 1]);
  assert.equal(validate('Connector', '2.2.1', 'out', { ...connector, standard: 'MCS' }).errors.length, 1);
});

test('OCPI 2.12: the mistakes of the published examples are found for the right reason', () => {
  const { last_updated: _t, ...tariffWithoutTime } = tariff;
  assert.deepEqual(errorsOf('Tariff', '2.3.0', tariffWithoutTime), ['/last_updated is required']);
  const { tax_included: _tax, ...tariffWithoutTax } = tariff;
  assert.deepEqual(errorsOf('Tariff', '2.3.0', tariffWithoutTax), ['/tax_included is required']);
  const { power_type: _p, max_voltage: _v, max_amperage: _a, ...bareConnector } = connector;
  const addEvse = { ...evse, connectors: [bareConnector], physical_reference: 3, floor: -1 };
  assert.deepEqual(errorsOf('Evse', '2.2.1', addEvse), [
    '/connectors/0/power_type is required',
    '/connectors/0/max_voltage is required',
    '/connectors/0/max_amperage is required',
    '/physical_reference must be a text, got 3',
  ]);
  assert.deepEqual(
    errorsOf('Session', '2.3.0', { ...session, total_cost: { excl_vat: 8.5, incl_vat: 9.35 } }),
    ['/total_cost/before_taxes is required'],
  );
});

test('OCPI #NA is allowed where a reservation has no EVSE yet', () => {
  const reserved = { ...session, status: 'RESERVATION', evse_uid: '#NA', connector_id: '#NA' };
  assert.deepEqual(validate('Session', '2.3.0', 'out', reserved).errors, []);
});

test('OCPI: our reader agrees with the JSON Schema it is driven by', () => {
  const compiled = Compile(KINDS.Token);
  const anyField = fc.oneof(fc.constant(undefined), fc.string(), fc.integer(), fc.boolean(), fc.constant([]));
  fc.assert(
    fc.property(fc.constantFrom(...Object.keys(KINDS.Token.properties)), anyField, (field, value) => {
      const changed = JSON.parse(JSON.stringify({ ...token, [field]: value })) as unknown;
      const schemaSays = compiled.Check(changed);
      const weSay = validate('Token', '2.3.0', 'out', changed).errors.length === 0;
      assert.ok(!weSay || schemaSays, `accepted ${field}=${JSON.stringify(value)} against the schema`);
    }),
  );
});

test('OCPI: a message names at most twenty mistakes and never shows a whole body', () => {
  const demand = Array.from({ length: 500 }, () => ({ time_slot: 'now', value: 'x'.repeat(5000) }));
  const { errors } = validate('ScOptimisation', '2.3.0', 'in', { ...samples.ScOptimisation, demand });
  assert.equal(errors.length, 20);
  assert.ok(errors.every(({ detail }) => detail.length < 200));
});

test('OCPI credentials: a token that breaks the rules is never shown in a message', () => {
  const { errors } = validate('Credentials', '2.3.0', 'in', {
    ...samples.Credentials,
    token: 'my secret token',
  });
  assert.equal(errors[0]?.path, '/token');
  assert.doesNotMatch(JSON.stringify(errors), /my secret/);
});

test('OCPI types DateTime is string(25): more digits are read with a note, and written in our own form', () => {
  const last_updated = '2026-11-21T08:00:00.123456789Z';
  assert.equal(
    validate('Token', '2.3.0', 'in', { ...token, last_updated }).warnings[0]?.path,
    '/last_updated',
  );
  assert.equal(validate('Token', '2.3.0', 'out', { ...token, last_updated }).errors.length, 1);
  const written = readBySchema<typeof token>(KINDS.Token, { ...token, last_updated }, { direction: 'out' });
  assert.equal(written.ok && written.value.last_updated, '2026-11-21T08:00:00.123Z');
});

test('OCPI mod_charging_profiles: limits leave with one decimal, rounded down', () => {
  const profile = {
    charging_rate_unit: 'A',
    charging_profile_period: [
      { start_period: 0, limit: 15.99, setpoint: -7.77 },
      { start_period: 60, limit: 0.3 },
    ],
  };
  const active = { start_date_time: '2026-11-21T08:00:00Z', charging_profile: profile };
  const rules = { direction: 'out', agreements: ['v2x'] } as const;
  const written = readBySchema<typeof active>(KINDS.ActiveChargingProfile, active, rules);
  assert.deepEqual(written.ok && written.value.charging_profile.charging_profile_period, [
    { start_period: 0, limit: 15.9, setpoint: -7.7 },
    { start_period: 60, limit: 0.3 },
  ]);
  assert.equal(validate('ActiveChargingProfile', '2.3.0', 'in', active, ['v2x']).errors.length, 0);
  assert.equal(validate('ActiveChargingProfile', '2.3.0', 'out', active, ['v2x']).errors.length, 2);
});

test('OCPI types: U+0000 and half of a surrogate pair are refused in every text, because no store can keep them', () => {
  for (const version of VERSIONS) {
    for (const strange of ['a\u0000b', '\u0000', 'a\ud800b', '\udc00']) {
      const detail = 'must not hold U+0000 or half of a surrogate pair';
      assert.deepEqual(errorsOf('Location', version, { ...location, name: strange }), [`/name ${detail}`]);
      assert.deepEqual(errorsOf('Token', version, { ...token, issuer: strange }), [`/issuer ${detail}`]);
      assert.deepEqual(
        errorsOf('Connector', version, {
          ...connector,
          terms_and_conditions: `https://x.example/?${strange}`,
        }),
        [`/terms_and_conditions ${detail}`],
      );
    }
    assert.deepEqual(errorsOf('Location', version, { ...location, name: 'Kai 🚗' }), []);
  }
});
