/**
 * A limit that fell is held whether a plan for it comes or not: the plan is given a moment, because one message to each station is better
 * than two; then the guard lowers what stations may draw, max-min fair, while the solver still looks for the best plan under it
 * (security.md 8 F8: decreases first).
 */
import type { DispatchRoom } from './dispatch-room.ts';
import type { Assignment } from './port.ts';

type Budget = Assignment['budget'];

/** Less is rounding of forecasts, W. */
const FELT_W = 50;

/**
 * A plan that takes longer is not waited for, ms. A site of 500 has its plan in a third of this, also in a shortage; what takes longer is a
 * class for which a second message costs less than the wait.
 */
const PLAN_MS = 600;

/** Takes the budget as it is known now; only what is lower than the plan's counts, until the next plan. Nothing rises above it from now on. */
export function limit(room: DispatchRoom, contextId: string, budget: Budget): void {
  const context = room.contexts.get(contextId);
  if (context === undefined || room.closed || context.assignment.shadow) return;
  const lowered = lowerOf(context.assignment.budget, budget);
  if (lowered === undefined) return;
  context.assignment = { ...context.assignment, budget: lowered };
  context.cancelHold ??= room.clock.after(PLAN_MS, () => {
    delete context.cancelHold;
    room.passSoon(contextId);
  });
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
