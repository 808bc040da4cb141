import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { codecOf } from '../../bridge/codecs.ts';
import type { UnitProfile } from '../../exchange/codec.ts';
import { scOptimisation } from '../../model/fixtures/objects.ts';
import type { ScOptimisation, ScSlotValue } from '../../model/index.ts';
import { mergePatch } from '../change/merge-patch.ts';
import type { CanonicalContext } from './canonical-context.ts';
import { fromCanonical } from './from-canonical.ts';
import { onGrid } from './time-series.ts';
import { toCanonical } from './to-canonical.ts';

const HOUR_MS = 3_600_000;
const T8 = Date.UTC(2026, 10, 21, 8);

function fixture(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8'));
}

function read(json: unknown): ScOptimisation {
  const reading = codecOf('ScOptimisation').read(json, {
    version: '2.2.1',
    unitProfile: 'd42-tables',
    agreements: [],
  });
  assert.ok(reading.ok, JSON.stringify(reading));
  return reading.value;
}

function canonical(object: ScOptimisation, profile: UnitProfile = 'd42-tables'): CanonicalContext {
  const outcome = toCanonical(object, profile);
  assert.ok(outcome.ok, JSON.stringify(outcome));
  return outcome.data;
}

function refusal(object: ScOptimisation): string {
  const outcome = toCanonical(object, 'd42-tables');
  assert.ok(!outcome.ok);
  assert.equal(outcome.error, 'invalidParameters');
  return outcome.detail;
}

/** Quarter hours from 08:00 with these values. */
function quarters(...values: number[]): ScSlotValue[] {
  return values.map((value, index) => ({
    time_slot: new Date(T8 + (index * HOUR_MS) / 4).toISOString().replace('.000', ''),
    value,
  }));
}

test('D4.2-T17-max_power D4.2-T17-min_power D4.2-T17-opportunity_cost X2 X6 X36: site values in W, export floor and cost per hour squared', () => {
  const { maxImportW, maxExportW, opportunityCostPerHour2, currency } = canonical({
    ...scOptimisation,
    min_power: -7000.9,
  });
  assert.deepEqual([maxImportW, maxExportW, currency], [60_000, 7000, 'EUR']);
  assert.equal(opportunityCostPerHour2, 0.05 * 16);
  assert.equal(canonical({ ...scOptimisation, min_power: 7000 }).maxExportW, 7000);
  const { min_power: _floor, max_power: _limit, ...open } = scOptimisation;
  assert.deepEqual([canonical(open).maxExportW, canonical(open).maxImportW], [undefined, undefined]);
});

test('X36 opportunity cost: the same cost per hour squared whatever the slot length is', () => {
  const hourly = { ...scOptimisation, opportunity_cost: 1.6, slot_duration: 60 };
  const quarterly = { ...scOptimisation, opportunity_cost: 0.1, slot_duration: 15 };
  for (const object of [hourly, quarterly]) {
    const { demand: _d, price: _p, flex_orders: _f, ...bare } = object;
    assert.ok(Math.abs((canonical(bare).opportunityCostPerHour2 ?? 0) - 1.6) < 1e-12);
  }
});

test('D4.2-T19-power D4.2-T19-discharge_power X2: connector power in kW (d42-tables) or W (si), rounded down, without V2G by default', () => {
  const connectors = [
    { connector_id: 'A', power: 1.005, discharge_power: 0.1 },
    { connector_id: '2', power: 22.0009 },
  ];
  const evses = [{ location_id: 'quay', evse_uid: 'quay-3', connectors }];
  assert.deepEqual(canonical({ ...scOptimisation, evses }).evses[0]?.connectors, [
    { connectorId: 'A', chargeW: 1005, dischargeW: 100 },
    { connectorId: '2', chargeW: 22_000, dischargeW: 0 },
  ]);
  const inWatts = [{ location_id: 'q', evse_uid: 'e', connectors: [{ connector_id: '1', power: 22_080 }] }];
  assert.equal(
    canonical({ ...scOptimisation, evses: inWatts }, 'si').evses[0]?.connectors[0]?.chargeW,
    22_080,
  );
});

