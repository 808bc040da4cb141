/** The merged pieces against plain dynamic programming on whole Wh: with whole lengths and limits, an optimum in whole Wh exists. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Random, seededRandom } from '../testing/random.ts';
import { CheapestStay, StayCosts, type StayLimits } from './cheapest-stay.ts';

interface Case {
  window: number;
  costs: StayCosts;
  limits: StayLimits;
  occupancyCost: Float64Array | null;
}

function generate(random: Random): Case {
  const window = random.integer(1, 6);
  const costs = new StayCosts(window, 2);
  for (let k = 0; k < window; k++) {
    const out = random.chance(0.5) ? random.integer(0, 3) : 0;
    const price = random.between(-0.2, 1, 0.01);
    costs.leastWh[k] = -out;
    costs.leastCost[k] = -out * price;
    costs.lengthWh[2 * k] = out;
    costs.slope[2 * k] = price;
    costs.lengthWh[2 * k + 1] = random.integer(0, 4);
    costs.slope[2 * k + 1] = price + random.between(0, 0.3, 0.01);
  }
  const askedWh = Float64Array.from({ length: window }, () =>
    random.chance(0.3) ? random.integer(-2, 6) : Number.NEGATIVE_INFINITY,
  );
  const askedFromWh = askedWh.slice();
  for (let k = window - 2; k >= 0; k--) askedFromWh[k] = Math.max(askedFromWh[k]!, askedFromWh[k + 1]!);
  let occupied = 0;
  return {
    window,
    costs,
    limits: { floorWh: -random.integer(0, 3), ceilingWh: random.integer(3, 12), askedWh, askedFromWh },
    occupancyCost: random.chance(0.5)
      ? Float64Array.from({ length: window }, (_, k) => {
          occupied += 0.05 * (k + 1);
          return occupied;
        })
      : null,
  };
}

/** Least cost of the gain a in slot k. */
function costOf({ costs }: Case, k: number, gain: number): number {
  let left = gain - costs.leastWh[k]!;
  let cost = costs.leastCost[k]!;
  for (let i = 2 * k; i < 2 * k + 2 && left > 0; i++) {
    const taken = Math.min(left, costs.lengthWh[i]!);
    cost += taken * costs.slope[i]!;
    left -= taken;
  }
  return left > 0 || gain < costs.leastWh[k]! ? Number.POSITIVE_INFINITY : cost;
}

function byTable(one: Case): number {
  const { window, limits, occupancyCost } = one;
  const finished = (k: number, g: number) => g >= (limits.askedFromWh[k + 1] ?? Number.NEGATIVE_INFINITY);
  let table = new Map([[0, 0]]);
  let best = occupancyCost !== null && finished(-1, 0) && limits.floorWh <= 0 ? 0 : Number.POSITIVE_INFINITY;
  for (let k = 0; k < window; k++) {
    const next = new Map<number, number>();
    for (const [g, cost] of table) {
      for (let a = -3; a <= 8; a++) {
        const after = g + a;
        const sum = cost + costOf(one, k, a);
        if (after < limits.floorWh || after > limits.ceilingWh || after < limits.askedWh[k]!) continue;
        if (sum < (next.get(after) ?? Number.POSITIVE_INFINITY)) next.set(after, sum);
      }
    }
    table = next;
    if (occupancyCost === null && k < window - 1) continue;
    for (const [g, cost] of table) {
      if (finished(k, g)) best = Math.min(best, cost + (occupancyCost?.[k] ?? 0));
    }
  }
  return best;
}

test('X9 the cheapest stay costs what a table over all contents says, and its powers cost that', () => {
  const random = seededRandom(3);
  let feasible = 0;
  for (let round = 0; round < 800; round++) {
    const one = generate(random);
    const stay = new CheapestStay(one.window, one.costs);
    const cost = stay.plan(one.window, one.limits, one.occupancyCost);
    const expected = byTable(one);
    if (expected === Number.POSITIVE_INFINITY) {
      assert.equal(cost, expected, `round ${round}`);
      continue;
    }
    assert.ok(Math.abs(cost - expected) < 1e-9, `round ${round}: ${cost}, table ${expected}`);
    let spent = 0;
    let content = 0;
    let last = -1;
    for (let k = 0; k < one.window; k++) {
      const gain = stay.gainWh[k]!;
      content += gain;
      if (gain === 0) continue;
      spent += costOf(one, k, gain);
      last = k;
      assert.ok(content >= one.limits.floorWh - 1e-9 && content <= one.limits.ceilingWh + 1e-9);
    }
    if (last >= 0) spent += one.occupancyCost?.[last] ?? 0;
    assert.ok(spent <= cost + 1e-9, `round ${round}: powers cost ${spent}`);
    feasible++;
  }
  assert.ok(feasible > 300, `${feasible} feasible`);
});
