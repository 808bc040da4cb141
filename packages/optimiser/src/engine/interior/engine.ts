/** The block-arrow interior point as an engine: V2G, losses, stores and linear occupancy for whole fleets, then purified. */
import type { NormalProblem, PowerMatrix } from '../../grid/index.ts';
import { solveBlockArrow } from '../../interior/block-arrow.ts';
import { type BlockArrowProgram, blockArrowProgram } from '../../interior/program.ts';
import { purify } from '../../interior/purify.ts';
import type { Engine, NoSolution, Solution } from '../engine.ts';
import type { ProblemClass } from '../problem-class.ts';

/** The dense Schur matrix has slots x slots entries; beyond this, HiGHS's sparse factors are the better tool. */
const MOST_SLOTS = 400;

const UNFIT: readonly [(problem: ProblemClass) => boolean, string][] = [
  [(problem) => problem.groups, 'there are group limits'],
  [(problem) => problem.phases, 'there is a limit per phase'],
  [(problem) => problem.minimumPower, 'a session has a minimum power'],
  [(problem) => problem.capacityPrice, 'there is a capacity price'],
  [(problem) => problem.occupancy === 'exact', 'the opportunity cost is exact'],
  [(problem) => problem.preferences, 'a session wants FAST or GREEN'],
  [(problem) => problem.priceInversion, 'exporting earns more than importing costs in some slot'],
  [(problem) => problem.slots > MOST_SLOTS, `there are more than ${MOST_SLOTS} slots`],
];

export const interiorEngine: Engine = {
  name: 'interior',
  applies: (problemClass) => UNFIT.find(([test]) => test(problemClass))?.[1] ?? true,
  async solve(normal) {
    return solve(normal);
  },
};

function solve(normal: NormalProblem): Solution | NoSolution {
  const { site, slots, hours } = normal;
  if (normal.stores.length + normal.sessions.filter((session) => session.maxDischargeW > 0).length > 0) {
    for (let t = 0; t < slots; t++) {
      if (site.baseW[t]! > site.importLimitW[t]!) {
        return { failure: 'the base load is above the limit, and discharge could lower it' };
      }
    }
  }
  const program = blockArrowProgram(normal);
  const solution = solveBlockArrow(program);
  if (solution === undefined) return { failure: 'not everything fits, or the iteration did not converge' };
  const { x, balancePrice, dualObjective, primalObjective } = solution;
  purify(program, x);
  const money = moneyOf(normal, program, x);
  if (money === undefined || money - primalObjective > PURE_GAP * Math.max(1, Math.abs(primalObjective))) {
    return { failure: 'charging and discharging at once would pay, which takes integers to forbid' };
  }
  return {
    powers: powersOf(normal, program, x, hours),
    levelsProved: true,
    bound: Math.min(dualObjective, primalObjective),
    marginalPrice: balancePrice,
  };
}

/** Relative cost that taking charging and discharging apart may add; the plan still counts as optimal. */
const PURE_GAP = 1e-7;
/** Leeway of the net power of a slot, kWh. */
const LEEWAY_KWH = 1e-5;

/** What the devices' powers cost, or undefined when their sum leaves the site's limits. */
function moneyOf(normal: NormalProblem, program: BlockArrowProgram, x: Float64Array): number | undefined {
  const { slots, baseKwh, cost, upper, lower, blocks } = program;
  const netKwh = Float64Array.from(baseKwh);
  let money = 0;
  for (const { charge, discharge, firstSlot, window } of blocks) {
    for (let k = 0; k < window; k++) {
      netKwh[firstSlot + k]! += x[charge + k]!;
      money += cost[charge + k]! * x[charge + k]!;
      if (discharge < 0) continue;
      netKwh[firstSlot + k]! -= x[discharge + k]!;
      money += cost[discharge + k]! * x[discharge + k]!;
    }
  }
  const { importPricePerKwh, exportPricePerKwh } = normal.site;
  for (let t = 0; t < slots; t++) {
    const net = netKwh[t]!;
    if (net > upper[t]! - lower[slots + t]! + LEEWAY_KWH || -net > upper[slots + t]! + LEEWAY_KWH)
      return undefined;
    money += net * (net > 0 ? importPricePerKwh[t]! : exportPricePerKwh[t]!);
  }
  return money;
}

function powersOf(
  normal: NormalProblem,
  program: BlockArrowProgram,
  x: Float64Array,
  hours: Float64Array,
): PowerMatrix {
  const matrix = program.devices.map((block) => {
    const powerW = new Float64Array(normal.slots);
    if (block === undefined) return powerW;
    for (let k = 0; k < block.window; k++) {
      const kwh = x[block.charge + k]! - (block.discharge < 0 ? 0 : x[block.discharge + k]!);
      powerW[block.firstSlot + k] = (kwh * 1000) / hours[block.firstSlot + k]!;
    }
    return powerW;
  });
  const sessions = normal.sessions.length;
  return { powerW: matrix.slice(0, sessions), storePowerW: matrix.slice(sessions) };
}