test('D4.2-T20-value D4.2-T21-value D4.2-T22-value D4.2-T23-value X2: energies become average W, prices stay, flex orders become W', () => {
  const object = {
    ...scOptimisation,
    demand: quarters(4, 5),
    generation: quarters(0, 1.25),
    price: quarters(0.12, -0.01),
    flex_orders: quarters(0, -10),
  };
  const values = (context: CanonicalContext) =>
    Object.fromEntries(
      Object.entries(context.series).map(([kind, slots]) => [kind, slots.map((slot) => slot.value)]),
    );
  const expected = {
    demand: [16_000, 20_000],
    generation: [0, 5000],
    price: [0.12, -0.01],
    flex: [0, -10_000],
  };
  assert.deepEqual(values(canonical(object)), expected);
  const inSi = {
    ...object,
    demand: quarters(4000, 5000),
    generation: quarters(0, 1250),
    flex_orders: quarters(0, -10_000),
  };
  assert.deepEqual(values(canonical(inSi, 'si')), expected);
});

test('D4.2-T20-time_slot D4.2-T21-time_slot D4.2-T22-time_slot D4.2-T23-time_slot X37: unsorted, repeated and overlapping slots are handled the same way every time', () => {
  const sorted = quarters(1, 2, 3, 4);
  const price = quarters(0.1, 0.2, 0.3, 0.4);
  const straight = canonical({
    ...scOptimisation,
    demand: sorted,
    generation: sorted,
    price,
    flex_orders: sorted,
  });
  fc.assert(
    fc.property(fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }), (order) => {
      const pick = (list: ScSlotValue[]) =>
        order.map((index) => list[index]).filter((item) => item !== undefined);
      const mixed = canonical({
        ...scOptimisation,
        demand: pick(sorted),
        generation: pick(sorted),
        price: pick(price),
        flex_orders: pick(sorted),
      });
      assert.deepEqual(mixed.series, straight.series);
    }),
  );
  const twice = canonical({ ...scOptimisation, demand: [...sorted, { ...sorted[1]!, value: 9 }] });
  assert.equal(twice.series.demand?.[1]?.value, 36_000);
  assert.match(twice.notes[0] ?? '', /given twice/);
  const overlapping = [...sorted, { time_slot: '2026-11-21T08:20:00Z', value: 1 }];
  const cut = canonical({ ...scOptimisation, demand: overlapping, slot_duration: 15 }).series.demand ?? [];
  assert.deepEqual(
    cut.map((slot) => slot.durationMs / 60_000),
    [15, 5, 10, 15, 15],
  );
});

test('X37 gaps: forecasts hold the last value, flex orders end, prices are never invented', () => {
  const gap = quarters(1, 2, 3, 4, 5, 6).filter((_item, index) => index !== 2);
  const context = canonical({ ...scOptimisation, demand: gap, flex_orders: gap, price: [] });
  assert.deepEqual(
    context.series.demand?.map((slot) => slot.durationMs / 60_000),
    [15, 30, 15, 15, 15],
  );
  assert.deepEqual(
    context.series.flex?.map((slot) => slot.durationMs / 60_000),
    [15, 15, 15, 15, 15],
  );
  assert.match(context.notes.join(), /held for 30 min/);
  assert.equal(
    refusal({ ...scOptimisation, price: gap }),
    'price: no value from 2026-11-21T08:30:00Z to 2026-11-21T08:45:00Z; send every slot (a price is never invented).',
  );
  assert.match(refusal({ ...scOptimisation, export_price: gap }), /^export_price: no value/);
  assert.match(
    refusal({
      ...scOptimisation,
      price: quarters(0.1, 0.2).map((p, i) => ({ ...p, time_slot: `2026-11-${21 + 3 * i}T00:00:00Z` })),
    }),
    /slot_duration/,
  );
});

