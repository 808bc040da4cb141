/**
 * What every engine looks like from outside. An engine turns a problem on its grid into powers; it never
 * builds the plan document, so that all engines are judged and priced by the same code.
 */
import type { NormalProblem, PowerMatrix } from '../grid/index.ts';
import type { ProblemClass } from './problem-class.ts';

export interface EngineOptions {
  /** Wall-clock seconds for the whole answer. */
  timeLimitS: number;
  /** Currency per kWh and slot, e.g. of the last plan, to start from: they save time and never change the cost. */
  priceGuess?: Float64Array;
  /**
   * How far the room below the limits has moved since the last plan, as a share of what was charged in all: what no longer fits, and what slots that
   * were full could take more or less. Where it is large, the prices of all full slots are others now.
   */
  roomMoved?: number;
  /** How far import prices have moved since the last plan, as a share of them all; a slot in which the last plan does not show what it was counts as unmoved. */
  pricesMoved?: number;
  /** What the last plan ordered, to start from: it saves time and never changes the cost. */
  lastPowers?: LastPowers;
}

/**
 * Powers of the last plan on the slot grid of this problem, W, by id; 0 where the last plan says nothing about a slot. They are only a hint:
 * the car may need something else now, its window or its limits may be others, and ids may belong to cars that have left.
 */
export interface LastPowers {
  sessions: ReadonlyMap<string, Float64Array>;
  stores: ReadonlyMap<string, Float64Array>;
}

export interface Solution {
  powers: PowerMatrix;
  /** Levels 1 and 2 were proved, not merely attempted. */
  levelsProved: boolean;
  /** Valid lower bound of level 3, in the problem's currency; null when none is known. */
  bound: number | null;
  /** Currency per kWh of more base load per slot; null where there is none (integer models). */
  marginalPrice: Float64Array | null;
  /** It started from what the options said about the last plan. */
  warm?: boolean;
}

/** Why an engine gave no solution: out of time, or it failed in a way it can name. */
export interface NoSolution {
  failure: string;
}

export interface Engine {
  readonly name: string;
  /** True, or the reason why this engine cannot solve this class. */
  applies(problemClass: ProblemClass): true | string;
  /** False: it can solve this class, but `auto` tries the others first. Absent: always preferred. */
  prefers?(problemClass: ProblemClass): boolean;
  /** True: what the options say about the last plan would be prepared in vain. */
  readonly ignoresLast?: true;
  solve(normal: NormalProblem, options: EngineOptions): Promise<Solution | NoSolution>;
}

export const isSolution = (result: Solution | NoSolution): result is Solution => !('failure' in result);
