/** Level 3 from the last plan, where money is the only level: nobody wants FAST or GREEN, and every need can be held. */
import type { NormalProblem } from '../../grid/index.ts';
import type { InteriorSolution } from '../../interior/block-arrow.ts';
import { takeLastPowers } from '../../interior/last-point.ts';
import type { BlockArrowProgram } from '../../interior/program.ts';
import { solveFromLast } from '../../interior/replan.ts';
import type { EngineOptions } from '../engine.ts';

/** Smaller fleets are planned afresh in about the time that finding out takes. */
const FEWEST_BLOCKS = 200;
/** More than this has moved: nearly everybody would be planned anew. */
const MOST_MOVED = 0.03;

/** Undefined when there is no last plan, or it does not help. @param program without shortfalls */
export function moneyFromLast(
  { hours, sessions, stores }: NormalProblem,
  program: BlockArrowProgram,
  { priceGuess, lastPowers, roomMoved = 0 }: Partial<EngineOptions>,
): InteriorSolution | undefined {
  if (priceGuess === undefined || lastPowers === undefined || program.peak >= 0) return undefined;
  if (program.blocks.length < FEWEST_BLOCKS) return undefined;
  if (roomMoved > MOST_MOVED || !priceGuess.every(Number.isFinite)) return undefined;
  const x = program.lower.slice();
  const powersOf = [
    ...sessions.map(({ id }) => lastPowers.sessions.get(id)),
    ...stores.map(({ id }) => lastPowers.stores.get(id)),
  ];
  const keep: boolean[] = [];
  program.devices.forEach((block, i) => {
    if (block === undefined) return;
    const powerW = powersOf[i];
    keep.push(powerW !== undefined && takeLastPowers(program, block, powerW, hours, x));
  });
  return solveFromLast(program, { x, keep, slotPrice: priceGuess });
}
