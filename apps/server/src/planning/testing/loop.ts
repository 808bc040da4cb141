import { planNow } from '@smac/optimiser';
import type { VirtualClock } from '@smac/simulator';
import type { Assignment, HeldByOthers, Limits, Profile, SessionKey } from '../../dispatch/index.ts';
import type { Sites, Trigger } from '../../sites/index.ts';
import { bench, silentLog } from '../../sites/testing/fixtures.ts';
import type { Store } from '../../store/index.ts';
import { Activity } from '../../time/activity.ts';
import { createPlanning } from '../create-planning.ts';
import type { PlanRecord } from '../plan-record.ts';
import type { Planning } from '../planning.ts';
import type { PlanningPolicy } from '../policy.ts';
import type { PlanMaker } from '../surroundings.ts';

export interface LoopBench {
  readonly sites: Sites;
  readonly clock: VirtualClock;
  readonly triggers: Trigger[];
  readonly planning: Planning;
  /** What went to dispatch, in order. */
  readonly assignments: Assignment[];
  readonly ended: SessionKey[];
  /** Lower limits that dispatch was told of apart from plans: W at the first instant. */
  readonly limitsW: (number | null | undefined)[];
  /** The same with the limits of phases and stations. */
  readonly told: Limits[];
  readonly plans: PlanRecord[];
  readonly activity: Activity;
  /** Lets time pass until everything that was begun is done. */
  pass(ms: number): Promise<void>;
}

export interface LoopWish {
  readonly nowMs?: number;
  readonly planner?: PlanMaker;
  readonly policy?: Partial<PlanningPolicy>;
  readonly carriesDischarge?: boolean;
  readonly heldByOthers?: () => readonly HeldByOthers[];
  /** What the meters of own stations show at once; default: nobody tells. */
  readonly drawn?: (key: SessionKey) => { readonly powerW: number; readonly atMs: number } | undefined;
}

const nameOf = ({ peerId, sessionId }: SessionKey) => `${peerId}/${sessionId}`;
const SOLVER: PlanMaker = { plan: (problem, options) => planNow(problem, options) };

/** Sites and planning on one store and one clock; the assignments end in a list as if every station took its profile at once, dispatch has tests of its own. */
export async function loopBench(store: Store, wish: LoopWish = {}): Promise<LoopBench> {
  const { sites, clock, triggers } = bench(store, wish.nowMs);
  const activity = new Activity();
  const assignments: Assignment[] = [];
  const ended: SessionKey[] = [];
  const limitsW: (number | null | undefined)[] = [];
  const told: Limits[] = [];
  const holding = new Map<string, Profile>();
  const plans: PlanRecord[] = [];
  const planning = createPlanning({
    store,
    sites,
    planner: wish.planner ?? SOLVER,
    dispatcher: {
      execute: async (assignment) => {
        assignments.push(assignment);
        for (const { key, profile } of assignment.sessions) {
          holding.set(nameOf(key), profile);
        }
      },
      end: async (key) => {
        ended.push(key);
      },
      limit: (_contextId, limits) => {
        told.push(limits);
        limitsW.push(limits.budget[0]?.powerW);
      },
      sessions: () => [],
      heldByOthers: () => wish.heldByOthers?.() ?? [],
      held: (key) => holding.get(nameOf(key)),
      drawn: (key) => wish.drawn?.(key),
    },
    carriesDischarge: async () => wish.carriesDischarge ?? false,
    clock,
    log: silentLog,
    activity,
    policy: { solverSeconds: 5, ...wish.policy },
  });
  planning.onPlan((plan) => plans.push(plan));
  await planning.start();
  return {
    sites,
    clock,
    triggers,
    planning,
    assignments,
    ended,
    limitsW,
    told,
    plans,
    activity,
    pass: (ms) => clock.runUntil(clock.now() + ms, () => activity.idle()),
  };
}
