/**
 * One problem answered in this thread: choose an engine, solve, assemble, check; the heuristic where the
 * engine fails or its plan does not pass. There is always a plan.
 */
import { uncontrolledPowers } from '../baseline/index.ts';
import { checkPlan, type Violation } from '../checker/index.ts';
import type { Plan, Problem } from '../contract/index.ts';
import { chooseEngine, classify, type Engine, type EngineChoice, isSolution } from '../engine/index.ts';
import { reasonsOf } from '../explanation/index.ts';
import { type NormalProblem, normalise, type PowerMatrix } from '../grid/index.ts';
import { heuristicPowers } from '../heuristic/index.ts';
import { assemblePlan, type Origin } from './assemble.ts';

export interface AnswerOptions {
  timeLimitS: number;
  engine: EngineChoice;
}

export interface Answer {
  plan: Plan;
  /** Sentences about what should never happen: a failed engine, a plan that broke a rule. */
  defects: string[];
  /** What may happen under load: an engine out of time. */
  warnings: string[];
}

/** A named engine that cannot solve this class, and why. */
export interface Refused {
  refusal: string;
}

/** @param now a monotonic clock in ms */
export async function answer(
  problem: Problem,
  options: AnswerOptions,
  available: readonly Engine[],
  now: () => number,
): Promise<Answer | Refused> {
  const startedMs = now();
  const normal = normalise(problem);
  const engine = chooseEngine(available, options.engine, classify(normal));
  if ('refusal' in engine) return engine;
  const result = await engine.solve(normal, { timeLimitS: options.timeLimitS });
  const solveMs = now() - startedMs;
  if (!isSolution(result)) return heuristicAnswer(problem, solveMs, result.failure);
  const plan = planOf(normal, result.powers, { ...result, solver: engine.name, solveMs, fallback: false });
  const violations = checkPlan(problem, plan);
  const broken = violations.filter(({ code }) => !code.startsWith('baseline_'));
  // A wrong yardstick is a defect too, but no reason to throw a sound plan away.
  if (broken.length === 0) return { plan, defects: violations.map(sentenceOf), warnings: [] };
  const shown = broken.slice(0, 5).map(sentenceOf).join('; ');
  return heuristicAnswer(problem, solveMs, `the plan of ${engine.name} broke a rule: ${shown}`);
}

const sentenceOf = ({ code, where, message }: Violation) => `${code} at ${where}: ${message}`;

/** The deterministic plan for when the engine gave none; its own broken rules are named too. */
export function heuristicAnswer(problem: Problem, solveMs: number, why: string): Answer {
  const normal = normalise(problem);
  const plan = planOf(normal, heuristicPowers(normal), {
    solver: 'heuristic',
    solveMs,
    fallback: true,
    levelsProved: false,
    bound: null,
    marginalPrice: null,
  });
  const broken = checkPlan(problem, plan).map(({ code, where }) => `the heuristic broke ${code} at ${where}`);
  const late = OUT_OF_TIME.test(why);
  return { plan, defects: [...(late ? [] : [why]), ...broken], warnings: late ? [why] : [] };
}

const OUT_OF_TIME = /timeLimit|out of time/;

function planOf(normal: NormalProblem, powers: PowerMatrix, origin: Origin): Plan {
  return assemblePlan({
    normal,
    powers,
    baselinePowers: uncontrolledPowers(normal),
    origin,
    explain: (cleaned) => reasonsOf(normal, cleaned),
  });
}
