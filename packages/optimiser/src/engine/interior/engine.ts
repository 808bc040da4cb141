/** The block-arrow interior point as an engine: V2G, losses, stores, linear occupancy, FAST and GREEN for whole fleets, then purified. */
import type { NormalProblem, PowerMatrix } from '../../grid/index.ts';
import type { BlockArrowProgram } from '../../interior/program.ts';
import { purify } from '../../interior/purify.ts';
import type { Engine, EngineOptions, NoSolution, Solution } from '../engine.ts';
import type { ProblemClass } from '../problem-class.ts';
import { solveLevels } from './levels.ts';
import { moneyOf } from './money.ts';
import { leastEnergy } from './ties.ts';

/** The dense Schur matrix has slots x slots entries; beyond this, HiGHS's sparse factors are the better tool. */
const MOST_SLOTS = 400;

/** What the class must not have, and the sentence that says so. */
const UNFIT: readonly [(problem: ProblemClass) => boolean, string][] = [
  [
    ({ groups }) => groups,
    'there are group limits, which would join vehicles in more rows than one per slot',
  ],
  [
    ({ phases }) => phases,
    'there is a limit per phase, which would join vehicles in more rows than one per slot',
  ],
  [({ minimumPower }) => minimumPower, 'a session has a minimum power, which takes integers'],
  [({ occupancy }) => occupancy === 'exact', 'the opportunity cost is exact, which takes integers'],
  [
    ({ priceInversion }) => priceInversion,
    'exporting earns more than importing costs in some slot, which takes integers',
  ],
  [
    ({ slots }) => slots > MOST_SLOTS,
    `there are more than ${MOST_SLOTS} slots, and its work grows with their cube`,
  ],
];

/** @param now a monotonic clock in ms, by which the time limit is kept in every round of every programme */
export function interiorEngineOn(now: () => number): Engine {
  return {
    name: 'interior',
    applies: (problemClass) => UNFIT.find(([test]) => test(problemClass))?.[1] ?? true,
    async solve(normal, options) {
      const untilMs = now() + options.timeLimitS * 1000;
      const late = () => now() > untilMs;
      const result = solve(normal, options, late);
      return 'failure' in result && late() ? { failure: OUT_OF_TIME } : result;
    },
  };
}

/** Without a clock: it takes the time it needs. */
export const interiorEngine = interiorEngineOn(() => 0);

const OUT_OF_TIME = 'the interior point is out of time';

function solve(normal: NormalProblem, options: EngineOptions, late: () => boolean): Solution | NoSolution {
  const { slots, hours } = normal;
  const settled = solveLevels(normal, options, late);
  if (typeof settled === 'string') return { failure: settled };
  const { program, solution, warm = false } = settled;
  const { y, bound, primalObjective } = solution;
  const most = primalObjective + PURE_GAP * Math.max(1, Math.abs(primalObjective));
  const pureMoney = (x: Float64Array) => {
    purify(program, x);
    return goesBothWays(program, x) ? Number.POSITIVE_INFINITY : moneyOf(normal, program, x);
  };
  let x = leastEnergy(normal, program, solution);
  let money = x === undefined ? undefined : pureMoney(x);
  if (x === undefined || money === undefined || money > most) {
    x = solution.x;
    money = pureMoney(x);
  }
  if (money === undefined) return { failure: 'the purified powers leave the limits of the site' };
  if (money > most) {
    return { failure: 'charging and discharging at once would pay, which takes integers to forbid' };
  }
  return {
    powers: powersOf(normal, program, x, hours),
    levelsProved: true,
    bound,
    marginalPrice: y.slice(0, slots),
    warm,
  };
}

/** Charging and discharging at once by more than this is no rounding, kWh. */
const BOTH_KWH = 1e-7;

/** Losses of going both ways would be missing from the contents once the powers are one number per slot. */
function goesBothWays({ blocks }: BlockArrowProgram, x: Float64Array): boolean {
  return blocks.some(({ charge, discharge, window }) => {
    if (discharge < 0) return false;
    for (let k = 0; k < window; k++) {
      if (Math.min(x[charge + k]!, x[discharge + k]!) > BOTH_KWH) return true;
    }
    return false;
  });
}

/** Relative cost that taking charging and discharging apart may add; the plan still counts as optimal. */
const PURE_GAP = 1e-7;
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
      const t = (block.firstSlot + k) % normal.slots;
      powerW[t] = (kwh * 1000) / hours[t]!;
    }
    return powerW;
  });
  const sessions = normal.sessions.length;
  return { powerW: matrix.slice(0, sessions), storePowerW: matrix.slice(sessions) };
}
