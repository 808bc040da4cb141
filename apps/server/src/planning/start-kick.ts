import { type Profile, powerAt } from '../dispatch/index.ts';

/**
 * Charging always begins for a short time, whatever the plan says: the driver sees that it works, and a car that sleeps early has been woken
 * once (D1.5-Q3B-3, NL-209, X14). A car takes about 10 s to begin, then charges for about 30 s.
 */
export const START_KICK_MS = 40_000;

export interface Kickable {
  readonly profile: Profile;
  /** Least power at which the car charges, W. */
  readonly minPowerW: number;
  /** Its charging begins: at least this power until then. */
  readonly kick?: { readonly untilMs: number; readonly powerW: number };
}

/**
 * Profiles with their kicks inside the limit (X14): where too little room is left, those who charge with more than their least power give
 * some of it for that time; where they have too little to give, the car waits for its turn in the plan.
 *
 * @param budgetW what all of them together may draw now, W; null: no limit
 */
export function withStartKicks(sessions: readonly Kickable[], budgetW: number | null): readonly Profile[] {
  const powersW = sessions.map(({ profile }) => Math.max(0, powerAt(profile, profile.startMs) ?? 0));
  const kicks = sessions
    .map(({ kick, profile }, n) => ({ n, untilMs: kick?.untilMs ?? 0, profile, powerW: kick?.powerW ?? 0 }))
    .filter(({ n, untilMs, profile, powerW }) => untilMs > profile.startMs && powerW > powersW[n]!);
  const profiles = sessions.map(({ profile }) => profile);
  let roomW = (budgetW ?? Number.POSITIVE_INFINITY) - powersW.reduce((sum, w) => sum + w, 0);
  for (const { n, untilMs, powerW } of kicks) {
    const missingW = powerW - powersW[n]! - Math.max(0, roomW);
    const gives = missingW <= 0 ? [] : givers(sessions, powersW, n, missingW);
    if (gives === undefined) continue;
    roomW -= powerW - powersW[n]!;
    powersW[n] = powerW;
    profiles[n] = withStartKick(profiles[n]!, untilMs, powerW);
    for (const { giver, w } of gives) {
      powersW[giver]! -= w;
      roomW += w;
      profiles[giver] = within(profiles[giver]!, untilMs, (planned) => Math.min(planned, powersW[giver]!));
    }
  }
  return profiles;
}

/** Who gives how much, who has most to spare first; undefined: together they cannot. */
function givers(sessions: readonly Kickable[], powersW: readonly number[], taker: number, missingW: number) {
  const gives: { readonly giver: number; readonly w: number }[] = [];
  let leftW = missingW;
  const spares = sessions
    .map(({ minPowerW }, giver) => ({ giver, w: giver === taker ? 0 : powersW[giver]! - minPowerW }))
    .sort((a, b) => b.w - a.w);
  for (const { giver, w } of spares) {
    if (leftW <= 0 || w <= 0) break;
    gives.push({ giver, w: Math.min(w, leftW) });
    leftW -= w;
  }
  return leftW <= 0 ? gives : undefined;
}

/**
 * The profile with at least `powerW` until `untilMs`.
 *
 * @param powerW least power at which the car charges, W; 0 changes nothing
 */
export function withStartKick(profile: Profile, untilMs: number, powerW: number): Profile {
  return powerW <= 0 ? profile : within(profile, untilMs, (planned) => Math.max(planned, powerW));
}

/** The profile with other powers until an instant. */
function within(profile: Profile, untilMs: number, change: (plannedW: number) => number): Profile {
  const endMs = Math.min(untilMs, profile.endMs);
  if (endMs <= profile.startMs) return profile;
  const changed = profile.periods
    .filter(({ startMs }) => startMs < endMs)
    .map(({ startMs, powerW }) => ({ startMs, powerW: change(powerW) }));
  const atEnd = profile.periods.findLast(({ startMs }) => startMs <= endMs);
  const rest = profile.periods.filter(({ startMs }) => startMs > endMs);
  const after = endMs < profile.endMs && atEnd ? [{ startMs: endMs, powerW: atEnd.powerW }] : [];
  const periods = [...changed, ...after, ...rest];
  return { ...profile, periods: periods.filter((period, n) => period.powerW !== periods[n - 1]?.powerW) };
}
