/**
 * A limit that fell is held whether a plan for it comes or not: the plan is given a moment, because one message to each station is better
 * than two; then the guard lowers what stations may draw, max-min fair, while the solver still looks for the best plan under it
 * (security.md 8 F8: decreases first).
 */
import type { DispatchRoom } from './dispatch-room.ts';
import type { Assignment, Budget, Limits, PartLimit } from './port.ts';
import { nameOf } from './records.ts';

/** Less is rounding of forecasts, W. */
const FELT_W = 50;

/**
 * A plan that takes longer is not waited for, ms. A site of 500 has its plan in a third of this, also in a shortage; what takes longer is a
 * class for which a second message costs less than the wait.
 */
const PLAN_MS = 600;

/** Takes the limits as they are known now; only what is lower than the plan's counts, until the next plan. Nothing rises above it from now on. */
export function limit(room: DispatchRoom, contextId: string, limits: Limits): void {
  const context = room.contexts.get(contextId);
  if (context === undefined || room.closed || context.assignment.shadow) return;
  const under = underLimits(context.assignment, limits);
  if (under === undefined) return;
  // Also who came after the plan: the part it loads may be one that has a limit since just now.
  if (under.parts !== context.assignment.parts) {
    for (const { key, shares } of limits.shares ?? []) {
      const session = room.find(key);
      if (session !== undefined) session.shares = shares;
    }
  }
  context.assignment = under;
  context.cancelHold ??= room.clock.after(PLAN_MS, () => {
    delete context.cancelHold;
    room.passSoon(contextId);
  });
}

/** The plan below the lower of its own limits and these; undefined where none of these is lower. */
export function underLimits<A extends Pick<Assignment, 'budget' | 'parts' | 'sessions'>>(
  plan: A,
  limits: Limits,
): A | undefined {
  const budget = lowerOf(plan.budget, limits.budget);
  const known = new Map(limits.shares?.map(({ key, shares }) => [nameOf(key), shares]));
  const sessions = plan.sessions.map((session) => {
    const shares = known.get(nameOf(session.key)) ?? session.shares;
    return shares === undefined ? session : { ...session, shares };
  });
  const parts = lowerParts(plan.parts ?? [], limits.parts ?? [], (id) =>
    sessions.some(({ shares }) => shares === undefined || (shares[id] ?? 0) > 0),
  );
  if (budget === undefined && parts === undefined) return undefined;
  return {
    ...plan,
    budget: budget ?? plan.budget,
    ...(parts === undefined ? {} : { parts, sessions }),
  };
}

/**
 * The same for each part. A part that the plan knows no limit of is lower where the plan has somebody on it; where it has nobody, only a
 * newcomer loads it, and the next plan places that.
 */
function lowerParts(
  held: readonly PartLimit[],
  now: readonly PartLimit[],
  isLoaded: (id: string) => boolean,
): PartLimit[] | undefined {
  const limitNow = new Map(now.map((part) => [part.id, part.budget]));
  let isLower = false;
  const lowered = held.map((part) => {
    const budget = lowerOf(part.budget, limitNow.get(part.id) ?? []);
    limitNow.delete(part.id);
    isLower ||= budget !== undefined;
    return budget === undefined ? part : { ...part, budget };
  });
  const added = now.filter(({ id }) => limitNow.has(id) && isLoaded(id));
  return isLower || added.length > 0 ? [...lowered, ...added] : undefined;
}

/** The lower of both at every instant of the first; undefined where that is the first itself. */
export function lowerOf(held: Budget, now: Budget): Budget | undefined {
  let isLower = false;
  const lowered = held.map((stretch) => {
    let { powerW, baseW } = stretch;
    for (const other of now) {
      if (other.powerW === null || other.startMs >= stretch.endMs || other.endMs <= stretch.startMs) continue;
      if (powerW === null || other.powerW < powerW - FELT_W) {
        powerW = other.powerW;
        baseW = other.baseW;
        isLower = true;
      }
    }
    const { startMs, endMs } = stretch;
    return { startMs, endMs, powerW, ...(baseW === undefined ? {} : { baseW }) };
  });
  return isLower ? lowered : undefined;
}
