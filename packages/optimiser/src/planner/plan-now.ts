/** One problem planned in this thread, without a pool: for the command line and for tests. Loads no more than its engine needs. */
import type { Plan, Problem } from '../contract/index.ts';
import { type EngineChoice, engines } from '../engine/index.ts';
import { type Answer, type AnswerOptions, answer, readLastPlan } from '../plan/index.ts';

export interface PlanOptions {
  /** Wall-clock seconds for the solver; default 10. */
  timeLimitS?: number;
  /** Default `auto`. */
  engine?: EngineChoice;
  /**
   * The plan before this one, of the same site: after one car came or left, or a price or limit changed, much of it still holds. It saves
   * time and never changes the cost; one that is of no use (another time or currency) is left aside.
   */
  lastPlan?: Plan;
}

/** The part of a logger the planner needs (pino fits). */
export interface PlannerLog {
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** A named engine cannot solve this class of problem; the message says why. */
export class EngineRefused extends Error {
  override name = 'EngineRefused';
}

const DEFAULT_TIME_LIMIT_S = 10;

/** Answers in this thread, without a pool: for the command line and for tests. */
export async function planNow(
  problem: Problem,
  options: PlanOptions & { log?: PlannerLog } = {},
): Promise<Plan> {
  const now = () => performance.now();
  const result = await answer(problem, answerOptions(problem, options), engines(now), now);
  if ('refusal' in result) throw new EngineRefused(result.refusal);
  report(result, options.log);
  return result.plan;
}

/** With defaults filled in, and of the last plan what helps. */
export function answerOptions(problem: Problem, options: PlanOptions): AnswerOptions {
  const { timeLimitS = DEFAULT_TIME_LIMIT_S, engine = 'auto', lastPlan } = options;
  const last = lastPlan === undefined ? undefined : readLastPlan(lastPlan, problem);
  return { timeLimitS, engine, ...(last === undefined || 'useless' in last ? {} : { last }) };
}

/** Tells the operator what went wrong on the way to a plan. */
export function report({ defects, warnings }: Answer, log: PlannerLog | undefined): void {
  for (const sentence of warnings)
    log?.warn({ sentence }, 'the solver ran out of time, the heuristic planned');
  for (const sentence of defects) log?.error({ sentence }, 'defect: a plan was replaced');
}
