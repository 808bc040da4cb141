import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onPictureSlots, type Problem, tried } from './what-if.ts';

const PROBLEM: Problem = {
  start: '2026-06-01T10:00:00Z',
  slot_minutes: 30,
  site: { max_import_w: 10_000, import_price: [0.2, 0.4], demand_w: [1, 2] },
  sessions: [],
};

test('a trial changes limit, price or opportunity cost and nothing else of what was known', () => {
  assert.deepEqual(tried(PROBLEM, {}), PROBLEM);
  assert.deepEqual(tried(PROBLEM, { limitW: 8_000 }).site, { ...PROBLEM.site, max_import_w: 8_000 });
  assert.deepEqual(
    tried(PROBLEM, { pricePercent: 50 }).site?.import_price?.map((price) => price.toFixed(2)),
    ['0.30', '0.60'],
  );
  assert.equal(tried(PROBLEM, { opportunityPerHour2: 2 }).site?.opportunity_cost, 0.5, 'X36: k x h x h');
  assert.equal(tried({ ...PROBLEM, site: {} }, { pricePercent: 50 }).site?.import_price, undefined);
});

test('a trial is drawn on the slots of the picture, and nowhere where it says nothing', () => {
  const picture = { start: '2026-06-01T09:45:00Z', slotMinutes: 15, limitW: Array<null>(8).fill(null) };
  assert.deepEqual(onPictureSlots(picture, PROBLEM, [5, 7]), [null, 5, 5, 7, 7, null, null, null]);
});
