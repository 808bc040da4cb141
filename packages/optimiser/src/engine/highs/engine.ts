/** HiGHS as an engine: exact for every class of the contract, linear or mixed-integer. */
import type { NormalProblem } from '../../grid/index.ts';
import type { Engine, EngineOptions, NoSolution, Solution } from '../engine.ts';
import { highsRuntime } from './runtime.ts';

/** @param now a monotonic clock in ms, handed in so that the time limit can be tested */
export function highsEngine(now: () => number): Engine {
  return {
    name: 'highs',
    applies: () => true,
    async solve(normal: NormalProblem, options: EngineOptions): Promise<Solution | NoSolution> {
      const [highs, { solveWithHighs }] = await Promise.all([highsRuntime(), import('./solve.ts')]);
      try {
        return solveWithHighs(highs, normal, options.timeLimitS, now);
      } catch (error) {
        return { failure: error instanceof Error ? error.message : String(error) };
      }
    },
  };
}
