import type { LedgerEntry } from '../ledger/entry.ts';
import type { Budget, Profile } from '../port.ts';
import type { GuardedSession } from './decision.ts';

/** End of the newest profile the session may hold. */
export function heldUntilMs(entry: LedgerEntry): number {
  return entry.mayHold.at(-1)?.profile.endMs ?? Number.NEGATIVE_INFINITY;
}

/** End of the last profile that is held or wanted. */
export function horizon(sessions: readonly GuardedSession[], nowMs: number): number {
  let endMs = nowMs;
  for (const { desired, entry } of sessions) {
    for (const profile of [...entry.mayHold.map((held) => held.profile), ...(desired ? [desired] : [])]) {
      endMs = Math.max(endMs, profile.endMs);
    }
  }
  return endMs;
}

/** Every instant from now on at which a ceiling, a wish or the budget may change. */
export function grid(
  sessions: readonly GuardedSession[],
  budgets: readonly Budget[],
  nowMs: number,
  endMs: number,
): number[] {
  const all = new Set<number>([nowMs]);
  const add = (profile: Profile) => {
    all.add(profile.endMs);
    for (const period of profile.periods) all.add(period.startMs);
  };
  for (const { desired, entry, falling } of sessions) {
    if (falling) all.add(falling.untilMs);
    if (desired) add(desired);
    for (const held of entry.mayHold) add(held.profile);
    if (entry.observed) add(entry.observed);
  }
  for (const budget of budgets) for (const slot of budget) all.add(slot.startMs);
  return [...all].filter((ms) => ms >= nowMs && ms < endMs).sort((a, b) => a - b);
}
