/**
 * Plans in warm worker threads, so that the event loop stays free for sockets. A thread that does not answer
 * in time is ended and replaced; the caller then gets the heuristic's plan. There is always a plan.
 */
import type { Plan, Problem } from '../contract/index.ts';
import { heuristicAnswer } from '../plan/index.ts';
import { answerOptions, EngineRefused, type PlannerLog, type PlanOptions, report } from './plan-now.ts';
import { SolverThreads } from './solver-threads.ts';
import type { Task } from './worker.ts';

export interface Planner {
  /**
   * @param problem accepted by `parseProblem`
   * @throws EngineRefused when a named engine cannot solve this class of problem
   */
  plan(problem: Problem, options?: PlanOptions): Promise<Plan>;
  /** Resolves when every thread has loaded its engines and solved with them once. */
  ready(): Promise<void>;
  close(): Promise<void>;
}

export interface PlannerSettings {
  /** Worker threads; default 1. Contexts are independent, so threads plan different contexts. */
  threads?: number;
  log?: PlannerLog;
  /** Seconds a thread may take beyond the solver's limit before it is ended; default 2. */
  graceS?: number;
}

const DEFAULT_GRACE_S = 2;

export function createPlanner(settings: PlannerSettings = {}): Planner {
  const { threads = 1, log, graceS = DEFAULT_GRACE_S } = settings;
  const pool = new SolverThreads(threads);

  async function plan(problem: Problem, options: PlanOptions = {}): Promise<Plan> {
    const task: Task = { problem, options: answerOptions(problem, options) };
    const result = await pool.run(task, (task.options.timeLimitS + graceS) * 1000);
    if ('refusal' in result) throw new EngineRefused(result.refusal);
    const answered = 'lost' in result ? heuristicAnswer(problem, result.afterMs, result.lost) : result;
    report(answered, log);
    return answered.plan;
  }

  return { plan, ready: () => pool.ready(), close: () => pool.close() };
}
