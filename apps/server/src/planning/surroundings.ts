import type { Plan, Problem } from '@smac/optimiser';
import type { Dispatcher, Log, SessionKey } from '../dispatch/index.ts';
import type { Sites } from '../sites/index.ts';
import type { Store } from '../store/index.ts';
import type { Activity } from '../time/activity.ts';
import type { Clock } from '../time/clock.ts';
import type { PlanningPolicy } from './policy.ts';
import type { StayReader } from './stay-store.ts';

/** Whoever turns a problem into a plan; `createPlanner` of the optimiser fits. */
export interface PlanMaker {
  plan(problem: Problem, options?: { timeLimitS?: number; lastPlan?: Plan }): Promise<Plan>;
}

/** What the room needs of dispatch. */
export type PlanDispatcher = Pick<
  Dispatcher,
  'execute' | 'end' | 'limit' | 'sessions' | 'held' | 'heldByOthers' | 'drawn'
>;

export interface PlanningOptions {
  readonly store: Store;
  readonly sites: Sites;
  readonly planner: PlanMaker;
  readonly dispatcher: PlanDispatcher;
  /** Whether the way to the session's station carries negative power (X56). */
  readonly carriesDischarge: (key: SessionKey) => Promise<boolean>;
  readonly clock: Clock;
  readonly log: Log;
  readonly activity: Activity;
  /** Differences to `DEFAULT_PLANNING_POLICY`. */
  readonly policy?: Partial<PlanningPolicy>;
}

/** The same with every number set, and what sites have learned of stays. */
export interface Surroundings extends Omit<PlanningOptions, 'policy'> {
  readonly policy: PlanningPolicy;
  readonly stays: StayReader;
}
