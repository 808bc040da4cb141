import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Plan, Problem } from '../contract/index.ts';
import { heuristicAnswer } from '../plan/index.ts';
import { planNow } from '../planner/plan-now.ts';
import { generateProblem } from './generate-problem.ts';
import { PROBLEM_CLASS_NAMES } from './problem-classes.ts';
import { seededRandom } from './random.ts';

/** Slots in which the plan adds to a supply point beyond its limit by more than 1 W; counted from the JSON alone. */
function slotsOverLimit(problem: Problem, plan: Plan): number {
  const {
    max_import_w: max,
    cap_w: cap,
    flex_w: flex,
    demand_w: demand,
    generation_w: generation,
  } = problem.site ?? {};
  const at = (value: number | number[] | undefined, slot: number) =>
    Array.isArray(value) ? value[slot]! : (value ?? Number.POSITIVE_INFINITY);
  return plan.site.net_w.filter((_, slot) => {
    const limitW = Math.min(at(max, slot) + (flex?.[slot] ?? 0), at(cap, slot));
    const baseW = (demand?.[slot] ?? 0) - (generation?.[slot] ?? 0);
    const added = [...plan.sessions, ...plan.stores].reduce((sum, device) => sum + device.power_w[slot]!, 0);
    return baseW + added > Math.max(limitW, baseW) + 1;
  }).length;
}

test('D4.2-§3.1-2: 10,000 random scenarios, no slot with more than the limit + 1 W', () => {
  let scenarios = 0;
  for (let seed = 0; scenarios < 10_000; seed++) {
    for (const kind of PROBLEM_CLASS_NAMES) {
      const problem = generateProblem(kind, seededRandom(seed), { slots: [2, 10], sessions: [1, 6] });
      const { plan, defects } = heuristicAnswer(problem, 0, 'out of time');
      assert.deepEqual(defects, [], `${kind} seed ${seed}`);
      assert.equal(slotsOverLimit(problem, plan), 0, `${kind} seed ${seed}`);
      scenarios++;
    }
  }
});

test('D4.2-§3.1-2: the exact engines keep the limit in a sample of every class', async () => {
  for (const kind of PROBLEM_CLASS_NAMES) {
    for (let seed = 20_000; seed < 20_006; seed++) {
      const problem = generateProblem(kind, seededRandom(seed), { slots: [4, 8], sessions: [2, 5] });
      const plan = await planNow(problem);
      assert.equal(slotsOverLimit(problem, plan), 0, `${kind} seed ${seed}`);
    }
  }
});

test('D4.2-§3.1-1: a second car changes the plan of the first, and the sum stays within the limit', async () => {
  const car = (id: string) => ({ id, max_charge_w: 7360, energy_need_wh: 7000, preference: 'FAST' as const });
  const alone: Problem = {
    start: '2026-01-01T00:00:00Z',
    slots: 8,
    site: { max_import_w: 9000 },
    sessions: [car('first')],
  };
  const both: Problem = { ...alone, sessions: [car('first'), car('second')] };
  const [one, two] = [await planNow(alone), await planNow(both)];
  assert.notDeepEqual(two.sessions[0]!.power_w, one.sessions[0]!.power_w);
  assert.equal(slotsOverLimit(both, two), 0);
  assert.ok(
    two.site.net_w.some((netW) => netW > 8999),
    'and the room is used',
  );
});
