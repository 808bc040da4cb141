import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Problem } from '../contract/index.ts';
import type { Engine, EngineOptions, NoSolution, Solution } from '../engine/index.ts';
import { answer } from './answer.ts';

const problem: Problem = {
  start: '2026-01-01T00:00:00Z',
  slots: 4,
  site: { max_import_w: 8_000, import_price: [0.4, 0.3, 0.2, 0.1] },
  sessions: [{ id: 'car', max_charge_w: 11_000, energy_need_wh: 4_000 }],
};
const clock = () => performance.now();
const auto = { timeLimitS: 5, engine: 'auto' } as const;

function engine(
  name: string,
  solve: (options: EngineOptions) => Solution | NoSolution,
  applies: true | string = true,
): Engine {
  return { name, applies: () => applies, solve: async (_, options) => solve(options) };
}

const gives = (powerW: number[], bound: number): Solution => ({
  powers: { powerW: [Float64Array.from(powerW)], storePowerW: [] },
  levelsProved: true,
  bound,
  marginalPrice: null,
});
const cheapest = engine('cheapest', () => gives([0, 0, 8_000, 8_000], 0.6));
const overloading = engine('overloading', () => gives([0, 0, 5_000, 11_000], 0));
const unable = engine('unable', () => ({ failure: 'not my kind of shortage' }));

test('D4.2-§5.3-LP: auto goes on to the next engine when one gives up, and that is no defect', async () => {
  const result = await answer(problem, auto, [unable, cheapest], clock);
  assert.ok('plan' in result);
  assert.deepEqual([result.plan.solver, result.plan.status], ['cheapest', 'optimal']);
  assert.deepEqual([result.defects, result.warnings], [[], []]);
});

test('C1.4: a plan that breaks a rule is named as a defect and the next engine plans', async () => {
  const result = await answer(problem, auto, [overloading, cheapest], clock);
  assert.ok('plan' in result);
  assert.equal(result.plan.solver, 'cheapest');
  assert.match(
    result.defects.join(),
    /^the plan of overloading broke a rule: import_limit at site.net_w\[3\]/,
  );
});

test('an engine whose plan costs far more than it proves is named as a defect; its plan is kept where no other does better', async () => {
  const mistaken = engine('mistaken', () => gives([8_000, 8_000, 0, 0], 0.6));
  const result = await answer(problem, auto, [mistaken, cheapest], clock);
  assert.ok('plan' in result);
  assert.equal(result.plan.solver, 'cheapest');
  assert.match(result.defects.join(), /^the plan of mistaken costs 1\.4\d*, but its bound is 0\.6$/);
  const alone = await answer(problem, auto, [mistaken, unable], clock);
  assert.ok('plan' in alone);
  assert.deepEqual([alone.plan.solver, alone.plan.status], ['mistaken', 'feasible']);
});

test('an engine that throws is named as a defect and the next engine plans', async () => {
  const throwing = engine('throwing', () => {
    throw new RangeError('index 7 is out of range');
  });
  const result = await answer(problem, auto, [throwing, cheapest], clock);
  assert.ok('plan' in result);
  assert.equal(result.plan.solver, 'cheapest');
  assert.deepEqual(result.defects, ['throwing threw: index 7 is out of range']);
});

test('the heuristic plans only after the last engine, and everything that was wrong is said', async () => {
  const result = await answer(problem, auto, [overloading, unable], clock);
  assert.ok('plan' in result);
  assert.deepEqual([result.plan.solver, result.plan.status], ['heuristic', 'fallback']);
  assert.equal(result.defects.length, 2);
  assert.equal(result.defects[1], 'not my kind of shortage');
});

test('every engine gets the time that is left, and none when there is none', async () => {
  let nowMs = 0;
  const given: number[] = [];
  const slow = engine('slow', ({ timeLimitS }) => {
    given.push(timeLimitS);
    nowMs += 3_000;
    return { failure: 'gave up' };
  });
  const result = await answer(problem, auto, [slow, slow, slow], () => nowMs);
  assert.ok('plan' in result);
  assert.deepEqual(given, [5, 2]);
  assert.equal(result.plan.status, 'fallback');
  assert.deepEqual(result.warnings, ['out of time before slow could start']);
  assert.deepEqual(result.defects, []);
});

test('a named engine that fails is followed by the heuristic, not by another engine', async () => {
  const greedy = engine('greedy', () => ({ failure: 'not my kind of shortage' }));
  const result = await answer(problem, { ...auto, engine: 'greedy' }, [greedy, cheapest], clock);
  assert.ok('plan' in result);
  assert.equal(result.plan.status, 'fallback');
});

test('when no engine suits the class, each one says why', async () => {
  const one = engine('one', () => gives([0, 0, 0, 0], 0), 'there are group limits');
  const two = engine('two', () => gives([0, 0, 0, 0], 0), 'a session may discharge');
  assert.deepEqual(await answer(problem, auto, [one, two], clock), {
    refusal: 'one: there are group limits; two: a session may discharge',
  });
});
