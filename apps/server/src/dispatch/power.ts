import type { Profile } from './port.ts';

/** Longest validity of a profile (security.md, fail-safe design rules): 24 h. */
export const MAX_VALIDITY_MS = 24 * 3_600_000;

/** Power of the profile at `atMs` in W, or undefined outside its validity. */
export function powerAt(profile: Profile, atMs: number): number | undefined {
  if (atMs < profile.startMs || atMs >= profile.endMs) return undefined;
  let powerW: number | undefined;
  for (const period of profile.periods) {
    if (period.startMs > atMs) break;
    powerW = period.powerW;
  }
  return powerW;
}

/**
 * Samples the profile at every instant of an ascending grid; `outside(i)` says what counts where it does not hold.
 * One walk over both lists, because the guard does this for every session on every pass.
 */
export function sample(
  profile: Profile,
  gridMs: readonly number[],
  outside: (index: number) => number,
): Float64Array {
  const out = new Float64Array(gridMs.length);
  let next = 0;
  let powerW: number | undefined;
  for (let i = 0; i < gridMs.length; i += 1) {
    const atMs = gridMs[i]!;
    while (next < profile.periods.length && profile.periods[next]!.startMs <= atMs) {
      powerW = profile.periods[next]!.powerW;
      next += 1;
    }
    out[i] = powerW === undefined || atMs < profile.startMs || atMs >= profile.endMs ? outside(i) : powerW;
  }
  return out;
}

/** Periods with equal neighbours merged; the wire carries as few as possible. */
export function mergePeriods(
  periods: readonly { readonly startMs: number; readonly powerW: number }[],
): { startMs: number; powerW: number }[] {
  const merged: { startMs: number; powerW: number }[] = [];
  for (const period of periods) {
    if (merged.at(-1)?.powerW !== period.powerW) merged.push({ ...period });
  }
  return merged;
}
