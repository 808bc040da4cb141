/**
 * A car follows a lower offer within seconds, a DC charger a higher one at once: what rises into the room that another one frees begins
 * when that has had time to fall (IEC 61851-1 Annex A: the offer changes every 5 s at most, a car follows within 5 s).
 */
import { budgetOnGrid } from './guard/budget.ts';
import type { Budget, Profile } from './port.ts';
import { sample } from './power.ts';

/** From a confirmed decrease to the power it allows, ms. */
export const FALL_MS = 8_000;

const NOISE_W = 0.5;

/** The same profiles; where at one instant some fall and others rise, and both do not fit side by side, the rises begin a little later. */
export function risesAfterFalls(profiles: readonly Profile[], budget: Budget, nowMs: number): Profile[] {
  const borders = bordersOf(profiles, nowMs);
  const limitW = budgetOnGrid(budget, borders);
  const afterW = profiles.map((profile) => sample(profile, borders, 0));
  const beforeW = profiles.map((profile) =>
    sample(
      profile,
      borders.map((ms) => ms - 1),
      0,
    ),
  );
  const late = new Set<number>();
  for (const [i, atMs] of borders.entries()) {
    let bothW = 0;
    for (let s = 0; s < profiles.length; s += 1) bothW += Math.max(0, beforeW[s]![i]!, afterW[s]![i]!);
    if (bothW > limitW[i]! + NOISE_W) late.add(atMs);
  }
  if (late.size === 0) return [...profiles];
  return profiles.map((profile) => delayed(profile, late, nowMs));
}

function bordersOf(profiles: readonly Profile[], nowMs: number): number[] {
  const all = new Set<number>();
  for (const { periods } of profiles)
    for (const { startMs } of periods) if (startMs > nowMs) all.add(startMs);
  return [...all].sort((a, b) => a - b);
}

/** Rises at these instants begin later; where the next period comes before, they stay. */
function delayed(profile: Profile, late: ReadonlySet<number>, nowMs: number): Profile {
  const { periods, endMs } = profile;
  return {
    ...profile,
    periods: periods.map((period, n) => {
      const nextMs = periods[n + 1]?.startMs ?? endMs;
      const isRise = n > 0 && period.startMs > nowMs && period.powerW > Math.max(0, periods[n - 1]!.powerW);
      const isLate = isRise && late.has(period.startMs) && period.startMs + FALL_MS < nextMs;
      return isLate ? { ...period, startMs: period.startMs + FALL_MS } : period;
    }),
  };
}
