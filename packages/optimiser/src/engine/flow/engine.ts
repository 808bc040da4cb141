/** The network simplex as an engine: charge-only fleets whose sessions have costs of their own (linear occupancy, FAST among others), exact. */
import { solveWeighted } from '../../flow/solve-weighted.ts';
import type { Engine } from '../engine.ts';
import type { ProblemClass } from '../problem-class.ts';

/** What the class must not have, and the sentence that says so. */
const UNFIT: readonly [(problem: ProblemClass) => boolean, string][] = [
  [(problem) => problem.discharge, 'a session may discharge'],
  [(problem) => problem.stores, 'there is a stationary store'],
  [(problem) => problem.groups, 'there are group limits'],
  [(problem) => problem.phases, 'there is a limit per phase'],
  [(problem) => problem.minimumPower, 'a session has a minimum power'],
  [(problem) => problem.capacityPrice, 'there is a capacity price'],
  [(problem) => problem.occupancy === 'exact', 'the opportunity cost is exact'],
  [(problem) => problem.severalTargets, 'a session has several targets'],
  [(problem) => problem.green, 'a session wants GREEN'],
  [
    (problem) => problem.preferences && problem.negativePrices,
    'a session wants FAST, and to take more than it needs may pay',
  ],
  [(problem) => problem.priceInversion, 'exporting earns more than importing costs in some slot'],
];

/**
 * A fresh start takes its prices from a sample of the fleet, which is as wrong as a sample is: by the square root of its size. Where prices or the room
 * below the limits have moved by more (2 % at 1,000 cars, 6 % at 100), all full slots have other prices, and those of the last plan are further away.
 */
const MOST_MOVED = 0.6;

export const flowEngine: Engine = {
  name: 'flow',
  applies: (problemClass) => UNFIT.find(([test]) => test(problemClass))?.[1] ?? true,
  async solve(normal, { priceGuess, roomMoved = 0, pricesMoved = 0 }) {
    const holds =
      Math.max(roomMoved, pricesMoved) <= MOST_MOVED / Math.sqrt(Math.max(1, normal.sessions.length));
    const guess = holds ? priceGuess : undefined;
    const solution = solveWeighted(normal, guess);
    if (typeof solution === 'string') return { failure: solution };
    return {
      powers: solution.powers,
      levelsProved: true,
      bound: solution.money,
      marginalPrice: solution.marginalPrice,
      warm: guess !== undefined,
    };
  },
};
