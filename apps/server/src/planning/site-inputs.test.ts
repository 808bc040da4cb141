import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inputsToMend } from './plan-record.ts';
import { resample } from './resample.ts';
import { siteInputs } from './site-inputs.ts';
import { slotGrid } from './slot-grid.ts';
import { aSnapshot, HOUR_MS, NOW_MS, type SnapshotWish, stored } from './testing/snapshots.ts';

const DAY_MS = 24 * HOUR_MS;
const AGE_MS = 36 * HOUR_MS;
const grid = slotGrid(NOW_MS, 15, 96);

function inputs(series: NonNullable<SnapshotWish['series']>) {
  return siteInputs(aSnapshot({ series }).series, grid, AGE_MS);
}

function codes(series: NonNullable<SnapshotWish['series']>): string[] {
  return inputs(series).degraded.map((part) => part.code);
}

test('D4.2-§5.3-Ts, X37: values of 5, 15, 30 and 60 minutes, aligned or not, are averaged by duration', () => {
  const four = { ...grid, slots: 4 };
  assert.deepEqual(resample(stored(NOW_MS, 5, [1, 2, 3, 4, 5, 6]), four), [2, 5, undefined, undefined]);
  assert.deepEqual(resample(stored(NOW_MS, 30, [1, 3]), four), [1, 1, 3, 3]);
  assert.deepEqual(resample(stored(NOW_MS, 60, [7]), four), [7, 7, 7, 7]);
  const unaligned = stored(NOW_MS - 10 * 60_000, 15, [0, 3, 6]);
  assert.deepEqual(resample(unaligned, four), [2, 5, 6, undefined]);
});

test('D4.2-T20-time_slot: overlapping values are taken deterministically, the later start counts from there on', () => {
  const two = { ...grid, slots: 2 };
  assert.deepEqual(resample([...stored(NOW_MS, 60, [1]), ...stored(NOW_MS + 900_000, 15, [9])], two), [1, 9]);
});

test('D4.2-§5.3-Ts: a day of 23 or 25 hours of local prices fills 92 or 100 quarter hours', () => {
  for (const [day, hours, slots] of [
    ['2026-03-28T23:00:00Z', 23, 92],
    ['2026-10-24T22:00:00Z', 25, 100],
  ] as const) {
    const startMs = Date.parse(day);
    const prices = Array.from({ length: hours }, (_, hour) => hour);
    const values = resample(stored(startMs, 60, prices), {
      startMs,
      nowMs: startMs,
      slotMs: 900_000,
      slots: 101,
    });
    assert.equal(values.filter((value) => value !== undefined).length, slots);
    assert.equal(values[slots - 1], hours - 1);
  }
});

test('D4.2-T1.01: demand that covers a part is used there, the day before counts elsewhere, and the plan says so', () => {
  const yesterday = stored(
    NOW_MS - DAY_MS,
    60,
    Array.from({ length: 24 }, (_, hour) => 1_000 + hour),
  );
  const today = stored(NOW_MS, 60, [5_000, 6_000]);
  const { demandW, degraded } = inputs({ demand: [...yesterday, ...today] });
  assert.deepEqual([demandW[0], demandW[4], demandW[8], demandW[95]], [5_000, 6_000, 1_002, 1_023]);
  assert.deepEqual(
    degraded.map((part) => part.code),
    ['demand_persistence'],
  );
  assert.deepEqual(codes({ demand: stored(NOW_MS, 60, Array(24).fill(1)) }), []);
});

test('D4.2-T1.02: an expired generation forecast is ignored and flagged, it never lifts a limit', () => {
  const over = stored(NOW_MS - DAY_MS, 60, Array(24).fill(9_000));
  assert.ok(inputs({ generation: over }).generationW.every((w) => w === 0));
  assert.deepEqual(codes({ generation: over }), ['generation_expired']);
  const old = stored(NOW_MS, 60, Array(24).fill(9_000), { receivedMs: NOW_MS - AGE_MS - 1 });
  assert.ok(inputs({ generation: old }).generationW.every((w) => w === 0));
  assert.deepEqual(codes({ generation: old }), ['generation_expired']);
  const half = inputs({ generation: stored(NOW_MS, 60, Array(12).fill(9_000)) });
  assert.deepEqual([half.generationW[0], half.generationW[95]], [9_000, 0]);
});

test("F6: a missing price is yesterday's, then flat, and the plan is marked degraded", () => {
  const yesterday = stored(
    NOW_MS - DAY_MS,
    60,
    Array.from({ length: 24 }, (_, hour) => hour / 100),
  );
  const persisted = inputs({ price: yesterday });
  assert.equal(persisted.importPrice[40], 0.1);
  assert.deepEqual(codes({ price: yesterday }), ['price_persistence']);
  assert.ok(inputs({}).importPrice.every((price) => price === 0));
  assert.deepEqual(codes({}), []);
});

