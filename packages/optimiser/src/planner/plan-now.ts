/** One problem planned in this thread, without a pool: for the command line and for tests. Loads no more than its engine needs. */
import type { Plan, Problem } from '../contract/index.ts';
import { type EngineChoice, engines } from '../engine/index.ts';
import { type Answer, answer } from '../plan/index.ts';

export interface PlanOptions {
  /** Wall-clock seconds for the solver; default 10. */
  timeLimitS?: number;
  /** Default `auto`. */
  engine?: EngineChoice;
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

export const DEFAULT_TIME_LIMIT_S = 10;

/** Answers in this thread, without a pool: for the command line and for tests. */
export async function planNow(
  problem: Problem,
  options: PlanOptions & { log?: PlannerLog } = {},
): Promise<Plan> {
  const { timeLimitS = DEFAULT_TIME_LIMIT_S, engine = 'auto', log } = options;
  const now = () => performance.now();
  const result = await answer(problem, { timeLimitS, engine }, engines(now), now);
  if ('refusal' in result) throw new EngineRefused(result.refusal);
  report(result, log);
  return result.plan;
}

/** Tells the operator what went wrong on the way to a plan. */
export function report({ defects, warnings }: Answer, log: PlannerLog | undefined): void {
  for (const sentence of warnings)
    log?.warn({ sentence }, 'the solver ran out of time, the heuristic planned');
  for (const sentence of defects) log?.error({ sentence }, 'defect: a plan was replaced');
}
