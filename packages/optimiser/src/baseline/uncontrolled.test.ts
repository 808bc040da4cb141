import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkPlan } from '../checker/index.ts';
import type { Problem, Session } from '../contract/index.ts';
import { normalise } from '../grid/index.ts';
import { heuristicAnswer } from '../plan/index.ts';
import { generateProblem } from '../testing/generate-problem.ts';
import { PROBLEM_CLASS_NAMES } from '../testing/problem-classes.ts';
import { seededRandom } from '../testing/random.ts';
import { fillFairly } from './filling.ts';
import { uncontrolledPowers } from './uncontrolled.ts';

const powers = (problem: Omit<Problem, 'start'>) =>
  uncontrolledPowers(
    normalise({ start: '2026-01-01T00:00:00Z', slot_minutes: 60, slots: 4, ...problem }),
  ).powerW.map((powerW) => Array.from(powerW));
const car = (id: string, energyNeedWh: number, more: Partial<Session> = {}): Session => ({
  id,
  max_charge_w: 10_000,
  energy_need_wh: energyNeedWh,
  ...more,
});

test('SMC_012: uncontrolled charging runs at full power from arrival until the need is met', () => {
  assert.deepEqual(powers({ sessions: [car('a', 15_000, { arrival: '2026-01-01T01:00:00Z' })] }), [
    [0, 10_000, 5000, 0],
  ]);
});

test('SMC_012: uncontrolled charging shares the same limits fairly', () => {
  assert.deepEqual(powers({ site: { max_import_w: 12_000 }, sessions: [car('a', 20_000), car('b', 3000)] }), [
    [9000, 10_000, 1000, 0],
    [3000, 0, 0, 0],
  ]);
});

test('X34: uncontrolled charging pauses the best served car where nobody could have the minimum', () => {
  const minimum = { min_charge_w: 4000 };
  assert.deepEqual(
    powers({
      slots: 2,
      site: { max_import_w: 6000 },
      sessions: [car('a', 9000, minimum), car('b', 9000, minimum)],
    }),
    [
      [6000, 0],
      [0, 6000],
    ],
  );
});

test('X34: no rest below the minimum power is left for the last slot', () => {
  const battery = { battery_wh: 20_000, soc: 0, targets: [{ at: '2026-01-01T04:00:00Z', soc: 1 }] };
  assert.deepEqual(powers({ sessions: [{ id: 'a', max_charge_w: 9000, min_charge_w: 4000, ...battery }] }), [
    [9000, 7000, 4000, 0],
  ]);
});

test('SMC_012: the baseline of every class of problem passes the checker', () => {
  for (const kind of PROBLEM_CLASS_NAMES) {
    for (let seed = 1000; seed < 1100; seed++) {
      const problem = generateProblem(kind, seededRandom(seed), { slots: [2, 12], sessions: [1, 8] });
      const { plan } = heuristicAnswer(problem, 0, 'out of time');
      const broken = checkPlan(problem, plan).filter(({ code }) => code.startsWith('baseline_'));
      assert.deepEqual(broken, [], `${kind} seed ${seed}`);
    }
  }
});

test('D1.5-§1.1-1: progressive filling is max-min fair under nested limits', () => {
  const powersW = fillFairly(
    [10, 10, 10, 2],
    [
      { roomW: 6, members: [0, 1].map((who) => ({ who, coefficient: 1 })) },
      { roomW: 15, members: [0, 1, 2, 3].map((who) => ({ who, coefficient: 1 })) },
    ],
  );
  assert.deepEqual(powersW, [3, 3, 7, 2]);
});
