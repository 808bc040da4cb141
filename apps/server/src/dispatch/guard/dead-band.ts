import type { Held } from '../ledger/entry.ts';
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
  if (needsRenewal(held, next.endMs, nowMs, band)) return true;
  const untilMs = Math.min(held.endMs, next.endMs);
  const gridMs = [
    nowMs,
    ...held.periods.map((period) => period.startMs),
    ...next.periods.map((period) => period.startMs),
  ]
    .filter((ms) => ms >= nowMs && ms < untilMs)
    .sort((a, b) => a - b);
  const before = sample(held, gridMs, Number.NaN);
  const after = sample(next, gridMs, Number.NaN);
  return gridMs.some((_, i) => powersDiffer(before[i]!, after[i]!, band));
}

/** Too little is left of what is held, and the next one reaches further. */
export function needsRenewal(held: Profile, nextEndMs: number, nowMs: number, band: DeadBand): boolean {
  return held.endMs - nowMs < band.renewBeforeMs && nextEndMs > held.endMs;
}

/** A profile that a station could not take whole is sent again this long before its details end, ms. */
const DETAIL_AHEAD_MS = 90 * 60_000;
/** No oftener than this, however few periods the station takes, ms. */
const REPEAT_MS = 10 * 60_000;

/** The station was given less than the profile says from an instant on that has come near (SC7: few periods). */
export function needsDetail({ profile, exactUntilMs }: Held, nowMs: number): boolean {
  if (exactUntilMs === undefined) return false;
  return nowMs >= Math.max(profile.startMs + REPEAT_MS, exactUntilMs - DETAIL_AHEAD_MS);
}

/** From or to standstill is always material: the driver sees a car that charges or does not. */
export function powersDiffer(beforeW: number, afterW: number, band: DeadBand): boolean {
  return Math.abs(beforeW - afterW) > band.powerW || (beforeW === 0) !== (afterW === 0);
}
