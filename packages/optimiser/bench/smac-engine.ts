/** SMAC as `auto` runs it: the engines of the class one after the other until one answers, else the heuristic. Problem in, powers and their cost out. */
import { isSolution } from '../src/engine/engine.ts';
import { chooseEngines, classify, engines } from '../src/engine/index.ts';
import type { NormalProblem, PowerMatrix } from '../src/grid/index.ts';
import { heuristicPowers } from '../src/heuristic/index.ts';
import { cleanPowers } from '../src/plan/clean-powers.ts';
import { costOf } from '../src/plan/cost.ts';
import { sitePower } from '../src/plan/site-power.ts';

export interface SmacAnswer {
  engine: string;
  money: number;
  /** (cost - bound) / max(1, |cost|); undefined without a bound. */
  gap: number | undefined;
}

const now = () => performance.now();
const available = engines(now);

export async function solveWithSmac(normal: NormalProblem, timeLimitS: number): Promise<() => SmacAnswer> {
  const startMs = now();
  const chosen = chooseEngines(available, 'auto', classify(normal));
  if ('refusal' in chosen) throw new Error(chosen.refusal);
  for (const engine of chosen) {
    const secondsLeft = timeLimitS - (now() - startMs) / 1000;
    if (secondsLeft <= 0) break;
    const result = await engine.solve(normal, { timeLimitS: secondsLeft });
    if (isSolution(result)) return () => judged(normal, engine.name, result.powers, result.bound);
  }
  const powers = heuristicPowers(normal);
  return () => judged(normal, 'heuristic', powers, null);
}

/** Afterwards: pricing the plan is no part of the solve. */
function judged(
  normal: NormalProblem,
  engine: string,
  powers: PowerMatrix,
  bound: number | null,
): SmacAnswer {
  const cleaned = cleanPowers(powers);
  const money = costOf(normal, cleaned, sitePower(normal, cleaned).netW).total;
  const gap = bound === null ? undefined : Math.max(0, money - bound) / Math.max(1, Math.abs(money));
  return { engine, money, gap };
}
