/**
 * The order of the contract for the block-arrow programme: 1b excess, 2 unmet need, 3 money. Each level is an interior point on the optimal
 * face of the one before (optimal-face.ts).
 *
 * Most problems have room for every need. So money comes first, with every target that a session alone can reach held; only when that
 * has no solution, or the base exceeds the limit where discharge could help, the levels before money are solved one after the other.
 */
import type { NormalProblem } from '../../grid/index.ts';
import { type InteriorSolution, solveBlockArrow } from '../../interior/block-arrow.ts';
import { devicesOf } from '../../interior/device.ts';
import { isExceeded, slotRoom } from '../../interior/fill-supply.ts';
import { optimalFace } from '../../interior/optimal-face.ts';
import { type BlockArrowProgram, blockArrowProgram } from '../../interior/program.ts';
import { shareFairly } from './fair-shortage.ts';
import { wishesOf } from './wishes.ts';

export interface Settled {
  /** Level 3 on the face of all levels before. */
  program: BlockArrowProgram;
  solution: InteriorSolution;
}

/** Relative gap of level 3 before purification. */
const MOST_GAP = 1e-8;
const FAILED = 'the iteration did not converge';

/** A sentence when a level is another engine's work. */
export function solveLevels(normal: NormalProblem): Settled | string {
  const exceeded = exceededSlots(normal);
  if (exceeded.length === 0) {
    const program = blockArrowProgram(normal);
    const settled = solveMoney(program, program);
    if (settled !== undefined) return settled;
  }
  if (exceeded.some((t) => normal.site.importLimitW[t]! < 0)) {
    return 'the base load is above a limit that asks for export';
  }
  return solveBeforeMoney(normal, exceeded);
}

function exceededSlots(normal: NormalProblem): number[] {
  const room = slotRoom(normal, devicesOf(normal));
  return Array.from(normal.hours.keys()).filter((t) => isExceeded(normal, room, t));
}

function solveBeforeMoney(normal: NormalProblem, exceeded: readonly number[]): Settled | string {
  const whole = blockArrowProgram(normal, { shortfalls: true });
  const wishes = wishesOf(normal, whole);
  if (typeof wishes === 'string') return `not everything fits, and ${wishes}`;
  const overs = exceeded.map((t) => 2 * normal.slots + t);
  let face: BlockArrowProgram | undefined = whole;
  if (overs.length > 0) {
    face = settle(face, overs);
    if (face === undefined) return FAILED;
    const settled = solveMoney(heldAtNothing(face), whole);
    if (settled !== undefined) return settled;
  }
  const levels = [
    wishes.filter(({ kind }) => kind === 'minimum'),
    wishes.filter(({ kind, priority }) => kind === 'target' && priority),
    wishes.filter(({ kind }) => kind === 'target'),
  ];
  for (const level of levels) {
    face = settle(
      face,
      level.map(({ shortfall }) => shortfall),
    );
    if (face === undefined) return FAILED;
  }
  const shared = shareFairly(face, wishes);
  if (typeof shared === 'string') return `not everything fits, and ${shared}`;
  face = settle(shared, storeShortfalls(normal, shared));
  if (face === undefined) return FAILED;
  return solveMoney(face, whole) ?? FAILED;
}

/** The face on which the sum of these variables is least. */
function settle(program: BlockArrowProgram, variables: readonly number[]): BlockArrowProgram | undefined {
  const { lower, upper } = program;
  if (variables.every((j) => upper[j] === lower[j])) return program;
  const cost = new Float64Array(program.variables);
  for (const j of variables) cost[j] = 1;
  const level = { ...program, cost };
  const optimum = solveBlockArrow(level);
  return typeof optimum === 'object' ? optimalFace(level, optimum) : undefined;
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