test('X37 sparse flex orders without slot_duration: a lift counts for the slots of the other lists, a reduction until the next order', () => {
  const flex_orders = [
    { time_slot: '2026-11-21T08:00:00Z', value: 10 },
    { time_slot: '2026-11-21T10:00:00Z', value: -10 },
    { time_slot: '2026-11-21T12:00:00Z', value: 0 },
  ];
  const minutes = (object: ScOptimisation) =>
    canonical(object).series.flex?.map((slot) => slot.durationMs / 60_000);
  assert.deepEqual(minutes({ ...scOptimisation, flex_orders }), [15, 120, 120]);
  assert.deepEqual(minutes({ ...scOptimisation, flex_orders, slot_duration: 30 }), [30, 30, 30]);
  assert.deepEqual(minutes({ ...scOptimisation, flex_orders, demand: [], price: [] }), [120, 120, 120]);
});

test('X37 slot length: slot_duration, else the usual spacing, a single slot like the other lists, else 15 minutes', () => {
  const single = quarters(2).slice(0, 1);
  const minutes = (object: ScOptimisation) => (canonical(object).series.flex?.[0]?.durationMs ?? 0) / 60_000;
  const base = { ...scOptimisation, demand: [], generation: [], price: [], flex_orders: single };
  assert.equal(minutes(base), 15);
  const hourly = [8, 9, 10].map((hour) => ({
    time_slot: `2026-11-21T${String(hour).padStart(2, '0')}:00:00Z`,
    value: 0.1,
  }));
  assert.equal(minutes({ ...base, price: hourly }), 60);
  const mixed = { ...base, price: hourly, slot_duration: 30 };
  assert.equal(minutes(mixed), 30);
  assert.equal(canonical(mixed).series.price?.[0]?.durationMs, HOUR_MS);
});

test('X37 days of 92 and 100 quarter hours (change of summer time) need no special case: time is UTC', () => {
  for (const [day, slots] of [
    ['2026-03-28T23:00:00Z', 92],
    ['2026-10-24T22:00:00Z', 100],
  ] as const) {
    const startMs = Date.parse(day);
    const price = Array.from({ length: slots }, (_, index) => ({
      time_slot: new Date(startMs + index * 900_000).toISOString(),
      value: index / 100,
    }));
    const read = canonical({ ...scOptimisation, price }).series.price ?? [];
    assert.equal(read.length, slots);
    assert.ok(read.every((slot) => slot.durationMs === 900_000));
  }
});

test('X37 unaligned slots are split on the planning grid, weighted by time', () => {
  const slots = canonical(read(fixture('d42-object.json'))).series.demand ?? [];
  const grid = onGrid(slots, Date.UTC(2015, 5, 29, 22, 45), 15 * 60_000, 10);
  assert.deepEqual(grid.slice(0, 4), [4000, 4000, 4000, 4000]);
  const share = (4 * 60 + 9) / 900;
  assert.ok(Math.abs((grid[4] ?? 0) - (4000 * share + 5000 * (1 - share))) < 1e-9);
  assert.deepEqual(onGrid(slots, Date.UTC(2015, 5, 30, 2), 900_000, 2), [undefined, undefined]);
});

test('D4.2-§5.1.3.1.1 D4.2-§5.1.2.2-EX1 D4.2-§5.1.2.2-EX2 the corrected examples are accepted: PUT then PATCH is the full object', () => {
  const put = read(fixture('d42-put.json'));
  const reading = codecOf('ScOptimisation').partial.read(fixture('d42-patch.json'), {
    version: '2.2.1',
    unitProfile: 'd42-tables',
    agreements: [],
  });
  assert.ok(reading.ok);
  const merged = mergePatch(put, reading.value);
  const full = read(fixture('d42-object.json'));
  assert.deepEqual({ ...merged, last_updated: full.last_updated }, full);
  const context = canonical(full);
  assert.deepEqual(context.owner, { countryCode: 'BE', partyId: 'BEC' });
  assert.deepEqual(
    context.series.price?.map((slot) => [slot.durationMs, slot.value]),
    [
      [HOUR_MS, 0.1],
      [HOUR_MS, 0.05],
    ],
  );
  assert.deepEqual(
    context.series.flex?.map((slot) => slot.value),
    [5000, 5000],
  );
});

