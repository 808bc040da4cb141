import type { Plan, Problem } from '@smac/optimiser';
import { type Limits, underLimits } from '../dispatch/index.ts';
import type { ContextSnapshot } from '../sites/index.ts';
import { assignmentOf, limitsOf } from './assignment.ts';
import type { BuiltProblem } from './build-problem.ts';
import { certainShortfallWh } from './certain-shortfall.ts';
import { fairSharePlan } from './fair-share-plan.ts';
import { roomForNewcomers, saidAsRoom } from './newcomers.ts';
import type { PlanInputs } from './plan-inputs.ts';
import type { PlanOrder } from './plan-queue.ts';
import type { Degradation, PlanRecord } from './plan-record.ts';
import { insertPlan } from './plan-store.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * One turn of the loop: inputs, plan, record, assignment.
 * @param inputs what it is planned from. @param last plan of the same context before this one: most of it still holds, so the solver starts from it
 * @param fallen what the limits fell to since this plan began
 */
export async function makePlan(
  around: Surroundings,
  order: PlanOrder,
  { snapshot, built }: PlanInputs,
  last?: Plan,
  fallen: () => Limits | undefined = () => undefined,
): Promise<PlanRecord> {
  const { store, clock, dispatcher } = around;
  if (!snapshot.context.shadow) dispatcher.limit(order.contextId, limitsOf(built, snapshot));
  const { problem, reservedW, plan, degraded } = await solve(around, snapshot, built, last);
  const made: Omit<PlanRecord, 'number'> = {
    contextId: order.contextId,
    contextVersion: snapshot.context.version,
    causes: order.causes,
    createdMs: clock.now(),
    snapshotMs: snapshot.atMs,
    shadow: snapshot.context.shadow,
    problem,
    ...(reservedW === undefined ? {} : { reservedW }),
    plan,
    sessions: built.sessions,
    degraded: [...built.degraded, ...degraded],
  };
  const inserted = insertPlan(store, made);
  // While the database stores the plan; nothing of it leaves before it is stored.
  const assignment = assignmentOf(made, built, snapshot, around.policy.kickPeers);
  const record = await inserted;
  const lower = fallen();
  const under = (lower && underLimits(assignment, lower)) ?? assignment;
  await dispatcher.execute({ ...under, planId: String(record.number) });
  return record;
}

/** Shares of the room for newcomers, tried in this order. */
const ROOM_SCALES = [1, 0.5];
/** Keeping room may cost the cars that are here this share of what they still need, by the plan; most of it is made up for later. */
const ROOM_SHORTFALL = 0.002;

interface Solved {
  /** What was solved, as the record keeps it. */
  readonly problem: Problem;
  readonly reservedW?: readonly number[];
  readonly plan: Plan;
  readonly degraded: readonly Degradation[];
}

/** The optimiser's plan; when it fails altogether, a fair share under the same limits (F3). */
async function solve(
  around: Surroundings,
  snapshot: ContextSnapshot,
  built: BuiltProblem,
  last: Plan | undefined,
): Promise<Solved> {
  const { planner, policy, log } = around;
  const options = { timeLimitS: policy.solverSeconds, ...(last && { lastPlan: last }) };
  try {
    const unreserved = once(() => planner.plan(built.problem, options));
    const allowedWh = Math.max(
      1,
      ROOM_SHORTFALL * built.sessions.reduce((sum, one) => sum + one.remainingWh, 0),
    );
    for (const scale of ROOM_SCALES) {
      const room = roomForNewcomers(built, snapshot, policy, scale);
      if (room === undefined) break;
      const leftW = built.freeW.map((w, slot) =>
        w === null ? null : Math.max(0, w - room.reservedW[slot]!),
      );
      // What will be short for certain is too much, unless as much is short without any room.
      const certainWh = certainShortfallWh(built.problem, leftW);
      if (certainWh > allowedWh) {
        const without = await unreserved();
        if (hasOverrun(without)) break;
        if (certainWh > without.shortfall_wh + allowedWh) continue;
      }
      const plan = saidAsRoom(await planner.plan(room.problem, options), built.problem);
      const isFine =
        plan.shortfall_wh <= allowedWh || plan.shortfall_wh <= (await unreserved()).shortfall_wh + allowedWh;
      if (isFine) return { ...room, plan, degraded: [] };
      if (hasOverrun(plan)) break;
    }
    return { problem: built.problem, plan: await unreserved(), degraded: [] };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    log.error({ contextId: snapshot.context.id, detail }, 'planning failed: the limit is shared equally');
    return {
      problem: built.problem,
      plan: fairSharePlan(built.problem, 'fair-share', 0),
      degraded: [{ code: 'solver_failed', detail }],
    };
  }
}

/** The solver had no time for this problem: it has none for the same with a little more or less room. */
const hasOverrun = ({ solver }: Plan): boolean => solver === 'heuristic';

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
