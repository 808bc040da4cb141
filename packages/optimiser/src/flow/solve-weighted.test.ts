import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Plan, Problem, Session } from '../contract/index.ts';
import { flowEngine } from '../engine/flow/engine.ts';
import { highsEngine } from '../engine/highs/engine.ts';
import { type Engine, isSolution } from '../engine/index.ts';
import { classify } from '../engine/problem-class.ts';
import { reachableNeed } from '../greedy/needs.ts';
import { normalise } from '../grid/index.ts';
import { answer } from '../plan/index.ts';
import { generateProblem } from '../testing/generate-problem.ts';
import type { LevelValues } from '../testing/literal/levels.ts';
import { measure } from '../testing/literal/measure.ts';
import type { ProblemClass } from '../testing/problem-classes.ts';
import { type Random, seededRandom } from '../testing/random.ts';

const now = () => performance.now();
const highs = highsEngine(now);

const KINDS: ProblemClass[] = [
  'occupancy-linear',
  'charge-only-limited',
  'energy-need',
  'flex',
  'negative-prices',
  'base-over-limit',
  'partial-slot0',
  'beyond-horizon',
  'minimums-and-priority',
];
const INSTANCES = 99;
/** HiGHS holds levels with a slack: with losses that differ it may trade that much between sessions, kWh. */
const SHARE_TOLERANCE = 1e-4;
const TOLERANCE = 1e-6;

test('D4.2-§5.3-LP O1 O4 C1.3 C3.1: with linear occupancy the network simplex plans what HiGHS plans, level by level', async () => {
  let short = 0;
  for (let seed = 1; seed <= INSTANCES; seed++) {
    const problem = weightedProblem(KINDS[seed % KINDS.length]!, seededRandom(seed));
    const plan = await planned(problem, flowEngine);
    assert.equal(plan.status, 'optimal', `seed ${seed}`);
    const wanted = measure(problem, await planned(problem, highs));
    const got = measure(problem, plan);
    const isShort = wanted.all > unavoidable(problem) + TOLERANCE;
    if (isShort) short++;
    assertLevels(got, wanted, isShort, `seed ${seed}`);
    assert.ok(
      plan.bound! <= wanted.money + TOLERANCE * Math.max(1, Math.abs(wanted.money)) + (isShort ? 1e-5 : 0),
    );
  }
  assert.ok(short > INSTANCES / 20, `only ${short} instances were scarce`);
});

test('D4.2-§5.3-LP O4: a fleet of 120 with ties in every price costs what HiGHS says', async () => {
  for (const price of [(t: number) => 0.1 + 0.05 * (t % 3), () => 0.2, (t: number) => 10 ** ((t % 11) - 6)]) {
    const problem = fleetOf(120, price);
    const [got, wanted] = [await planned(problem, flowEngine), await planned(problem, highs)];
    assert.equal(got.status, 'optimal');
    assert.ok(
      Math.abs(got.cost.total - wanted.cost.total) <= TOLERANCE * Math.max(1, Math.abs(wanted.cost.total)),
      `${got.cost.total} instead of ${wanted.cost.total}`,
    );
  }
});

test('the marginal price is what one more kWh of base load costs', async () => {
  const problem = fleetOf(12, (t) => 0.1 + 0.05 * (t % 3));
  const plan = await planned(problem, flowEngine);
  for (const slot of [0, 7, 15, 23]) {
    const price = plan.site.marginal_price[slot]!;
    const more = structuredClone(problem);
    more.site!.demand_w![slot]! += 4;
    const rise = ((await planned(more, flowEngine)).cost.total - plan.cost.total) / 0.004;
    more.site!.demand_w![slot]! -= 8;
    const fall = (plan.cost.total - (await planned(more, flowEngine)).cost.total) / 0.004;
    assert.ok(fall - 1e-6 <= price && price <= rise + 1e-6, `slot ${slot}: ${fall} <= ${price} <= ${rise}`);
  }
});

test('a site without sessions, or without room for any, has a plan with finite prices', async () => {
  for (const maxImportW of [0, 1700]) {
    const problem = fleetOf(3, () => 0.2);
    problem.site!.max_import_w = maxImportW;
    const plan = await planned({ ...problem, sessions: [] }, flowEngine);
    assert.equal(plan.status, 'optimal');
    assert.ok(plan.site.marginal_price.every((price) => price !== null));
    const without = await planned(problem, flowEngine);
    assert.equal(without.status, 'optimal');
    assert.ok(without.site.marginal_price.every((price) => price !== null));
  }
});

test('D4.2-§5.3-LP: the slot prices of the last plan are a start, and change nothing of the cost', async () => {
  const last = normalise(fleetOf(200, (t) => 0.1 + 0.05 * (t % 3)));
  const first = await flowEngine.solve(last, { timeLimitS: 10 });
  assert.ok(isSolution(first));
  const changed = fleetOf(199, (t) => (t === 7 ? -0.05 : 0.1 + 0.05 * (t % 3)));
  const fresh = await flowEngine.solve(normalise(changed), { timeLimitS: 10 });
  for (const priceGuess of [first.marginalPrice!, new Float64Array([Number.NaN, 1e9])]) {
    const again = await flowEngine.solve(normalise(changed), { timeLimitS: 10, priceGuess });
    assert.ok(isSolution(fresh) && isSolution(again));
    assert.ok(Math.abs(again.bound! - fresh.bound!) <= 1e-9 * Math.abs(fresh.bound!));
  }
});

