import { limitAt, merged, type StepFunction } from './step-function.ts';

/** A stretch in which two functions disagree. */
export interface Difference {
  readonly fromMs: number;
  readonly toMs: number;
  readonly ours: number;
  readonly theirs: number;
}

/**
 * Where a station's own composite schedule drifts from ours, over the time they have in common: stretches in which the
 * values differ by more than the tolerance (0.1 A, or what 0.1 A is in W, is rounding).
 */
export function differences(ours: StepFunction, theirs: StepFunction, tolerance: number): Difference[] {
  const startMs = Math.max(ours.startMs, theirs.startMs);
  const endMs = Math.min(ours.endMs, theirs.endMs);
  if (endMs <= startMs) return [];
  const instants = [startMs];
  for (const { fromMs } of [...merged(ours).steps, ...merged(theirs).steps]) {
    if (fromMs > startMs && fromMs < endMs) instants.push(fromMs);
  }
  const sorted = [...new Set(instants)].sort((a, b) => a - b);
  return sorted.flatMap((fromMs, index) => {
    const [a, b] = [limitAt(ours, fromMs)!, limitAt(theirs, fromMs)!];
    // two that are not limited agree, although Infinity - Infinity is not a number
    if (a === b || Math.abs(a - b) <= tolerance) return [];
    return [{ fromMs, toMs: sorted[index + 1] ?? endMs, ours: a, theirs: b }];
  });
}
