import type { Budget, PartLimit } from '../port.ts';
import { budgetOnGrid } from './budget.ts';
import type { GuardedSession } from './decision.ts';

/** One limit on the guard's grid: the budget of all sessions, or that of a part which some of them load with a share of their power. */
export interface Limit {
  /** Absent: the limit of all sessions. */
  readonly part?: string;
  readonly budgetW: Float64Array;
  /** Share 0..1 of each session's power that counts here. */
  readonly shares: Float64Array;
  /** Who loads it at all. */
  readonly members: readonly number[];
  /** What the members may draw here at most; grows while a decision adds messages. */
  readonly sumW: Float64Array;
  /** What cars that fall may still draw above that. */
  readonly fallingW: Float64Array;
}

/** The parts first: what they do not let through, the limit of all need not fit. */
export function limitsOnGrid(
  sessions: readonly GuardedSession[],
  budget: Budget,
  parts: readonly PartLimit[],
  gridMs: readonly number[],
  ceilingW: readonly Float64Array[],
): Limit[] {
  const limit = (powers: Budget, share: (session: GuardedSession) => number, part?: string): Limit => {
    const shares = Float64Array.from(sessions, share);
    const members = sessions.map((_, s) => s).filter((s) => shares[s]! > 0);
    const sumW = new Float64Array(gridMs.length);
    const fallingW = new Float64Array(gridMs.length);
    for (const s of members) {
      const ceiling = ceilingW[s]!;
      for (let i = 0; i < sumW.length; i += 1) {
        sumW[i]! += ceiling[i]! * shares[s]!;
        fallingW[i]! += fallsW(sessions[s]!, gridMs[i]!, ceiling[i]!) * shares[s]!;
      }
    }
    const budgetW = budgetOnGrid(powers, gridMs);
    return { ...(part === undefined ? {} : { part }), budgetW, shares, members, sumW, fallingW };
  };
  return [
    ...parts.map(({ id, budget: powers }) =>
      limit(powers, ({ shares }) => (shares === undefined ? 1 : (shares[id] ?? 0)), id),
    ),
    limit(budget, () => 1),
  ];
}

/** What a session that was lowered just now may still draw above its ceiling, W. */
export function fallsW({ falling }: GuardedSession, atMs: number, ceilingW: number): number {
  return falling !== undefined && atMs < falling.untilMs ? Math.max(0, falling.powerW - ceilingW) : 0;
}
