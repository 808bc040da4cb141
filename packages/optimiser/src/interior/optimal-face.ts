/**
 * The plans that are as good as an optimum: what has a price stays at its bound, the rest is free.
 *
 * An interior point ends in the relative interior of the optimal face, where for every variable either its distance from the bound or the
 * bound's multiplier is 0, never both (Goldman and Tucker 1956; Ye 1992). So comparing the two tells which variables are constant on the face.
 * No row "at most as much as before" is needed, and the programme keeps its structure from level to level.
 */
import type { InteriorSolution } from './block-arrow.ts';
import type { BlockArrowProgram } from './program.ts';

/** A variable further from its bound than this is not at it, kWh. */
const AT_BOUND_KWH = 1e-5;

/**
 * The same programme with narrower bounds.
 *
 * @param leewayKwh how far from its bound what has a price may still be: above 0 where bounds that are held contradict each other by rounding
 */
export function optimalFace(
  program: BlockArrowProgram,
  optimum: InteriorSolution,
  leewayKwh = 0,
): BlockArrowProgram {
  const lower = program.lower.slice();
  const upper = program.upper.slice();
  const { x, lowerMultiplier, upperMultiplier } = optimum;
  for (let j = 0; j < x.length; j++) {
    const below = x[j]! - lower[j]!;
    const above = upper[j]! - x[j]!;
    if (below < AT_BOUND_KWH && below < lowerMultiplier[j]!)
      upper[j] = Math.min(upper[j]!, lower[j]! + leewayKwh);
    else if (above < AT_BOUND_KWH && above < upperMultiplier[j]!)
      lower[j] = Math.max(lower[j]!, upper[j]! - leewayKwh);
  }
  return { ...program, lower, upper };
}
