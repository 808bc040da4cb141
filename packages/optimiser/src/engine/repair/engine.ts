/**
 * Repair as an engine: minimum power, exact occupancy and price inversion for whole fleets, with a valid bound instead of a proof of optimality.
 * HiGHS proves small cases, so `auto` asks it first there. Where its integer search takes some seconds (96 slots, 2 cores of 2.5 GHz), minimum power
 * at about 40 sessions, exact occupancy at 15, price inversion at 50, a plan with a small gap in less than one is worth more.
 */
import { solveFleet } from '../../repair/solve-fleet.ts';
import type { Engine } from '../engine.ts';
import { needsIntegers, type ProblemClass } from '../problem-class.ts';

/** What the class must not have, and the sentence that says so. */
const UNFIT: readonly [(problem: ProblemClass) => boolean, string][] = [
  [(problem) => !needsIntegers(problem), 'nothing needs integers'],
  [(problem) => problem.preferences, 'a session wants FAST or GREEN'],
];

function isFleet({ sessions, occupancy, minimumPower }: ProblemClass): boolean {
  if (occupancy === 'exact') return sessions > 15;
  return sessions > (minimumPower ? 40 : 50);
}

/**
 * @param now a monotonic clock in ms
 * @param linear engines for the relaxation, the fastest first
 */
export function repairEngine(now: () => number, linear: readonly Engine[]): Engine {
  return {
    name: 'repair',
    applies: (problemClass) => UNFIT.find(([test]) => test(problemClass))?.[1] ?? true,
    prefers: isFleet,
    solve: (normal, { timeLimitS }) => solveFleet(normal, { timeLimitS, now, linear }),
  };
}
