/**
 * The order of the contract for the block-arrow programme: 1b excess, 2 unmet need, FAST, GREEN, 3 money. Each level is an interior point on the
 * optimal face of the one before (optimal-face.ts).
 *
 * Most problems have room for every need, and for FAST sessions at full power. So money comes first, with every target that a session alone can
 * reach held; only when that has no solution, or the base exceeds the limit where discharge could help, the levels before are solved one
 * after the other.
 */
import type { NormalProblem } from '../../grid/index.ts';
import { type InteriorSolution, solveBlockArrow } from '../../interior/block-arrow.ts';
import { type Device, devicesOf } from '../../interior/device.ts';
import { holdEarliest, unmetKwh, withContents, withUnmet } from '../../interior/earliest.ts';
import { isExceeded, slotRoom } from '../../interior/fill-supply.ts';
import { optimalFace } from '../../interior/optimal-face.ts';
import { type BlockArrowProgram, blockArrowProgram } from '../../interior/program.ts';
import type { EngineOptions } from '../engine.ts';
import { shareFairly } from './fair-shortage.ts';
import { moneyFromLast } from './from-last.ts';
import { type Grams, gramsCost, gramsOf } from './green.ts';
import { wishesOf } from './wishes.ts';

export interface Settled {
  /** Level 3 on the face of all levels before. */
  program: BlockArrowProgram;
  solution: InteriorSolution;
  /** It came from the last plan. */
  warm?: boolean;
}

/** Relative gap of level 3 before purification. */
const MOST_GAP = 1e-8;
/** What FAST and GREEN may end with, for a shortage leaves their programmes hardly an interior; `isKept` tells whether it was enough. */
const ROUGHLY = { gap: 1e-6, primal: 5e-7, dual: 1e-7 };
/** Of what is held for FAST, far below any meter: shares that are held just before leave no room for rounding. */
const LEEWAYS_KWH = [0, 1e-7, 1e-6];
const MOST_DOUBT = 5e-7;
/** Relative, of what FAST or GREEN has reached. */
const KEPT = 1e-6;
const FAILED = 'the iteration did not converge';

/** A sentence when a level is another engine's work. */
export function solveLevels(
  normal: NormalProblem,
  last: Partial<EngineOptions> = {},
  late?: () => boolean,
): Settled | string {
  const devices = devicesOf(normal);
  const grams = gramsOf(normal);
  if (typeof grams === 'string') return grams;
  const order: Order = {
    devices,
    grams,
    someFast: devices.some(({ fastWh }) => fastWh !== null),
    apart: grams?.shared ? grams.sessions : [],
    late,
  };
  const exceeded = exceededSlots(normal, devices);
  const settled = exceeded.length === 0 ? solveHeld(normal, order, last) : undefined;
  if (settled !== undefined) return settled;
  if (exceeded.some((t) => normal.site.importLimitW[t]! < 0)) {
    return 'the base load is above a limit that asks for export';
  }
  return solveBeforeMoney(normal, order, exceeded);
}

/** What stands between the needs and money. */
interface Order {
  devices: readonly Device[];
  grams: Grams | null;
  someFast: boolean;
  /** GREEN sessions that share a surplus and need slots of their own for it. */
  apart: readonly number[];
  late: (() => boolean) | undefined;
}

function exceededSlots(normal: NormalProblem, devices: readonly Device[]): number[] {
  const room = slotRoom(normal, devices);
  return Array.from(normal.hours.keys()).filter((t) => isExceeded(normal, room, t));
}

/** Every target that a session alone can reach is reached; undefined when that is not possible. */
function solveHeld(normal: NormalProblem, order: Order, last: Partial<EngineOptions>): Settled | undefined {
  const { apart, late } = order;
  const program = blockArrowProgram(normal, { shortfalls: false, apart, late });
  if (!order.someFast && order.grams === null) {
    const solution = moneyFromLast(normal, program, last);
    if (solution !== undefined) return { program, solution, warm: true };
  }
  if (!order.someFast) return solveFromGreen(program, program, order);
  const early = holdEarliest(program, order.devices);
  const settled = early && solveFromGreen(early, program, order);
  if (settled !== undefined) return settled;
  const whole = blockArrowProgram(normal, { shortfalls: false, unmet: true, apart, late });
  return solveFromFast(whole, whole, order);
}

function solveFromFast(face: BlockArrowProgram, whole: BlockArrowProgram, order: Order): Settled | undefined {
  const contents = withContents(face);
  if (!order.someFast) return solveFromGreen(contents, whole, order);
  const level = withUnmet(contents, order.devices);
  const optimum = solveBlockArrow(level, ROUGHLY);
  if (typeof optimum !== 'object') return undefined;
  for (const leewayKwh of LEEWAYS_KWH) {
    const settled = solveFromGreen(withContents(optimalFace(level, optimum, leewayKwh)), whole, order);
    if (settled === undefined || !isKept(optimum, unmetKwh(settled, order.devices))) continue;
    if (leewayKwh === 0 || isProved(settled)) return settled;
  }
  return undefined;
}

