import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type CapacityEnvelope,
  capacityInForce,
  envelopeOf,
  type ForecastedBlock,
  type GroupCapacityForecast,
  lowestOfAll,
  phaseLimitW,
  totalW,
} from '../index.ts';

const T0 = Date.UTC(2026, 0, 1);
const MINUTE_MS = 60_000;
const about = { source: 'dso', receivedMs: T0 };

function block(
  capacity: number,
  unit: ForecastedBlock['unit'],
  phase: ForecastedBlock['phase'] = 'ALL',
  fromMin = 0,
  toMin = 15,
): ForecastedBlock {
  const at = (min: number) => new Date(T0 + min * MINUTE_MS).toISOString();
  return { capacity, unit, phase, start_time: at(fromMin), end_time: at(toMin) };
}

function read(blocks: readonly ForecastedBlock[], type: GroupCapacityForecast['type'] = 'CONSUMPTION') {
  const made = envelopeOf({ group_id: 'G', type, forecasted_blocks: blocks }, about);
  assert.ok(made.ok, JSON.stringify(made));
  return made.envelope;
}

test('SC3: capacity in A, W, kW, Wh and kWh becomes W, per block and phase, rounded down', () => {
  const cases: [ForecastedBlock, number][] = [
    [block(4200, 'W'), 4200],
    [block(4.2, 'KW'), 4200],
    [block(4.19999, 'KW'), 4199],
    [block(1050, 'WH'), 4200],
    [block(1.05, 'KWH'), 4200],
    [block(1.05, 'KWH', 'ALL', 0, 30), 2100],
    [block(16, 'A'), 11_040],
    [block(16, 'A', 'UNKNOWN'), 3680],
    [block(5000, 'W', 'UNKNOWN'), 5000],
  ];
  for (const [given, powerW] of cases)
    assert.equal(totalW(read([given]).steps[0]!), powerW, JSON.stringify(given));
  const phases = read([
    block(16, 'A', 'ONE'),
    block(20, 'A', 'TWO'),
    block(25, 'A', 'THREE'),
    block(12, 'KW'),
  ]);
  assert.deepEqual(phases.steps, [
    { startMs: T0, endMs: T0 + 15 * MINUTE_MS, powerW: 12_000, phaseW: [3680, 4600, 5750] },
  ]);
  assert.equal(phaseLimitW(phases.steps[0]!), 3680);
  assert.equal(totalW(phases.steps[0]!), 12_000);
});

test('SC3: generation counts without its sign, consumption has none; OPTIMUM is a wish and never a limit', () => {
  assert.deepEqual(
    ['GENERATION', 'FALLBACK_GENERATION', 'FALLBACK_CONSUMPTION', 'OPTIMUM'].map((type) => {
      const { kind, direction } = read([block(7, 'KW')], type as GroupCapacityForecast['type']);
      return [kind, direction];
    }),
    [
      ['limit', 'export'],
      ['fallback', 'export'],
      ['fallback', 'import'],
      ['optimum', 'import'],
    ],
  );
  assert.equal(read([block(-7, 'KW')], 'GENERATION').steps[0]?.powerW, 7000);
  const bad = [
    [block(-1, 'KW'), /forecasted_blocks\[1\]\.capacity: must not be negative/],
    [block(1, 'KW', 'ALL', 15, 15), /forecasted_blocks\[1\]\.end_time: must be later than start_time/],
    [block(1e300, 'KW'), /forecasted_blocks\[1\]\.capacity: must be a number/],
  ] as const;
  for (const [given, expected] of bad) {
    const made = envelopeOf(
      { group_id: 'G', type: 'CONSUMPTION', forecasted_blocks: [block(1, 'KW'), given] },
      about,
    );
    assert.ok(!made.ok && expected.test(made.detail), JSON.stringify(made));
  }
});

test('SC3: where blocks overlap the lowest counts, a gap says nothing', () => {
  const { steps } = read([
    block(40, 'KW', 'ALL', 0, 60),
    block(10, 'KW', 'ALL', 15, 30),
    block(5, 'KW', 'ALL', 90, 120),
  ]);
  assert.deepEqual(
    steps.map(({ startMs, endMs, powerW }) => [(startMs - T0) / MINUTE_MS, (endMs - T0) / MINUTE_MS, powerW]),
    [
      [0, 15, 40_000],
      [15, 30, 10_000],
      [30, 60, 40_000],
      [90, 120, 5000],
    ],
  );
});

test('SC3 F7: the forecast holds while its source is trusted, then the fallback, then what was agreed, then the lowest ever said; never nothing', () => {
  const forecast = read([block(40, 'KW', 'ALL', 0, 60), block(30, 'KW', 'ALL', 60, 90)]);
  const fallback = read(
    [block(8, 'KW', 'ALL', 60, 120), block(6, 'KW', 'ALL', 120, 180)],
    'FALLBACK_CONSUMPTION',
  );
  const seen = (known: Parameters<typeof capacityInForce>[0], isTrusted: boolean) =>
    capacityInForce(known, isTrusted, T0, T0 + 240 * MINUTE_MS).map(({ startMs, powerW, from }) => [
      (startMs - T0) / MINUTE_MS,
      powerW,
      from,
    ]);
  assert.deepEqual(seen({ forecast, fallback }, true), [
    [0, 40_000, 'forecast'],
    [60, 30_000, 'forecast'],
    [90, 8000, 'fallback'],
    [120, 6000, 'fallback'],
    [180, 6000, 'lowest'],
  ]);
  assert.deepEqual(seen({ forecast, fallback, agreedFallbackW: 4200 }, false), [
    [0, 4200, 'agreed'],
    [60, 8000, 'fallback'],
    [120, 6000, 'fallback'],
    [180, 4200, 'agreed'],
  ]);
  assert.deepEqual(seen({ forecast }, false), [[0, 30_000, 'lowest']]);
  assert.deepEqual(seen({}, true), []);
});

test('SC3: the lowest of all sources holds at every moment, and no moment that one of them limits is open', () => {
  const envelope = fc
    .array(
      fc.tuple(
        fc.integer({ min: 0, max: 20 }),
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 0, max: 50 }),
      ),
      {
        minLength: 1,
        maxLength: 6,
      },
    )
    .map((spans) =>
      read(spans.map(([from, length, kW]) => block(kW, 'KW', 'ALL', from * 5, (from + length) * 5))),
    );
  fc.assert(
    fc.property(fc.array(fc.tuple(envelope, fc.boolean()), { minLength: 1, maxLength: 3 }), (sources) => {
      const untilMs = T0 + 200 * MINUTE_MS;
      const each = sources.map(([forecast, trusted]: [CapacityEnvelope, boolean]) =>
        capacityInForce({ forecast }, trusted, T0, untilMs),
      );
      const all = lowestOfAll(each);
      for (let ms = T0; ms < untilMs; ms += 5 * MINUTE_MS) {
        const holds = (steps: typeof all) => steps.filter((step) => step.startMs <= ms && ms < step.endMs);
        assert.equal(holds(all).length, 1);
        assert.equal(holds(all)[0]?.powerW, Math.min(...each.map((steps) => holds(steps)[0]!.powerW)));
      }
    }),
    { numRuns: 60 },
  );
});
