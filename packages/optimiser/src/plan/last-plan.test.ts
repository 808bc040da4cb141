import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkPlan } from '../checker/index.ts';
import { type Plan, type Problem, parseProblem, type Site } from '../contract/index.ts';
import { normalise } from '../grid/index.ts';
import { planNow } from '../planner/plan-now.ts';
import { changeOf, ONE_CHANGES } from '../testing/change-problem.ts';
import { generateProblem } from '../testing/generate-problem.ts';
import { measure } from '../testing/literal/measure.ts';
import { PROBLEM_CLASS_NAMES } from '../testing/problem-classes.ts';
import { firstDifference } from '../testing/prove-instance.ts';
import { seededRandom } from '../testing/random.ts';
import { readLastPlan, startFrom } from './last-plan.ts';

/** Problems of every class. */
const SEEDS = 2;

const problem: Problem = {
  start: '2026-01-01T00:00:00Z',
  slots: 4,
  opportunity: 'linear',
  site: { max_import_w: 8_000, import_price: [0.4, 0.3, 0.2, 0.1], opportunity_cost: 0.01 },
  sessions: [
    { id: 'car', max_charge_w: 8_000, energy_need_wh: 3_000 },
    { id: 'other', max_charge_w: 8_000, energy_need_wh: 1_000 },
  ],
};
const last = (await planNow(problem)) as Plan;
const rolledOn: Problem = {
  ...problem,
  start: '2026-01-01T00:15:00Z',
  site: { ...problem.site, import_price: [0.3, 0.2, 0.1, 0.5] },
  sessions: [{ id: 'new', max_charge_w: 3_700, energy_need_wh: 500 }, problem.sessions![0]!],
};

const shifted = (plan: unknown, to: Problem) => {
  const read = readLastPlan(plan, to);
  assert.ok(!('useless' in read), JSON.stringify(read));
  const { priceGuess, lastPowers } = startFrom(read, normalise(to));
  return {
    prices: priceGuess && Array.from(priceGuess),
    powers: Object.fromEntries(
      [...lastPowers!.sessions].map(([id, powerW]) => [id, Array.from(powerW)] as const),
    ),
  };
};

test('D4.2-§5.3-LP re-planning: a plan says when it begins, how long its slots are and its currency', () => {
  assert.deepEqual([last.start, last.slot_minutes, last.currency], ['2026-01-01T00:00:00Z', 15, 'EUR']);
  const wrong = { ...last, start: '2026-01-01T00:15:00Z', slot_minutes: 30, currency: 'CHF' };
  assert.deepEqual(
    checkPlan(problem, wrong).map(({ where }) => where),
    ['start', 'slot_minutes', 'currency'],
  );
});

test('D4.2-§5.3-LP re-planning: prices and powers of the last plan move to the slots of now by time; what is new costs what importing costs', () => {
  const { prices, powers } = shifted(last, rolledOn);
  assert.deepEqual(prices, [...last.site.marginal_price.slice(1), 0.5]);
  assert.deepEqual(powers, { car: [...last.sessions[0]!.power_w.slice(1), 0] });
});

test('D4.2-§5.3-LP re-planning: slots of another length take what held in their middle', () => {
  const halfHours = { ...problem, slot_minutes: 30, slots: 2, site: { import_price: [0.1, 0.2] } };
  const { prices } = shifted(last, halfHours);
  assert.deepEqual(prices, [last.site.marginal_price[1], last.site.marginal_price[3]]);
});

for (const [title, plan, why] of [
  ['something that is no plan', 'plan', 'it is not a plan'],
  ['nothing at all', null, 'it is not a plan'],
  [
    'a plan that does not say when it begins',
    { ...last, start: undefined },
    'it does not say its start, slot_minutes and site.marginal_price',
  ],
  [
    'slots without length',
    { ...last, slot_minutes: 0 },
    'it does not say its start, slot_minutes and site.marginal_price',
  ],
  ['another currency', { ...last, currency: 'CHF' }, 'its currency is CHF, not EUR'],
  [
    'a plan of yesterday',
    { ...last, start: '2025-12-31T00:00:00Z' },
    'it has no slot in common with this problem',
  ],
  [
    'a plan of tomorrow',
    { ...last, start: '2026-01-02T00:00:00Z' },
    'it has no slot in common with this problem',
  ],
] as const) {
  test(`D4.2-§5.3-LP re-planning: ${title} is left aside as last plan, with the reason`, async () => {
    assert.deepEqual(readLastPlan(plan, problem), { useless: why });
    const again = await planNow(problem, { lastPlan: plan as Plan });
    assert.deepEqual({ ...again, solve_ms: 0 }, { ...last, solve_ms: 0 });
  });
}

