import type { Profile } from '../dispatch/index.ts';

/**
 * Charging always begins for a short time, whatever the plan says: the driver sees that it works, and a car that sleeps early has been woken
 * once (D1.5-Q3B-3, NL-209, X14). A car takes about 10 s to begin, then charges for about 30 s.
 */
export const START_KICK_MS = 40_000;

/**
 * The profile with at least `powerW` until `untilMs`. It is an order like any other: the guard still cuts it where the site has no room.
 *
 * @param powerW least power at which the car charges, W; 0 changes nothing
 */
export function withStartKick(profile: Profile, untilMs: number, powerW: number): Profile {
  const endMs = Math.min(untilMs, profile.endMs);
  if (powerW <= 0 || endMs <= profile.startMs) return profile;
  const kicked = profile.periods
    .filter(({ startMs }) => startMs < endMs)
    .map(({ startMs, powerW: plannedW }) => ({ startMs, powerW: Math.max(plannedW, powerW) }));
  const atEnd = profile.periods.findLast(({ startMs }) => startMs <= endMs);
  const rest = profile.periods.filter(({ startMs }) => startMs > endMs);
  const after = endMs < profile.endMs && atEnd ? [{ startMs: endMs, powerW: atEnd.powerW }] : [];
  const periods = [...kicked, ...after, ...rest];
  return { ...profile, periods: periods.filter((period, n) => period.powerW !== periods[n - 1]?.powerW) };
}