function solveFromGreen(
  face: BlockArrowProgram,
  whole: BlockArrowProgram,
  order: Order,
): Settled | undefined {
  const { grams } = order;
  if (grams === null) return solveMoney(face, whole);
  const level = { ...face, cost: gramsCost(face, grams) };
  const optimum = solveBlockArrow(level, ROUGHLY);
  if (typeof optimum !== 'object') return undefined;
  const settled = solveMoney(optimalFace(level, optimum), whole);
  return settled && isKept(optimum, costAt(level, settled.solution.x)) ? settled : undefined;
}

/** A face that was taken too wide would let money spend what its level had reached. */
const isKept = ({ primalObjective }: InteriorSolution, value: number): boolean =>
  value <= primalObjective + KEPT * Math.max(1, Math.abs(primalObjective));

/** Held bounds that contradict each other have prices without end, and with them the bound of money is lost. */
const isProved = ({ solution: { bound, primalObjective } }: Settled): boolean =>
  primalObjective - bound <= MOST_DOUBT * Math.max(1, Math.abs(primalObjective));

function costAt({ cost }: BlockArrowProgram, x: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < cost.length; j++) sum += cost[j]! * x[j]!;
  return sum;
}

function solveBeforeMoney(
  normal: NormalProblem,
  order: Order,
  exceeded: readonly number[],
): Settled | string {
  const whole = blockArrowProgram(normal, { shortfalls: true, apart: order.apart, late: order.late });
  const wishes = wishesOf(normal, whole);
  if (typeof wishes === 'string') return `not everything fits, and ${wishes}`;
  const overs = exceeded.map((t) => 2 * whole.slots + t);
  let face: BlockArrowProgram | undefined = whole;
  if (overs.length > 0) {
    face = settleSum(face, overs)?.face;
    if (face === undefined) return FAILED;
    const settled = solveFromFast(heldAtNothing(face), whole, order);
    if (settled !== undefined) return settled;
  }
  const levels = [
    wishes.filter(({ kind }) => kind === 'minimum'),
    wishes.filter(({ kind, priority }) => kind === 'target' && priority),
    wishes.filter(({ kind }) => kind === 'target'),
  ];
  let leastKwh = 0;
  for (const level of levels) {
    const settled = settleSum(
      face,
      level.map(({ shortfall }) => shortfall),
    );
    if (settled === undefined) return FAILED;
    face = settled.face;
    // The targets of priority sessions are among the targets of all.
    if (level !== levels[1]) leastKwh += settled.kwh;
  }
  const shared = shareFairly(face, wishes, leastKwh);
  if (typeof shared === 'string') return `not everything fits, and ${shared}`;
  face = settleSum(shared, storeShortfalls(normal, shared))?.face;
  if (face === undefined) return FAILED;
  return solveFromFast(face, whole, order) ?? FAILED;
}

/** The face on which the sum of these variables is least, and that sum; undefined when there is no solution. */
function settleSum(
  program: BlockArrowProgram,
  variables: readonly number[],
): { face: BlockArrowProgram; kwh: number } | undefined {
  const { lower, upper } = program;
  if (variables.every((j) => upper[j] === lower[j])) {
    return { face: program, kwh: variables.reduce((kwh, j) => kwh + lower[j]!, 0) };
  }
  const level = { ...program, cost: new Float64Array(program.variables) };
  for (const j of variables) level.cost[j] = 1;
  const optimum = solveBlockArrow(level);
  return typeof optimum === 'object'
    ? { face: optimalFace(level, optimum), kwh: optimum.primalObjective }
    : undefined;
}

/** Undefined when there is no solution, or none as exact as level 3 has to be. */
function solveMoney(face: BlockArrowProgram, { cost }: BlockArrowProgram): Settled | undefined {
  const program = { ...face, cost };
  const solution = solveBlockArrow(program);
  return typeof solution === 'object' && solution.gap <= MOST_GAP ? { program, solution } : undefined;
}

/** Nothing may be missing. */
function heldAtNothing(program: BlockArrowProgram): BlockArrowProgram {
  const upper = program.upper.slice();
  for (const block of program.blocks) {
    for (let j = block.shortfall; j < block.end; j++) upper[j] = program.lower[j]!;
  }
  return { ...program, upper };
}

function storeShortfalls(normal: NormalProblem, program: BlockArrowProgram): number[] {
  return program.devices
    .slice(normal.sessions.length)
    .flatMap((block) => (block === undefined ? [] : [block.end - 1]));
}
