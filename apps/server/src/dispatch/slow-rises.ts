/** Plans of large supply points rise slowly: the ramp of security.md 7.2, and the spread after outages and lifted limits (F14). */
import type { ContextInDispatch, DispatchRoom } from './dispatch-room.ts';
import type { DispatchPolicy } from './dispatcher.ts';
import { ceilings } from './ledger/entry.ts';
import type { LiveSession } from './live-session.ts';
import type { Assignment, Budget } from './port.ts';
import { riseStepMs, type StaggerPolicy, staggered } from './stagger.ts';
import { fraction } from './surroundings.ts';

/**
 * Where no ramp is set, this one holds for supply points whose cars together can draw more than 1 MW, and may: 1 MW in 60 s. Below a limit
 * of 1 MW nothing returns that is more, and a car at a fast charger that waits its turn for minutes leaves without its energy.
 */
const LARGE_W = 1_000_000;
const LARGE_S = 60;

/** A budget that grew by more than this was lifted: part of it and W. */
const LIFTED_SHARE = 0.1;
const LIFTED_W = 1_000;

/** Delays the rises of a new plan where its supply point is large or a ramp is set; falls and who is alone stay as they are. */
export function slowRises(
  room: DispatchRoom,
  context: ContextInDispatch,
  before: Assignment | undefined,
  sessions: readonly LiveSession[],
): void {
  const policy = staggerOf(room.policy, context.assignment);
  if (policy === undefined) return;
  const nowMs = Math.floor(room.clock.now() / 1000) * 1000;
  const isLifted = before !== undefined && lifted(before.budget, context.assignment.budget, nowMs);
  const planned = sessions.filter((session) => session.planned !== undefined);
  const { profiles, freeMs } = staggered(
    planned.map((session) => {
      const held = session.entry.mayHold.at(-1)?.profile;
      return {
        desired: session.planned!,
        nowW: ceilings(room.entryOf(session), [nowMs])[0]!,
        ...(held === undefined ? {} : { held }),
        isRestored: isLifted || nowMs - (session.restoredMs ?? -Infinity) < policy.restoreSpreadMs,
      };
    }),
    nowMs,
    policy,
    context.rampFreeMs ?? nowMs,
    () => fraction(room.random),
  );
  context.rampFreeMs = freeMs;
  for (const [n, session] of planned.entries()) session.planned = profiles[n]!;
}

function staggerOf(policy: DispatchPolicy, { sessions, budget }: Assignment): StaggerPolicy | undefined {
  const { rampWPerS, restoreSpreadMs, stepSpreadMs } = policy;
  if (rampWPerS > 0) return { rampWPerS, restoreSpreadMs, stepSpreadMs };
  const sumW = sessions.reduce((sum, { maxPowerW }) => sum + maxPowerW, 0);
  const mayW = Math.max(0, ...budget.map(({ powerW }) => powerW ?? Number.POSITIVE_INFINITY));
  if (Math.min(sumW, mayW) <= LARGE_W) return undefined;
  // What begins at one instant stands for the whole step before it: in no minute more than 1 MW.
  const largeRampWPerS = LARGE_W / (LARGE_S + riseStepMs(sessions.length) / 1000);
  return { rampWPerS: largeRampWPerS, restoreSpreadMs, stepSpreadMs };
}

function lifted(before: Budget, after: Budget, nowMs: number): boolean {
  const [was, is] = [before, after].map(
    (budget) => (budget.find(({ endMs }) => nowMs < endMs) ?? budget.at(-1))?.powerW ?? Infinity,
  ) as [number, number];
  return is > was * (1 + LIFTED_SHARE) + LIFTED_W;
}
