import { constant, maximum, merged, type Step, type StepFunction } from './step-function.ts';

/**
 * The highest power a station may hold at each instant of `[startMs, endMs)`, as long as nobody knows which of several
 * orders it obeys: the old profile and the new one that is not confirmed. Each order counts until its own end, then the
 * station is at its fallback (TxDefaultProfile within Max); before its own start it counts as the fallback too.
 *
 * @param orders what may be in force, in one unit; an order that never ends has endMs beyond the interval.
 */
export function highestHeld(
  orders: readonly StepFunction[],
  fallback: number,
  startMs: number,
  endMs: number,
): StepFunction {
  const rest = constant(fallback, startMs, endMs);
  if (orders.length === 0) return rest;
  return maximum(...orders.map((order) => extended(order, fallback, startMs, endMs)));
}

/** The function over exactly `[startMs, endMs)`, with the fallback where it says nothing. */
function extended(of: StepFunction, fallback: number, startMs: number, endMs: number): StepFunction {
  const steps: Step[] = [];
  if (of.startMs > startMs || of.steps.length === 0) steps.push({ fromMs: startMs, value: fallback });
  for (const [index, step] of of.steps.entries()) {
    const stepEndMs = Math.min(of.steps[index + 1]?.fromMs ?? of.endMs, of.endMs, endMs);
    const fromMs = Math.max(step.fromMs, startMs);
    if (fromMs < stepEndMs) steps.push({ fromMs, value: step.value });
  }
  if (of.endMs < endMs && of.steps.length > 0) {
    steps.push({ fromMs: Math.max(of.endMs, startMs), value: fallback });
  }
  return merged({ startMs, endMs, steps });
}
