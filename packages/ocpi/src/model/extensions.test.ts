import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codecOf } from '../bridge/codecs.ts';
import type { OcpiVersion } from '../exchange/party.ts';
import { stripExtensions } from './extensions.ts';
import { chargingProfile, samples, session } from './fixtures/objects.ts';
import { AGREEMENTS, KINDS, type Kind, type KindType } from './index.ts';

const withBattery: KindType<'Session'> = { ...session, battery_capacity: 58 };
const VERSIONS: readonly OcpiVersion[] = ['2.2.1', '2.3.0'];

function send<K extends Kind>(
  kind: K,
  value: KindType<K>,
  version: OcpiVersion,
  agreements: readonly string[],
) {
  const reading = codecOf(kind).write(value, { version, unitProfile: 'si', agreements });
  assert.ok(reading.ok);
  return JSON.stringify(reading.value);
}

test('D4.2-§4.1.2.1 X39 battery capacity travels from hub to SCSP by agreement only and is absent in every other message', () => {
  for (const version of VERSIONS) {
    assert.match(send('Session', withBattery, version, ['battery_capacity']), /"battery_capacity":58/);
    for (const agreements of [[], ['v2x', 'soc_preferences', 'smartchargingoptimisation']]) {
      assert.doesNotMatch(send('Session', withBattery, version, agreements), /battery/);
    }
    const part = codecOf('Session').partial.write(
      { battery_capacity: 58, last_updated: session.last_updated },
      { version, unitProfile: 'si', agreements: [] },
    );
    assert.ok(part.ok);
    assert.doesNotMatch(JSON.stringify(part.value), /battery/);
  }
  assert.deepEqual(stripExtensions('Session', withBattery, []), session);
  assert.deepEqual(stripExtensions('Session', withBattery, ['battery_capacity']), withBattery);
});

test('D4.2-§4.1.2.1 privacy: no kind of message carries an extension without its agreement', () => {
  const marks: [Kind, unknown][] = [
    ['Session', withBattery],
    [
      'ChargingPreferences',
      { profile_type: 'CHEAP', target_soc: 0.8, min_soc: 0.3, max_soc: 0.9, reserve_soc: 0.2 },
    ],
    [
      'ActiveChargingProfile',
      {
        start_date_time: '2026-11-21T08:15:00Z',
        charging_profile: {
          ...chargingProfile,
          charging_profile_period: [{ start_period: 0, limit: 0, discharge_limit: 5000, setpoint: -4000 }],
        },
      },
    ],
  ];
  const extensionName = /battery_capacity|_soc|discharge_limit|setpoint/;
  for (const [kind, value] of marks) {
    const all = JSON.stringify(stripExtensions(kind, value as KindType<typeof kind>, AGREEMENTS));
    assert.match(all, extensionName, kind);
    const none = JSON.stringify(stripExtensions(kind, value as KindType<typeof kind>, []));
    assert.doesNotMatch(none, extensionName, kind);
    for (const version of VERSIONS) {
      assert.doesNotMatch(send(kind, value as KindType<typeof kind>, version, []), extensionName, kind);
    }
  }
});

test('D1.5-R1-1 X18 SoC preferences of a peer without the agreement are ignored safely, with a note', () => {
  const wish = { profile_type: 'CHEAP', target_soc: 0.8 };
  const wire = { version: '2.2.1', unitProfile: 'si' } as const;
  const without = codecOf('ChargingPreferences').read(wish, { ...wire, agreements: [] });
  assert.ok(without.ok);
  assert.deepEqual(without.value, { profile_type: 'CHEAP' });
  assert.match(without.warnings[0]?.detail ?? '', /not agreed/);
  const agreed = codecOf('ChargingPreferences').read(wish, { ...wire, agreements: ['soc_preferences'] });
  assert.ok(agreed.ok);
  assert.deepEqual(agreed.value, wish);
  const percent = codecOf('ChargingPreferences').read(
    { ...wish, target_soc: 80 },
    { ...wire, agreements: ['soc_preferences'] },
  );
  assert.deepEqual(percent, {
    ok: false,
    problems: [{ path: '/target_soc', detail: 'must not be above 1, got 80' }],
  });
});

test('X39 every extension field is one of the documented ones', () => {
  const found = Object.entries(KINDS).flatMap(([kind, schema]) =>
    namesOf(schema).map((name) => `${kind}.${name}`),
  );
  assert.deepEqual(found, [
    'Session.battery_capacity',
    'ChargingPreferences.target_soc',
    'ChargingPreferences.min_soc',
    'ChargingPreferences.max_soc',
    'ChargingPreferences.reserve_soc',
    'Cdr.total_exported_energy',
    'SetChargingProfile.discharge_limit',
    'SetChargingProfile.setpoint',
    'ActiveChargingProfile.discharge_limit',
    'ActiveChargingProfile.setpoint',
    'ActiveChargingProfileResult.discharge_limit',
    'ActiveChargingProfileResult.setpoint',
  ]);
  assert.equal(Object.keys(samples).length, Object.keys(KINDS).length);
});

/** Names of the extension fields anywhere in a schema. */
function namesOf(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([name, node]) =>
    typeof node === 'object' && node !== null && 'extension' in node ? [name] : namesOf(node),
  );
}
