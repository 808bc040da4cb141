/** Is a new plan the one that a station holds, but for what holds now? Then one value is all that has to travel (K28). */
import { type Profile, powerAt } from '../dispatch/index.ts';

export interface PresentChange {
  readonly powerW: number;
  /** Up to here the new value holds; then what was held before. */
  readonly untilMs: number;
  /** The dynamic profile that is there already reaches so far: its value is all that changes. */
  readonly isUpdate: boolean;
}

/** As dispatch has it: smaller differences are not worth a message, W. */
const SAME_W = 150;
/** Less than this above what was planned is rounding, W. */
const NOISE_W = 1;
/** What is held is renewed as a whole when less than this is left of it, ms. */
const LEAST_LEFT_MS = 12 * 3_600_000;

/**
 * @param held what the station does, the present value included
 * @param presentUntilMs end of the dynamic profile that gives the present value, where there is one
 * @returns undefined: more than the present value changed, or nothing
 */
export function presentChange(
  held: Profile,
  next: Profile,
  nowMs: number,
  presentUntilMs = nowMs,
): PresentChange | undefined {
  const powerW = powerAt(next, nowMs);
  const heldW = powerAt(held, nowMs);
  if (powerW === undefined || heldW === undefined || Math.abs(powerW - heldW) <= NOISE_W) return undefined;
  if (held.endMs - nowMs < LEAST_LEFT_MS || next.endMs < held.endMs) return undefined;
  const step = next.periods.find((period) => period.startMs > nowMs && period.powerW !== powerW);
  const stepMs = Math.min(step?.startMs ?? held.endMs, held.endMs);
  // What lies under the dynamic profile until its end is not known here: a new one must reach at least as far.
  if (stepMs < presentUntilMs) return undefined;
  if (presentUntilMs > nowMs && isSame(held, next, presentUntilMs)) {
    return { powerW, untilMs: presentUntilMs, isUpdate: true };
  }
  return isSame(held, next, stepMs) ? { powerW, untilMs: stepMs, isUpdate: false } : undefined;
}

/** From an instant on `held` does what `next` wants: no more, and not much less. */
function isSame(held: Profile, next: Profile, fromMs: number): boolean {
  const instants = [fromMs, ...[...held.periods, ...next.periods].map(({ startMs }) => startMs)];
  return instants
    .filter((atMs) => atMs >= fromMs && atMs < held.endMs)
    .every((atMs) => {
      const before = powerAt(held, atMs) ?? Number.NaN;
      const after = powerAt(next, atMs) ?? Number.NaN;
      return before <= after + NOISE_W && after - before <= SAME_W && (before === 0) === (after === 0);
    });
}

/** What the station does once the change is made. */
export function withPresent(held: Profile, { powerW, untilMs }: PresentChange, nowMs: number): Profile {
  const startMs = Math.floor(nowMs / 1000) * 1000;
  const afterW = powerAt(held, untilMs);
  return {
    startMs,
    endMs: held.endMs,
    periods: [
      { startMs, powerW },
      ...(afterW === undefined ? [] : [{ startMs: untilMs, powerW: afterW }]),
      ...held.periods.filter((period) => period.startMs > untilMs),
    ],
  };
}
