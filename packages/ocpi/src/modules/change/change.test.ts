import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { connector, evse, location, scOptimisation, session } from '../../model/fixtures/objects.ts';
import { connectorMaxPowerW } from '../locations/connector-power.ts';
import {
  patchConnector,
  patchEvse,
  patchLocation,
  putConnector,
  putEvse,
} from '../locations/patch-location.ts';
import { patchSession } from '../sessions/patch-session.ts';
import { decideLastUpdated } from './last-updated.ts';
import { mergePatch } from './merge-patch.ts';

const NOW_MS = Date.UTC(2026, 10, 21, 8, 20);
const LATER = '2026-11-21T08:10:00Z';

test('X42 newer is applied, older and repeated are ignored, another content under the same time is 2001', () => {
  const stored = { ...scOptimisation };
  const decide = (incoming: object) => {
    const outcome = decideLastUpdated(stored, { ...stored, ...incoming }, NOW_MS);
    return outcome.ok ? outcome.data : outcome.error;
  };
  assert.equal(decide({ last_updated: LATER, max_power: 1 }), 'apply');
  assert.equal(decide({ last_updated: '2026-11-21T07:59:59Z', max_power: 1 }), 'ignore');
  assert.equal(decide({}), 'ignore');
  assert.equal(decide({ max_power: 1 }), 'invalidParameters');
  const first = decideLastUpdated(undefined, stored, NOW_MS);
  assert.deepEqual(first, { ok: true, data: 'apply' });
});

test('X42 more than 5 minutes in the future is 2001, exactly 5 minutes is not', () => {
  const at = (last_updated: string) => decideLastUpdated(undefined, { last_updated }, NOW_MS);
  assert.equal(at('2026-11-21T08:25:00Z').ok, true);
  const refused = at('2026-11-21T08:25:00.001Z');
  assert.ok(!refused.ok);
  assert.match(refused.detail, /5 minutes in the future; check the clock/);
});

test('X41 a PATCH replaces lists as a whole and leaves what it does not name', () => {
  const demand = [{ time_slot: '2026-11-21T09:00:00Z', value: 1 }];
  assert.deepEqual(mergePatch(scOptimisation, { demand, last_updated: LATER }), {
    ...scOptimisation,
    demand,
    last_updated: LATER,
  });
  assert.deepEqual(mergePatch(scOptimisation, {}), scOptimisation);
});

test('OCPI 2.12-9 PATCH of a session appends charging periods; the running period sent again is corrected, not doubled', () => {
  const period = (start_date_time: string, volume: number) => ({
    start_date_time,
    dimensions: [{ type: 'ENERGY_IMPORT' as const, volume }],
  });
  const next = period('2026-11-21T08:00:00Z', 1.5);
  const patched = patchSession(session, { kwh: 4.75, charging_periods: [next], last_updated: LATER });
  assert.deepEqual(patched.charging_periods, [...(session.charging_periods ?? []), next]);
  assert.deepEqual([patched.kwh, patched.last_updated, patched.status], [4.75, LATER, 'ACTIVE']);
  const again = period('2026-11-21T08:00:00Z', 2.5);
  const corrected = patchSession(patched, { charging_periods: [again], last_updated: LATER });
  assert.deepEqual(corrected.charging_periods, [...(session.charging_periods ?? []), again]);
  assert.equal(patchSession(session, { last_updated: LATER }).charging_periods, session.charging_periods);
});

test('OCPI mod_locations: a change of an EVSE or connector raises last_updated of its parents, never lowers it', () => {
  const changed = patchEvse(location, 'QUAY-3', { status: 'CHARGING', last_updated: LATER });
  assert.deepEqual([changed?.last_updated, changed?.evses?.[0]?.status], [LATER, 'CHARGING']);
  const deeper = patchConnector(location, 'quay-3', '1', { max_electric_power: 11_000, last_updated: LATER });
  assert.deepEqual(
    [
      deeper?.last_updated,
      deeper?.evses?.[0]?.last_updated,
      deeper?.evses?.[0]?.connectors[0]?.max_electric_power,
    ],
    [LATER, LATER, 11_000],
  );
  const early = patchEvse(location, 'quay-3', { status: 'BLOCKED', last_updated: '2026-01-01T00:00:00Z' });
  assert.equal(early?.last_updated, location.last_updated);
  assert.equal(patchEvse(location, 'no-such', { last_updated: LATER }), undefined);
  assert.equal(patchConnector(location, 'quay-3', '9', { last_updated: LATER }), undefined);
  const second = putConnector(location, 'quay-3', { ...connector, id: '2', last_updated: LATER });
  assert.deepEqual(
    second?.evses?.[0]?.connectors.map((item) => item.id),
    ['1', '2'],
  );
  const added = putEvse(location, { ...evse, uid: 'quay-4', last_updated: LATER });
  assert.deepEqual(
    added.evses?.map((item) => item.uid),
    ['quay-3', 'quay-4'],
  );
});

test('OCPI 2.12-17 PATCH of the evses of a location replaces the list as a whole (X41)', () => {
  const other = { ...evse, uid: 'quay-9' };
  const patched = patchLocation(location, { evses: [other], last_updated: LATER });
  assert.deepEqual([patched.evses, patched.name], [[other], location.name]);
});

test('OCPI PATCH never changes the stored object itself', () => {
  const before = structuredClone(location);
  fc.assert(
    fc.property(fc.constantFrom('AVAILABLE', 'CHARGING', 'REMOVED'), (status) => {
      patchEvse(location, 'quay-3', { status, last_updated: LATER });
      putConnector(location, 'quay-3', { ...connector, max_amperage: 16 });
      assert.deepEqual(location, before);
    }),
  );
});

test('D4.2-§4.1.1-NOM SMC_008 nominal power: max_electric_power, else voltage x current, three times for three phases', () => {
  const { max_electric_power: _stated, ...bare } = connector;
  const rows = [
    ['AC_1_PHASE', 230, 16, undefined, 3680],
    ['AC_2_PHASE', 230, 16, undefined, 7360],
    ['AC_2_PHASE_SPLIT', 240, 40, undefined, 9600],
    ['AC_3_PHASE', 230, 32, undefined, 22_080],
    ['DC', 920, 500, undefined, 460_000],
    ['DC', 920, 500, 150_000, 150_000],
    ['AC_3_PHASE', 230, 16, 22_000, 11_040],
    ['AC_3_PHASE', 0, 0, 11_000, 11_000],
  ] as const;
  for (const [power_type, max_voltage, max_amperage, statedW, expectedW] of rows) {
    const stated = statedW === undefined ? {} : { max_electric_power: statedW };
    assert.equal(
      connectorMaxPowerW({ ...bare, power_type, max_voltage, max_amperage, ...stated }),
      expectedW,
      `${power_type} ${max_voltage} V ${max_amperage} A ${statedW ?? ''}`,
    );
  }
});

test('OCPI 2.12-10 last_updated is never raised without a change: the same part pushed again leaves everything as it was', () => {
  assert.deepEqual(putEvse(location, evse), location);
  assert.deepEqual(putConnector(location, 'quay-3', connector), location);
  assert.deepEqual(decideLastUpdated(location, structuredClone(location), NOW_MS), {
    ok: true,
    data: 'ignore',
  });
});
