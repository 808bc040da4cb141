import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fleet } from '../../bench/fleet.ts';
import { normalise } from '../grid/index.ts';
import { generateProblem } from '../testing/generate-problem.ts';
import type { ProblemClass } from '../testing/problem-classes.ts';
import { seededRandom } from '../testing/random.ts';
import { solveBlockArrow } from './block-arrow.ts';
import { type BlockArrowProgram, blockArrowProgram } from './program.ts';
import { purify } from './purify.ts';

/** Single-phase minimum of IEC 61851, 6 A at 230 V. */
const LEAST_USEFUL_W = 1380;

/** Of the slots in which a device uses at least 1 W: the share in which it uses less than 6 A. */
function trickleShare(program: BlockArrowProgram, x: Float64Array): number {
  let active = 0;
  let trickles = 0;
  for (const { charge, discharge, window } of program.blocks) {
    for (let k = 0; k < window; k++) {
      const kwh = x[charge + k]! - (discharge < 0 ? 0 : x[discharge + k]!);
      const watts = (Math.abs(kwh) * 1000) / program.slotHours;
      if (watts < 1) continue;
      active++;
      if (watts < LEAST_USEFUL_W) trickles++;
    }
  }
  return active === 0 ? 0 : trickles / active;
}

function slotTotals(program: BlockArrowProgram, x: Float64Array): Float64Array {
  const totals = new Float64Array(program.slots);
  for (const { charge, discharge, window, firstSlot } of program.blocks) {
    for (let k = 0; k < window; k++) {
      totals[firstSlot + k]! += x[charge + k]! - (discharge < 0 ? 0 : x[discharge + k]!);
    }
  }
  return totals;
}

const deviceCost = ({ cost, blocks }: BlockArrowProgram, x: Float64Array) =>
  blocks.reduce((sum, { charge, content }) => {
    for (let j = charge; j < content; j++) sum += cost[j]! * x[j]!;
    return sum;
  }, 0);

test('D4.2-§5.3-LP a purified fleet schedule has few trickles: most of what an interior point leaves below 6 A is gone', (t) => {
  for (const variant of ['v1', 'v2'] as const) {
    let before = 0;
    let after = 0;
    const seeds = [1, 2, 3];
    for (const seed of seeds) {
      const program = blockArrowProgram(normalise(fleet(100, variant, seed)));
      const solution = solveBlockArrow(program);
      assert.ok(typeof solution === 'object', `seed ${seed}`);
      const x = solution.x.slice();
      before += trickleShare(program, x) / seeds.length;
      purify(program, x);
      after += trickleShare(program, x) / seeds.length;
    }
    t.diagnostic(
      `${variant}: below 6 A before ${(before * 100).toFixed(1)} %, after ${(after * 100).toFixed(1)} %`,
    );
    assert.ok(after < 0.5 * before, `${variant}: ${before} became ${after}`);
    assert.ok(after < 0.12, `${variant}: ${after} of the active slots are trickles`);
  }
});

const CLASSES: ProblemClass[] = ['v2g', 'stores', 'occupancy-linear', 'several-targets', 'wear'];

for (const kind of CLASSES) {
  test(`O1 O4 ${kind}: purifying keeps the cost, no device goes both ways and none leaves its bounds`, () => {
    let seen = 0;
    for (let seed = 1; seed <= 25; seed++) {
      const problem = generateProblem(kind, seededRandom(seed), { slots: [4, 16], sessions: [2, 12] });
      const normal = normalise(problem);
      const program = blockArrowProgram(normal);
      const solution = solveBlockArrow(program);
      if (typeof solution !== 'object') continue;
      const x = solution.x.slice();
      purify(program, x);
      seen++;
      const { importPricePerKwh, exportPricePerKwh } = normal.site;
      let money = deviceCost(program, x);
      slotTotals(program, x).forEach((total, t) => {
        const net = total + program.rightHandSide[t]!;
        money += net * (net > 0 ? importPricePerKwh[t]! : exportPricePerKwh[t]!);
      });
      const allowed = 1e-7 * Math.max(1, Math.abs(solution.primalObjective));
      assert.ok(money <= solution.primalObjective + allowed, `seed ${seed}: ${money}`);
      assert.ok(money >= solution.bound - allowed, `seed ${seed}: ${money} is below ${solution.bound}`);
      for (const { charge, discharge, window, end } of program.blocks) {
        for (let k = 0; k < window && discharge >= 0; k++) {
          assert.ok(Math.min(x[charge + k]!, x[discharge + k]!) < 1e-9, `seed ${seed}: both ways`);
        }
        for (let j = charge; j < end; j++) {
          assert.ok(x[j]! >= program.lower[j]! - 1e-6 && x[j]! <= program.upper[j]! + 1e-6, `seed ${seed}`);
        }
      }
    }
    assert.ok(seen >= 10, `only ${seen} of 25 problems have room for everybody`);
  });
}
