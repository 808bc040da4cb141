import type { Profile } from '../port.ts';
import { sample } from '../power.ts';

/** When a new profile is not worth a message (design.md 2: do not re-send a profile that did not change materially). */
export interface DeadBand {
  /** Power differences up to this are not material. */
  readonly powerW: number;
  /** A profile is renewed when less than this is left of its validity. */
  readonly renewBeforeMs: number;
}

/** Is `next` worth sending to a station that holds `held`? Both are compared from now to the end of the shorter one. */
export function materiallyDifferent(held: Profile, next: Profile, nowMs: number, band: DeadBand): boolean {
  if (held.endMs - nowMs < band.renewBeforeMs && next.endMs > held.endMs) return true;
  const untilMs = Math.min(held.endMs, next.endMs);
  const gridMs = [
    nowMs,
    ...held.periods.map((period) => period.startMs),
    ...next.periods.map((period) => period.startMs),
  ]
    .filter((ms) => ms >= nowMs && ms < untilMs)
    .sort((a, b) => a - b);
  const before = sample(held, gridMs, () => Number.NaN);
  const after = sample(next, gridMs, () => Number.NaN);
  // From or to standstill is always material: the driver sees a car that charges or does not.
  return gridMs.some(
    (_, i) => Math.abs(before[i]! - after[i]!) > band.powerW || (before[i] === 0) !== (after[i] === 0),
  );
}