test('prices that the day-ahead auction decides at noon are missed from 14:00 market time on, not before; so is every gap before them', () => {
  const at = (now: string, known: string, kind: 'price' | 'export_price' = 'price') => {
    const nowMs = Date.parse(now);
    const startMs = nowMs - HOUR_MS;
    const hours = (Date.parse(known) - startMs) / HOUR_MS;
    const series = { [kind]: stored(startMs, 60, Array(Math.round(hours)).fill(0.1)) };
    return siteInputs(aSnapshot({ series }).series, slotGrid(nowMs, 15, 96), AGE_MS).degraded.map(
      ({ code }) => code,
    );
  };
  // Winter: the day of the market ends at 23:00 UTC, 14:00 there is 13:00 UTC; summer: 22:00 and 12:00.
  for (const [now, knownUntil, code] of [
    ['2026-11-22T06:00Z', '2026-11-22T23:00Z', 'price_not_out'],
    ['2026-11-22T06:00Z', '2026-11-22T22:00Z', 'price_persistence'],
    ['2026-11-22T12:59Z', '2026-11-22T22:59Z', 'price_not_out'],
    ['2026-11-22T13:00Z', '2026-11-22T23:00Z', 'price_persistence'],
    ['2026-07-01T11:00Z', '2026-07-01T22:00Z', 'price_not_out'],
    ['2026-07-01T12:00Z', '2026-07-01T22:00Z', 'price_persistence'],
    // The day before the night in which clocks go back has 24 hours, that day itself 25.
    ['2026-10-24T10:00Z', '2026-10-24T22:00Z', 'price_not_out'],
    ['2026-10-25T10:00Z', '2026-10-25T23:00Z', 'price_not_out'],
    ['2026-10-25T10:00Z', '2026-10-25T22:00Z', 'price_persistence'],
  ] as const)
    assert.deepEqual(at(now, knownUntil), [code], `${now}, known until ${knownUntil}`);
  assert.deepEqual(at('2026-11-22T06:00Z', '2026-11-22T23:00Z', 'export_price'), ['export_price_not_out']);
  const nobodyIsLate = inputsToMend([
    { code: 'price_not_out', detail: '' },
    { code: 'price_flat', detail: '' },
  ]);
  assert.deepEqual(
    nobodyIsLate.map(({ code }) => code),
    ['price_flat'],
  );
});

test('D4.2-T1.12, D4.2-T23-value: flex orders and caps hold in their slots only', () => {
  const { flexW, capW } = inputs({
    flex: stored(NOW_MS, 15, [-1_000]),
    cap: stored(NOW_MS + 900_000, 15, [500]),
  });
  assert.deepEqual(flexW?.slice(0, 2), [-1_000, 0]);
  assert.deepEqual(capW.slice(0, 3), [undefined, 500, undefined]);
});

test('X17: a manual override counts until it expires', () => {
  const price = stored(NOW_MS, 60, Array(24).fill(0.1));
  const override = (validUntilMs: number) =>
    stored(NOW_MS, 60, [0.9], { layer: 'override', source: 'operator', validUntilMs });
  assert.equal(inputs({ price: [...price, ...override(NOW_MS + 1)] }).importPrice[0], 0.9);
  assert.equal(inputs({ price: [...price, ...override(NOW_MS)] }).importPrice[0], 0.1);
});

test('I1.3, D4.2-T23-value: an order or a cap that holds for a part of a slot only never lifts the limit of the rest', () => {
  const minute = 60_000;
  const lift = inputs({ flex: stored(NOW_MS, 5, [9_000]) });
  assert.deepEqual(lift.flexW?.slice(0, 2), [0, 0], 'lifted for 5 of 15 minutes');
  const lower = inputs({ flex: stored(NOW_MS + 10 * minute, 10, [-4_000]) });
  assert.deepEqual(lower.flexW?.slice(0, 3), [-4_000, -4_000, 0]);
  const cap = inputs({ cap: stored(NOW_MS, 5, [20_000, 8_000, 20_000]) });
  assert.deepEqual(cap.capW.slice(0, 2), [8_000, undefined]);
});

test('X17: a manual cap stands before the pushed one, minute by minute', () => {
  const pushed = stored(NOW_MS, 15, [8_000, 8_000]);
  const byHand = stored(NOW_MS, 20, [12_000], { layer: 'override' });
  const cap = [...pushed, ...byHand].sort((a, b) => a.startMs - b.startMs);
  assert.deepEqual(inputs({ cap }).capW.slice(0, 3), [12_000, 8_000, undefined]);
});

test('D4.2-§5.3-Ts: what is over of the first slot lifts and lowers nothing any more', () => {
  const late = slotGrid(NOW_MS + 6 * 60_000, 15, 96);
  const cap = stored(NOW_MS, 5, [1_000, 7_000, 9_000]);
  assert.equal(siteInputs(aSnapshot({ series: { cap } }).series, late, AGE_MS).capW[0], 7_000);
});
