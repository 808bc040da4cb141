import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseProblem } from '../contract/index.ts';
import { FAMILIES, FAMILY_NAMES, LONG_FAMILIES } from './adversarial-families.ts';
import { comparePlans } from './compare-engines.ts';
import { generateProblem, SMALL } from './generate-problem.ts';
import { judgePlan, literalOracle } from './judge-plan.ts';
import { ownPlans, planBy } from './own-plans.ts';
import { PROBLEM_CLASS_NAMES } from './problem-classes.ts';
import { proveInstance } from './prove-instance.ts';
import { seededRandom } from './random.ts';
import { problemOfDays, recordedDays } from './recorded-days.ts';

/** A sample of every class; `npm run proof` runs thousands. */
const SEEDS = Array.from({ length: 15 }, (_, index) => 50_000 + index);
const TIME_LIMIT_S = 30;

for (const kind of PROBLEM_CLASS_NAMES) {
  test(`D4.2-§5.3-LP O1 O4 C1.3 C3.1: ${kind} problems are planned as the literal model demands, level by level`, async () => {
    for (const seed of SEEDS) {
      const { mismatches, plan } = await proveInstance(kind, seed);
      assert.deepEqual(mismatches, [], `seed ${seed}`);
      assert.equal(plan.status, 'optimal', `seed ${seed}`);
    }
  });
}

for (const family of FAMILY_NAMES.filter((name) => !LONG_FAMILIES.includes(name))) {
  test(`D4.2-§5.3-LP: ${family}: every engine that takes the class plans as the literal model demands`, async () => {
    for (const seed of SEEDS) {
      const problem = FAMILIES[family](seededRandom(seed), SMALL);
      const parsed = parseProblem(problem);
      assert.ok(parsed.ok, `seed ${seed}`);
      const { auto, others, defects } = await ownPlans(problem, TIME_LIMIT_S);
      assert.deepEqual(defects, [], `seed ${seed}`);
      assert.notEqual(auto.plan.status, 'fallback', `seed ${seed}`);
      const oracle = literalOracle(problem);
      for (const own of [auto, ...others]) {
        assert.deepEqual(judgePlan(problem, own, oracle).mismatches, [], `seed ${seed}, ${own.plan.solver}`);
      }
    }
  });
}

for (const family of LONG_FAMILIES) {
  test(`D4.2-§5.3-T: ${family}: planned as HiGHS plans them`, async () => {
    for (const seed of [3, 5]) {
      const problem = FAMILIES[family](seededRandom(seed), SMALL);
      const own = await planBy(problem, 'auto', TIME_LIMIT_S);
      const highs = await planBy(problem, 'highs', TIME_LIMIT_S);
      assert.equal(own.plan.status, 'optimal', `seed ${seed}`);
      assert.deepEqual(comparePlans(problem, own, highs).mismatches, [], `seed ${seed}`);
    }
  });
}

test('D4.2-§5.3-LP: a plan that is a millionth too dear, or unfair by a watt-hour, is seen', async () => {
  const problem = generateProblem('charge-only', seededRandom(50_001), SMALL);
  const own = await planBy(problem, 'auto', TIME_LIMIT_S);
  const oracle = literalOracle(problem);
  const { linear } = oracle;
  assert.ok(linear !== null);
  const cheaper = { ...linear, money: linear.money - 2e-6 * Math.max(1, Math.abs(linear.money)) };
  const judged = (levels: typeof linear) =>
    judgePlan(problem, own, { linear: levels, withIntegers: () => levels }).mismatches;
  assert.deepEqual(judged(linear), []);
  assert.match(judged(cheaper)[0] ?? '', /^money: planned/);
  assert.match(judged({ ...linear, all: linear.all + 0.001 })[0] ?? '', /^all: planned/);
});

test('D4.2-§5.3-LP: recorded days are planned as HiGHS plans them', async (t) => {
  const days = recordedDays();
  if (days === null) return t.skip('the data folder ../shared/data is absent');
  assert.equal(days.length, 123);
  for (const variant of ['charge-only', 'v2g'] as const) {
    const problem = problemOfDays([days[2]!], variant);
    const own = await planBy(problem, 'auto', TIME_LIMIT_S);
    const highs = await planBy(problem, 'highs', TIME_LIMIT_S);
    assert.notEqual(own.plan.solver, 'highs');
    assert.deepEqual(comparePlans(problem, own, highs).mismatches, [], variant);
  }
});

test('D4.2-§5.3-LP: where one occupied slot hangs on a milliwatt-hour, the optimum at the plan’s own levels decides', async () => {
  for (const [kind, seed] of [
    ['occupancy-exact', 1140],
    ['occupancy-exact-v2g', 410_018],
  ] as const) {
    const { mismatches, difference } = await proveInstance(kind, seed);
    assert.deepEqual(mismatches, [], `${kind} ${seed}`);
    assert.equal(difference, null, `${kind} ${seed}: integers decide`);
  }
});

test('D4.2-§5.3-LP: at 2,471 per kWh an export limit passed by 0.16 mW is worth 6e-5, and nothing else is', async () => {
  const problem = FAMILIES['prices 1e-6 to 1e4'](seededRandom(58), SMALL);
  const own = await planBy(problem, 'interior', TIME_LIMIT_S);
  const { mismatches, difference } = judgePlan(problem, own, literalOracle(problem));
  assert.deepEqual(mismatches, []);
  assert.ok(difference !== null && difference < 1e-7, `${difference}`);
});

test('D4.2-§5.3-LP: a plan with integers that claims too much is seen', async () => {
  const problem = generateProblem('occupancy-exact', seededRandom(50_003), SMALL);
  const oracle = literalOracle(problem);
  const best = await planBy(problem, 'highs', TIME_LIMIT_S);
  assert.deepEqual(judgePlan(problem, best, oracle).mismatches, []);
  const { total } = best.plan.cost;
  const claiming = { ...best, plan: { ...best.plan, bound: total + 0.01, status: 'feasible' as const } };
  assert.match(judgePlan(problem, claiming, oracle).mismatches.join(), /bound .* but the optimum/);
  const latest = best.exact.sessions.map((session) => ({
    ...session,
    power_w: session.power_w.map((power, slot) => (slot === problem.slots! - 1 ? power + 1 : power)),
  }));
  const dearer = { ...best, exact: { ...best.exact, sessions: latest } };
  assert.notDeepEqual(judgePlan(problem, dearer, oracle).mismatches, []);
});
