/**
 * Repair as an engine: minimum power, exact occupancy and price inversion for whole fleets, with a valid bound instead of a proof of optimality.
 * HiGHS proves small cases; beyond `FEW_SESSIONS` its integer search takes longer than a fleet can wait.
 */
import { solveFleet } from '../../repair/solve-fleet.ts';
import type { Engine } from '../engine.ts';
import { needsIntegers, type ProblemClass } from '../problem-class.ts';

/** What the class must not have, and the sentence that says so. */
const UNFIT: readonly [(problem: ProblemClass) => boolean, string][] = [
  [(problem) => !needsIntegers(problem), 'nothing needs integers'],
  [(problem) => problem.preferences, 'a session wants FAST or GREEN'],
];

/**
 * @param now a monotonic clock in ms
 * @param linear engines for the relaxation, the fastest first
 */
export function repairEngine(now: () => number, linear: readonly Engine[]): Engine {
  return {
    name: 'repair',
    applies: (problemClass) => UNFIT.find(([test]) => test(problemClass))?.[1] ?? true,
    solve: (normal, { timeLimitS }) => solveFleet(normal, { timeLimitS, now, linear }),
  };
}
