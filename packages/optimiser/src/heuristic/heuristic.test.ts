import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkPlan } from '../checker/index.ts';
import { type Problem, parseProblem } from '../contract/index.ts';
import { normalise } from '../grid/index.ts';
import { heuristicAnswer } from '../plan/index.ts';
import { generateProblem } from '../testing/generate-problem.ts';
import { PROBLEM_CLASS_NAMES } from '../testing/problem-classes.ts';
import { seededRandom } from '../testing/random.ts';
import { heuristicPowers } from './heuristic.ts';

const START = '2026-01-01T00:00:00Z';
const fallback = (problem: Problem) => heuristicAnswer(problem, 0, 'out of time').plan;

test('D4.2-§5.3-LP: the fallback of every class of problem passes the checker', () => {
  for (const kind of PROBLEM_CLASS_NAMES) {
    for (let seed = 0; seed < 150; seed++) {
      const problem = generateProblem(kind, seededRandom(seed), { slots: [2, 12], sessions: [1, 8] });
      const parsed = parseProblem(problem);
      assert.ok(parsed.ok);
      assert.deepEqual(checkPlan(problem, fallback(problem)), [], `${kind} seed ${seed}`);
    }
  }
});

test('D4.2-§5.3-LP: the fallback is deterministic', () => {
  const problem = generateProblem('everything', seededRandom(7), { slots: [12, 12], sessions: [8, 8] });
  assert.deepEqual(heuristicPowers(normalise(problem)), heuristicPowers(normalise(structuredClone(problem))));
});

test('SMC_009: the fallback takes the cheap slots where there is time', () => {
  const plan = fallback({
    start: START,
    slot_minutes: 60,
    slots: 4,
    site: { import_price: [0.3, 0.1, 0.2, 0.4] },
    sessions: [{ id: 'car', max_charge_w: 10_000, energy_need_wh: 15_000 }],
  });
  assert.deepEqual(plan.sessions[0]!.power_w, [0, 10_000, 5000, 0]);
});

test('SMC_007: in the fallback minimums come first, then priority, then everybody', () => {
  const car = (id: string) => ({ id, max_charge_w: 10_000, battery_wh: 10_000, soc: 0 });
  const plan = fallback({
    start: START,
    slot_minutes: 60,
    slots: 1,
    site: { max_import_w: 8000 },
    sessions: [
      { ...car('normal'), targets: [{ at: START, soc: 1 }] },
      { ...car('priority'), targets: [{ at: START, soc: 0.5 }], priority: 'priority' },
      {
        ...car('minimum'),
        targets: [
          { at: START, soc: 0.2, kind: 'minimum' },
          { at: START, soc: 0.2 },
        ],
      },
    ],
  });
  assert.deepEqual(
    plan.sessions.map((session) => session.energy_wh),
    [1000, 5000, 2000],
  );
});

test('D1.5-§1.1-1: where not all can be met, the fallback shares by fraction of need', () => {
  const car = (id: string, energy_need_wh: number) => ({ id, max_charge_w: 10_000, energy_need_wh });
  const plan = fallback({
    start: START,
    slot_minutes: 60,
    slots: 1,
    site: { max_import_w: 6000 },
    sessions: [car('small', 4000), car('large', 8000)],
  });
  assert.deepEqual(
    plan.sessions.map((session) => session.energy_wh),
    [2000, 4000],
  );
});

test('X12: the fallback lets cars that may discharge relieve a base above its limit', () => {
  const plan = fallback({
    start: START,
    slot_minutes: 60,
    slots: 3,
    site: { max_import_w: 10_000, demand_w: [0, 12_000, 0] },
    sessions: [{ id: 'bus', max_charge_w: 5000, max_discharge_w: 5000, battery_wh: 20_000, soc: 0.5 }],
  });
  assert.equal(plan.over_limit_wh, 0);
  assert.equal(plan.shortfall_wh, 0);
  assert.equal(plan.sessions[0]!.power_w[1], -2000);
});
