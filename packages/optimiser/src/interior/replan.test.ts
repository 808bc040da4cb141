import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSolution } from '../engine/engine.ts';
import { interiorEngine } from '../engine/interior/engine.ts';
import { normalise } from '../grid/index.ts';
import { generateProblem } from '../testing/generate-problem.ts';
import { seededRandom } from '../testing/random.ts';
import { solveBlockArrow } from './block-arrow.ts';
import { NormalEquations } from './normal-equations.ts';
import { BlockPricing, gapOver } from './price-block.ts';
import { type BlockArrowProgram, blockArrowProgram } from './program.ts';
import { solveFromLast } from './replan.ts';

const CLASSES = ['v2g', 'occupancy-linear', 'stores', 'wear', 'energy-need'] as const;

const solved = (program: BlockArrowProgram) => {
  const solution = solveBlockArrow(program);
  return typeof solution === 'object' ? solution : undefined;
};

/** Gap of a whole plan at slot prices, the multipliers of all blocks chosen anew. */
function gapAt(program: BlockArrowProgram, x: Float64Array, slotPrice: Float64Array): number {
  const y = new Float64Array(program.multipliers);
  y.set(slotPrice.subarray(0, program.slots));
  const pricing = new BlockPricing(program);
  for (const block of program.blocks) pricing.price(block, x, y);
  const reduced = new Float64Array(program.variables);
  new NormalEquations(program).update(x, program.rightHandSide, y, program.cost, reduced);
  return gapOver(program, x, reduced, 0, program.variables);
}

for (const kind of CLASSES) {
  test(`O1 O4 ${kind}: slot prices alone prove an optimal plan, and for any other plan the gap is at least what it costs too much`, () => {
    let proved = 0;
    for (let seed = 1; seed <= 40; seed++) {
      const random = seededRandom(seed);
      const size = { slots: [4, 20], sessions: [2, 12] } as const;
      const program = blockArrowProgram(normalise(generateProblem(kind, random, size)));
      const optimum = program.peak < 0 ? solved(program) : undefined;
      if (optimum === undefined) continue;
      const scale = Math.max(1, Math.abs(optimum.primalObjective));
      assert.ok(gapAt(program, optimum.x, optimum.y) < 1e-6 * scale, `seed ${seed}: the optimum has a gap`);
      const other = solved({ ...program, cost: program.cost.map(() => random.next()) });
      if (other === undefined) continue;
      const money = other.x.reduce((sum, value, j) => sum + value * program.cost[j]!, 0);
      const gap = gapAt(program, other.x, optimum.y);
      assert.ok(money - gap <= optimum.primalObjective + 1e-6 * scale, `seed ${seed}: no valid bound`);
      proved++;
    }
    assert.ok(proved >= 10, `only ${proved} problems had a plan`);
  });

  test(`O1 O4 ${kind}: planned again from a plan of before a change, the cost is that of a fresh plan`, () => {
    let again = 0;
    for (let seed = 1; seed <= 60; seed++) {
      const random = seededRandom(100 + seed);
      const size = { slots: [12, 24], sessions: [10, 25] } as const;
      const before = generateProblem(kind, random, size);
      const after = { ...before, sessions: before.sessions!.slice(1) };
      const whole = blockArrowProgram(normalise(before));
      const program = blockArrowProgram(normalise(after));
      const last = whole.peak < 0 ? solved(whole) : undefined;
      const fresh = solved(program);
      if (last === undefined || fresh === undefined) continue;
      const x = program.lower.slice();
      const shift = whole.devices.length - program.devices.length;
      const keep = program.devices.flatMap((block, i) => {
        const old = whole.devices[i + shift];
        if (block === undefined) return [];
        if (old === undefined || old.kind !== block.kind || old.window !== block.window) return [false];
        x.set(last.x.subarray(old.charge, old.end), block.charge);
        return [true];
      });
      const warm = solveFromLast(program, { x, keep, slotPrice: last.y.slice(0, program.slots) });
      if (warm === undefined) continue;
      const scale = Math.max(1, Math.abs(fresh.primalObjective));
      assert.ok(
        Math.abs(warm.primalObjective - fresh.primalObjective) < 1e-7 * scale,
        `seed ${seed}: ${warm.primalObjective} instead of ${fresh.primalObjective}`,
      );
      assert.ok(warm.bound <= fresh.primalObjective + 1e-7 * scale, `seed ${seed}: the bound is too high`);
      again++;
    }
    assert.ok(again >= 5, `only ${again} came from the last plan`);
  });
}

test('D4.2-T6 one of 260 cars leaves: planned from the last plan the cost is the same, and a plan that says nonsense changes nothing', async () => {
  const whole = generateProblem('wear', seededRandom(3), { slots: [24, 24], sessions: [260, 260] });
  const { max_import_w: _scarce, ...site } = whole.site!;
  const before = { ...whole, site: { ...site, max_import_w: 3e6 } };
  const after = normalise({ ...before, sessions: before.sessions!.slice(1) });
  const last = await interiorEngine.solve(normalise(before), { timeLimitS: 10 });
  const fresh = await interiorEngine.solve(after, { timeLimitS: 10 });
  assert.ok(isSolution(last) && isSolution(fresh));
  const powers = new Map(normalise(before).sessions.map(({ id }, i) => [id, last.powers.powerW[i]!]));
  const options = {
    timeLimitS: 10,
    priceGuess: last.marginalPrice!,
    lastPowers: { sessions: powers, stores: new Map<string, Float64Array>() },
  };
  const warm = await interiorEngine.solve(after, options);
  assert.ok(isSolution(warm));
  assert.equal(warm.warm, true);
  const nonsense = await interiorEngine.solve(after, {
    ...options,
    priceGuess: last.marginalPrice!.map(() => 1e6),
    lastPowers: {
      sessions: new Map([...powers].map(([id, p]) => [id, p.map((w) => -w)])),
      stores: new Map(),
    },
  });
  assert.ok(isSolution(nonsense));
  for (const solution of [warm, nonsense]) {
    assert.ok(Math.abs(solution.bound! - fresh.bound!) < 1e-7 * Math.abs(fresh.bound!));
  }
});