test('X10: a surplus that the cars cannot use up costs them the export price, however cheap importing would be', async () => {
  const problem = fleetOf(2, () => 0.3);
  problem.site!.generation_w = Array.from({ length: 24 }, (_, t) => (t === 4 ? 60_000 : 0));
  problem.site!.import_price = Array.from({ length: 24 }, (_, t) => (t === 4 ? 0.1 : 0.12 + 0.01 * t));
  problem.site!.export_price = Array.from({ length: 24 }, (_, t) => (t === 4 ? 0.5 : 0));
  assert.equal(flowEngine.applies(classify(normalise(problem))), true);
  const [plan, exact] = [await planned(problem, flowEngine), await planned(problem, highs)];
  assert.equal(plan.status, 'optimal');
  assert.ok(Math.abs(plan.cost.total - exact.cost.total) <= TOLERANCE);
  assert.deepEqual(
    plan.sessions.map((session) => session.power_w[4]),
    [0, 0],
  );
});

test('the same problem gives the same plan', async () => {
  const problem = fleetOf(60, () => 0.2);
  const [once, again] = [await planned(problem, flowEngine), await planned(problem, flowEngine)];
  assert.deepEqual({ ...once, solve_ms: 0 }, { ...again, solve_ms: 0 });
});

test('what the network simplex cannot solve it refuses with a sentence', () => {
  const problem = fleetOf(2, () => 0.2);
  const refusalOf = (session: Partial<Session>) =>
    flowEngine.applies(
      classify(normalise({ ...problem, sessions: problem.sessions!.map((one) => ({ ...one, ...session })) })),
    );
  assert.equal(refusalOf({}), true);
  assert.equal(refusalOf({ max_discharge_w: 1000, battery_wh: 60_000, soc: 0.5 }), 'a session may discharge');
  assert.equal(refusalOf({ min_charge_w: 1380 }), 'a session has a minimum power');
  assert.equal(refusalOf({ preference: 'GREEN' }), 'a session wants GREEN');
  assert.equal(refusalOf({ preference: 'FAST' }), true);
});

async function planned(problem: Problem, engine: Engine): Promise<Plan> {
  const answered = await answer(problem, { timeLimitS: 30, engine: 'auto' }, [engine], now);
  assert.ok(!('refusal' in answered));
  assert.deepEqual(answered.defects, []);
  assert.equal(answered.plan.solver, engine.name);
  return answered.plan;
}

function assertLevels(got: LevelValues, wanted: LevelValues, isShort: boolean, where: string): void {
  for (const level of ['minimums', 'priority', 'all'] as const) {
    assert.ok(
      Math.abs(got[level] - wanted[level]) <= TOLERANCE * Math.max(1, wanted[level]),
      `${where} ${level}`,
    );
  }
  const share = SHARE_TOLERANCE / Math.min(1, wanted.leastNeed);
  wanted.fractions.forEach((fraction, i) => {
    assert.ok(Math.abs(got.fractions[i]! - fraction) <= share, `${where} fraction ${i}`);
  });
  const money = (isShort ? 10 : 1) * TOLERANCE * Math.max(1, Math.abs(wanted.money));
  assert.ok(Math.abs(got.money - wanted.money) <= money, `${where}: ${got.money} instead of ${wanted.money}`);
}

/** kWh that the sessions miss even when each is alone at the site. */
function unavoidable(problem: Problem): number {
  const normal = normalise(problem);
  return normal.sessions.reduce((sum, session) => {
    const missingWh = session.targets.map((target) => {
      const gainWh = reachableNeed(normal, session).demandWh * session.chargeEfficiency;
      return Math.max(0, target.contentWh - session.startWh - gainWh);
    });
    return sum + missingWh.reduce((most, wh) => most + wh, 0) / 1000;
  }, 0);
}

/** A generated problem cut to what this engine is for: charge-only, one target each, linear occupancy. */
function weightedProblem(kind: ProblemClass, random: Random): Problem {
  const problem = generateProblem(kind, random, { slots: [2, 20], sessions: [1, 10] });
  const { stores: _, groups: __, ...rest } = problem;
  const site = { ...problem.site };
  delete site.capacity_price;
  delete site.max_phase_w;
  return {
    ...rest,
    opportunity: 'linear',
    site: { ...site, opportunity_cost: random.between(0, 0.3, 0.001) },
    sessions: problem.sessions!.map((session) => chargeOnly(session, random)),
  };
}

function chargeOnly(session: Session, random: Random): Session {
  const { max_discharge_w: _, wear_cost: __, discharge_efficiency: ___, targets, ...rest } = session;
  return {
    ...rest,
    preference: 'CHEAP',
    priority: random.chance(0.3) ? 'priority' : 'normal',
    ...(targets
      ? { targets: targets.slice(0, 1).map((target) => ({ ...target, at: '2026-03-05T00:00:00Z' })) }
      : {}),
  };
}

/** 24 hours, half of the cars present at a time, a limit that binds. */
function fleetOf(cars: number, price: (slot: number) => number): Problem {
  const hour = (h: number) => `2026-03-01T${String(h).padStart(2, '0')}:00:00Z`;
  return {
    start: hour(0),
    slot_minutes: 60,
    slots: 24,
    opportunity: 'linear',
    site: {
      max_import_w: 1700 * cars,
      demand_w: Array.from({ length: 24 }, (_, t) => 100 * cars * (1 + (t % 5) / 5)),
      generation_w: Array.from({ length: 24 }, (_, t) => (t % 7 === 0 ? 400 * cars : 0)),
      import_price: Array.from({ length: 24 }, (_, t) => price(t)),
      opportunity_cost: 0.02,
    },
    sessions: Array.from({ length: cars }, (_, i) => ({
      id: `car-${i}`,
      arrival: hour(i % 12),
      departure: hour(Math.min(23, (i % 12) + 6 + (i % 7))),
      max_charge_w: [3680, 7360, 11_040][i % 3]!,
      energy_need_wh: 8_000 + 500 * (i % 13),
      occupied_slots: i % 4,
    })),
  };
}
