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
 * Samples the profile at every instant of an ascending grid; `outsideW` counts where it does not hold. One walk over both lists, because
 * the guard does this for every session on every pass.
 */
export function sample(
  { startMs, endMs, periods }: Profile,
  gridMs: readonly number[],
  outsideW: number | Float64Array,
): Float64Array {
  const out = new Float64Array(gridMs.length);
  if (typeof outsideW === 'number') out.fill(outsideW);
  else out.set(outsideW);
  let i = 0;
  while (i < gridMs.length && gridMs[i]! < startMs) i += 1;
  for (let next = 0; next < periods.length && i < gridMs.length; next += 1) {
    const { startMs: fromMs, powerW } = periods[next]!;
    const untilMs = Math.min(periods[next + 1]?.startMs ?? endMs, endMs);
    while (i < gridMs.length && gridMs[i]! < fromMs) i += 1;
    for (; i < gridMs.length && gridMs[i]! < untilMs; i += 1) out[i] = powerW;
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
