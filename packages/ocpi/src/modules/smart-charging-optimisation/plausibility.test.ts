import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UnitProfile } from '../../exchange/codec.ts';
import { scOptimisation } from '../../model/fixtures/objects.ts';
import type { ScOptimisation } from '../../model/index.ts';
import type { KnownConnectorPowerW } from './plausibility.ts';
import { readOptimisation } from './read-optimisation.ts';

const quayPowerW: KnownConnectorPowerW = (evse, connectorId) =>
  evse.evseUid === 'quay-3' && connectorId === '1' ? 22_080 : undefined;

function judge(
  changes: Partial<ScOptimisation>,
  profile: UnitProfile = 'd42-tables',
  knownPowerW: KnownConnectorPowerW = quayPowerW,
): string {
  const outcome = readOptimisation({ ...scOptimisation, ...changes }, profile, knownPowerW);
  if (!outcome.ok) assert.equal(outcome.error, 'invalidParameters');
  return outcome.ok ? 'accepted' : outcome.detail;
}

function withConnector(power: number, discharge_power = 0): Partial<ScOptimisation> {
  return {
    evses: [
      {
        location_id: 'quay',
        evse_uid: 'quay-3',
        connectors: [{ connector_id: '1', power, discharge_power }],
      },
    ],
  };
}

function demandOf(value: number): Partial<ScOptimisation> {
  return {
    demand: [
      { time_slot: '2026-11-21T08:00:00Z', value },
      { time_slot: '2026-11-21T08:15:00Z', value },
    ],
  };
}

test('D4.2-T19-power D4.2-T19-discharge_power X2: more than 1.2 times max_electric_power is refused with a unit hint', () => {
  assert.equal(judge(withConnector(26)), 'accepted');
  const watts = judge(withConnector(22_000));
  assert.match(watts, /connector 1: power is 22000000 W, but OCPI Locations give 22080 W/);
  assert.match(watts, /d42-tables this field is in kW; send it so, agree on the profile si/);
  assert.match(judge(withConnector(22, 27)), /discharge_power is 27000 W/);
  assert.equal(judge({ ...withConnector(22_000), ...demandOf(4000) }, 'si'), 'accepted');
});

test('X2 a connector power a thousand times too small is refused too, unless confirmed', () => {
  const small = { ...withConnector(22), ...demandOf(4000) };
  assert.match(judge(small, 'si'), /power is 22 W.*plausibility_confirmed/);
  assert.equal(judge({ ...small, plausibility_confirmed: true }, 'si'), 'accepted');
});

test('X2 the published example with 5000 kW per connector is refused even where no location is known', () => {
  assert.match(
    judge(withConnector(5000), 'd42-tables', () => undefined),
    /more than any connector has/,
  );
  assert.equal(
    judge(withConnector(350), 'd42-tables', () => undefined),
    'accepted',
  );
});

test('X2 mean demand or generation above 10 times max_power is refused', () => {
  assert.equal(judge(demandOf(149)), 'accepted');
  assert.match(judge(demandOf(151)), /demand is 604000 W on average, but max_power is 60000 W.*kWh per slot/);
  const generation = demandOf(4000).demand ?? [];
  assert.match(judge({ generation }), /generation is 16000000 W on average/);
});

test('X2 a total demand below 0.1 % of max_power hides the base load: refused unless confirmed', () => {
  assert.match(judge(demandOf(0.004)), /less than 0.1 % of it: max_power is 60000 W/);
  assert.equal(judge({ ...demandOf(0.004), plausibility_confirmed: true }), 'accepted');
  assert.equal(judge(demandOf(0.016)), 'accepted');
  assert.equal(judge(demandOf(0)), 'accepted');
});

test('X2 flex orders of more than 10 times max_power are refused', () => {
  const flex = (value: number) => ({ flex_orders: [{ time_slot: '2026-11-21T08:15:00Z', value }] });
  assert.equal(judge(flex(-60)), 'accepted');
  assert.match(judge(flex(5000)), /flex_orders reach 5000000 W/);
});

test('X2 X35 prices outside -2 to +5 per kWh are refused, in the scale of the currency', () => {
  const price = (value: number) => ({ price: [{ time_slot: '2026-11-21T08:00:00Z', value }] });
  for (const value of [-2, 5]) assert.equal(judge(price(value)), 'accepted');
  for (const value of [-2.01, 5.01, 10, 85]) assert.match(judge(price(value)), /^price: .* outside -2 to 5/);
  assert.equal(judge({ ...price(85), currency: 'HUF' }), 'accepted');
  assert.match(judge({ ...price(85_000), currency: 'HUF' }), /not per MWh/);
  assert.match(judge({ export_price: price(10).price }), /^export_price/);
});

test('X45 the nominal power is the minimum of what SCO and Locations say', () => {
  const outcome = readOptimisation({ ...scOptimisation, ...withConnector(25, 11) }, 'd42-tables', quayPowerW);
  assert.ok(outcome.ok);
  assert.deepEqual(outcome.data.evses[0]?.connectors, [
    { connectorId: '1', chargeW: 22_080, dischargeW: 11_000 },
  ]);
});