test('D4.2-T18-evse_uid X3 X44 an EVSE or connector named twice is refused: 1, "1" and another case are the same', () => {
  const evse = (connectors: unknown[], uid = 'quay-3') => ({
    location_id: 'quay',
    evse_uid: uid,
    connectors,
  });
  const object = (evses: unknown[]) => read({ ...scOptimisation, evses });
  const one = { connector_id: 1, power: 11 };
  assert.match(
    refusal(object([evse([one, { connector_id: '1', power: 22 }])])),
    /connector quay\/quay-3\/1 is listed twice/,
  );
  assert.match(refusal(object([evse([one]), evse([one], 'QUAY-3')])), /EVSE quay\/QUAY-3 is listed twice/);
});

test('X2 X36 canonical -> wire -> canonical changes nothing, in both unit profiles', () => {
  const slotsOf = (value: fc.Arbitrary<number>) =>
    fc.array(value, { maxLength: 8 }).map((values) =>
      values.map((slotValue, index) => ({
        startMs: T8 + index * 900_000,
        durationMs: 900_000,
        value: slotValue,
      })),
    );
  const watts = fc.integer({ min: 0, max: 2_000_000 });
  const price = fc.integer({ min: -20_000, max: 50_000 }).map((tenThousandths) => tenThousandths / 10_000);
  const contexts: fc.Arbitrary<CanonicalContext> = fc.record(
    {
      owner: fc.constant({ countryCode: 'FI', partyId: 'TKU' }),
      id: fc.constant('quay-supply'),
      lastUpdatedMs: fc.constant(T8),
      maxImportW: watts,
      maxExportW: watts,
      opportunityCostPerHour2: fc.constantFrom(0, 0.5, 16),
      currency: fc.constantFrom('EUR', 'HUF'),
      parentId: fc.constant('harbour'),
      gridConnectionId: fc.constant('643007500000000013'),
      evses: fc
        .tuple(watts, watts)
        .map(([chargeW, dischargeW]) => [
          { locationId: 'quay', evseUid: 'quay-3', connectors: [{ connectorId: '1', chargeW, dischargeW }] },
        ]),
      series: fc.record(
        {
          demand: slotsOf(watts),
          generation: slotsOf(watts),
          price: slotsOf(price),
          export_price: slotsOf(price),
          flex: slotsOf(fc.integer({ min: -500_000, max: 500_000 })),
          cap: slotsOf(watts),
          co2: slotsOf(fc.integer({ min: 0, max: 900 })),
        },
        { noNullPrototype: true },
      ),
      confirmed: fc.boolean(),
      notes: fc.constant([]),
    },
    { noNullPrototype: true },
  );
  for (const profile of ['d42-tables', 'si'] as const) {
    fc.assert(
      fc.property(contexts, (context) => {
        const wire = JSON.parse(JSON.stringify(fromCanonical(context, profile))) as unknown;
        assert.deepEqual(canonical(read(wire), profile), context);
      }),
      { numRuns: 60 },
    );
  }
});

test('X35 X44 D1.5-R6-3 currency, parent and grid connection point are carried; absent currency is EUR', () => {
  const context = canonical({
    ...scOptimisation,
    currency: 'NOK',
    parent_id: 'harbour',
    grid_connection_id: '643007500000000013',
  });
  assert.deepEqual(
    [context.currency, context.parentId, context.gridConnectionId],
    ['NOK', 'harbour', '643007500000000013'],
  );
  assert.equal(canonical(scOptimisation).currency, 'EUR');
});
