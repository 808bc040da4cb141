/**
 * One problem answered in this thread: the engines that suit it one after the other until one's plan passes the checker; the heuristic
 * where none does. There is always a plan.
 */
import { uncontrolledPowers } from '../baseline/index.ts';
import { checkPlan, type Violation } from '../checker/index.ts';
import type { Plan, Problem } from '../contract/index.ts';
import {
  chooseEngines,
  classify,
  type Engine,
  type EngineChoice,
  type EngineOptions,
  isSolution,
  needsIntegers,
} from '../engine/index.ts';
import { reasonsOf } from '../explanation/index.ts';
import { type NormalProblem, normalise, type PowerMatrix } from '../grid/index.ts';
import { heuristicPowers } from '../heuristic/index.ts';
import { assemblePlan, type Origin } from './assemble.ts';
import { type LastPlan, startFrom } from './last-plan.ts';

export interface AnswerOptions {
  timeLimitS: number;
  engine: EngineChoice;
  /** The plan before this one, to start from. */
  last?: LastPlan;
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

/** Where nothing is integer an engine that has proved the levels before money proves money too; a gap as wide as this says that it is mistaken, and the next may do better. */
const WIDE_GAP = 1e-3;

/** @param now a monotonic clock in ms */
export async function answer(
  problem: Problem,
  options: AnswerOptions,
  available: readonly Engine[],
  now: () => number,
): Promise<Answer | Refused> {
  const startedMs = now();
  const normal = normalise(problem);
  const problemClass = classify(normal);
  const chosen = chooseEngines(available, options.engine, problemClass);
  if ('refusal' in chosen) return chosen;
  const defects: string[] = [];
  let failure = '';
  let kept: Plan | undefined;
  for (const engine of chosen) {
    const timeLimitS = options.timeLimitS - (now() - startedMs) / 1000;
    if (timeLimitS <= 0) {
      failure = `out of time before ${engine.name} could start`;
      break;
    }
    const start = options.last === undefined || engine.ignoresLast ? {} : startFrom(options.last, normal);
    const result = await solveWith(engine, normal, { ...start, timeLimitS });
    if ('exception' in result) {
      failure = '';
      defects.push(result.exception);
      continue;
    }
    if (!isSolution(result)) {
      failure = result.failure;
      continue;
    }
    const solveMs = now() - startedMs;
    const plan = planOf(normal, result.powers, { ...result, solver: engine.name, solveMs, fallback: false });
    const violations = checkPlan(problem, plan);
    const broken = violations.filter(({ code }) => !code.startsWith('baseline_'));
    // A wrong yardstick is a defect too, but no reason to throw a sound plan away.
    if (
      broken.length === 0 &&
      result.levelsProved &&
      !needsIntegers(problemClass) &&
      (plan.gap ?? 0) > WIDE_GAP &&
      engine !== chosen.at(-1)
    ) {
      defects.push(`the plan of ${engine.name} costs ${plan.cost.total}, but its bound is ${plan.bound}`);
      kept ??= plan;
      continue;
    }
    if (broken.length === 0) {
      return { plan, defects: [...defects, ...violations.map(sentenceOf)], warnings: [] };
    }
    failure = '';
    const shown = broken.slice(0, 5).map(sentenceOf).join('; ');
    defects.push(`the plan of ${engine.name} broke a rule: ${shown}`);
  }
  if (kept !== undefined) return { plan: kept, defects, warnings: [] };
  const answered = heuristicAnswer(problem, now() - startedMs, failure);
  return { ...answered, defects: [...defects, ...answered.defects] };
}

/** An engine that throws has a defect; the next one may still do better. */
async function solveWith(engine: Engine, normal: NormalProblem, options: EngineOptions) {
  try {
    return await engine.solve(normal, options);
  } catch (error) {
    return { exception: `${engine.name} threw: ${error instanceof Error ? error.message : error}` };
  }
}

const sentenceOf = ({ code, where, message }: Violation) => `${code} at ${where}: ${message}`;

/**
 * The deterministic plan for when no engine gave one; its own broken rules are named too.
 *
 * @param why what the last engine said; empty when its defect is reported already
 */
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
  return { plan, defects: [...(late || why === '' ? [] : [why]), ...broken], warnings: late ? [why] : [] };
}

const OUT_OF_TIME = /timeLimit|out of time/;

function planOf(normal: NormalProblem, powers: PowerMatrix, origin: Origin): Plan {
  return assemblePlan({
    normal,
    powers,
    baselinePowers: uncontrolledPowers(normal),
    origin,
    explain: (cleaned) => reasonsOf(normal, cleaned, origin.marginalPrice),
  });
}