test('D4.2-§5.3-LP re-planning: nonsense inside the last plan neither stops the planner nor changes the cost', async () => {
  const nonsense = {
    ...last,
    site: { ...last.site, marginal_price: [1e300, 'dear', null, -1e300] },
    sessions: [
      { id: 'car', power_w: ['much', null, Number.NaN, -1e9] },
      { id: 'other', power_w: [1] },
      7,
      { id: 'car', power_w: [1, 2, 3, 4] },
    ],
    stores: 'none',
  } as unknown as Plan;
  const again = await planNow(problem, { lastPlan: nonsense });
  assert.deepEqual(checkPlan(problem, again), []);
  assert.ok(Math.abs(again.cost.total - last.cost.total) < 1e-9);
});

test('D4.2-§5.3-LP re-planning: where there was room below the limit a kWh costs what importing costs now', () => {
  const dearer = { ...problem, site: { ...problem.site, import_price: [0.5, 0.4, 0.3, 0.15] } };
  const { prices } = shifted(last, dearer);
  last.site.limit_w.forEach((limitW, t) => {
    const isFull = last.site.net_w[t]! >= limitW! - 1;
    const isIdle = last.site.net_w[t]! <= 1;
    assert.equal(prices![t], isFull || isIdle ? last.site.marginal_price[t] : dearer.site.import_price[t]);
  });
});

test('D4.2-§5.3-LP re-planning: how far the room below the limits has moved is told as a share of what is charged', () => {
  const moved = (site: Site) => {
    const to = { ...problem, site };
    const read = readLastPlan(full, to);
    assert.ok(!('useless' in read));
    return startFrom(read, normalise(to)).roomMoved!;
  };
  const full: Plan = {
    ...last,
    site: {
      ...last.site,
      net_w: [3_000, 8_000, 8_000, 1_000],
      ev_w: [2_000, 7_000, 7_000, 0],
      limit_w: [8_000, 8_000, 8_000, null],
    },
  };
  const demand = { demand_w: [1_000, 1_000, 1_000, 1_000] };
  assert.equal(moved({ ...demand, max_import_w: 8_000 }), 0);
  assert.equal(moved({ ...demand, max_import_w: 10_000 }), 4 / 16);
  assert.equal(moved({ ...demand, max_import_w: 2_000 }), (1 + 6 + 6) / 16);
});

test('D4.2-§5.3-LP re-planning: how far prices have moved is told by the slots that had room, and a new tariff is planned afresh', async () => {
  const roomy = {
    ...problem,
    site: { ...problem.site, max_import_w: 30_000, demand_w: [500, 500, 500, 500] },
  };
  const lastPlan = await planNow(roomy);
  const tariff = { ...roomy, site: { ...roomy.site, import_price: [0.2, 0.6, 0.1, 0.4] } };
  const moved = (to: Problem) => {
    const read = readLastPlan(lastPlan, to);
    assert.ok(!('useless' in read));
    return startFrom(read, normalise(to)).pricesMoved!;
  };
  assert.ok(moved(roomy) < 1e-12);
  assert.ok(Math.abs(moved(tariff) - 0.9) < 1e-9);
  assert.equal((await planNow(roomy, { lastPlan })).warm_start, true);
  assert.equal((await planNow(tariff, { lastPlan })).warm_start, undefined);
});

test('D4.2-§5.3-LP re-planning: where a limit has changed much the flow starts afresh, for the prices of all full slots have moved', async () => {
  const halved = { ...problem, site: { ...problem.site, max_import_w: 4_000 } };
  const crowded = await planNow({ ...problem, site: { ...problem.site, max_import_w: 8_000 } });
  assert.equal(crowded.solver, 'flow');
  const again = await planNow(halved, {
    lastPlan: { ...crowded, site: { ...crowded.site, limit_w: crowded.site.net_w } },
  });
  assert.equal(again.warm_start, undefined);
});

test('D4.2-§5.3-LP re-planning: the plan tells when its solver started from the last one', async () => {
  assert.equal(last.warm_start, undefined);
  assert.equal((await planNow(problem, { lastPlan: last })).warm_start, true);
});

for (const change of ONE_CHANGES) {
  test(`D4.2-§5.3-LP re-planning: after "${change}" the plan from the last one is worth the same as a fresh one, level by level`, async () => {
    let started = 0;
    for (const kind of PROBLEM_CLASS_NAMES) {
      for (let seed = 1; seed <= SEEDS; seed++) {
        const random = seededRandom(70_000 + seed);
        const before = generateProblem(kind, random, { slots: [4, 10], sessions: [2, 7] });
        const after = changeOf(change, before, random);
        const parsed = parseProblem(after);
        assert.ok(parsed.ok, `${kind} seed ${seed}: ${JSON.stringify(parsed)}`);
        const lastPlan = await planNow(before);
        const [fresh, again] = [await planNow(after), await planNow(after, { lastPlan })];
        if (again.warm_start) started++;
        assert.deepEqual(checkPlan(after, again), [], `${kind} seed ${seed}`);
        assert.equal(again.status, fresh.status, `${kind} seed ${seed}`);
        const difference = firstDifference(measure(after, again), measure(after, fresh));
        assert.equal(difference, null, `${kind} seed ${seed}: ${difference}`);
      }
    }
    assert.ok(started > 0, 'no engine started from the last plan');
  });
}
