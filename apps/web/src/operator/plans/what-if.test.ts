import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onPictureSlots, type PlanRecord, type Problem, type Trial, tried } from './what-if.ts';

const PROBLEM: Problem = {
  start: '2026-06-01T10:00:00Z',
  slot_minutes: 30,
  site: { max_import_w: 10_000, import_price: [0.2, 0.4], demand_w: [1, 2] },
  sessions: [],
};

const record = (problem: Problem, limitW: (number | null)[], reservedW?: number[]): PlanRecord => ({
  number: 1,
  problem,
  ...(reservedW && { reservedW }),
  plan: {
    cost: { total: 0 },
    shortfall_wh: 0,
    site: { net_w: [0, 0], limit_w: limitW },
    sessions: [],
  },
});
const triedWith = (trial: Trial, problem = PROBLEM) =>
  tried(record(problem, [10_000, 10_000]), trial).problem;

test('a trial changes limit, price or opportunity cost and nothing else of what was known', () => {
  assert.deepEqual(triedWith({}), PROBLEM);
  assert.deepEqual(triedWith({ limitW: 8_000 }).site, {
    ...PROBLEM.site,
    max_import_w: 8_000,
    flex_w: [0, 0],
  });
  assert.deepEqual(
    triedWith({ pricePercent: 50 }).site?.import_price?.map((price) => price.toFixed(2)),
    ['0.30', '0.60'],
  );
  assert.equal(triedWith({ opportunityPerHour2: 2 }).site?.opportunity_cost, 0.5, 'X36: k x h x h');
  assert.equal(triedWith({ pricePercent: 50 }, { ...PROBLEM, site: {} }).site?.import_price, undefined);
});

test('another limit is tried beside what already lowers it, and leaves cars yet to come the same share of the room', () => {
  const known = { ...PROBLEM, site: { max_import_w: 10_000, demand_w: [2_000, 2_000], flex_w: [0, -4_000] } };
  // 4 kW of 8 are kept free in the first slot; in the second a flex order leaves 6 kW.
  const lower = tried(record(known, [6_000, 6_000], [4_000, 0]), { limitW: 5_000 });
  assert.deepEqual(lower.reservedW, [1_500, 0]);
  assert.deepEqual(lower.problem.site?.flex_w, [-1_500, 0]);
  const slightly = tried(record(known, [6_000, 6_000], [4_000, 0]), { limitW: 8_000 });
  assert.deepEqual(slightly.problem.site?.flex_w, [-3_000, -2_000], 'the flex order stays');
  const higher = tried(record(known, [6_000, 6_000], [4_000, 0]), { limitW: 14_000 });
  assert.deepEqual(higher.reservedW, [6_000, 0]);
  assert.deepEqual(higher.problem.site?.flex_w, [-6_000, -4_000]);
  const unlimited = tried(record({ ...PROBLEM, site: {} }, [null, null]), { limitW: 7_000 });
  assert.deepEqual(unlimited.problem.site, { max_import_w: 7_000, flex_w: [0, 0] });
});

test('a trial is drawn on the slots of the picture, and nowhere where it says nothing', () => {
  const picture = { start: '2026-06-01T09:45:00Z', slotMinutes: 15, limitW: Array<null>(8).fill(null) };
  const net = { problem: PROBLEM, netW: [5, 7] };
  assert.deepEqual(onPictureSlots(picture, net), [null, 5, 5, 7, 7, null, null, null]);
  const later = { ...picture, start: '2026-06-01T10:15:00Z' };
  assert.deepEqual(
    onPictureSlots(later, net).slice(0, 4),
    [5, 7, 7, null],
    'it stays while the picture moves on',
  );
});
