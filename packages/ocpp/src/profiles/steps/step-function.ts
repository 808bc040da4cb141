import type { CompositeSchedule } from '../types.ts';

export interface Step {
  readonly fromMs: number;
  /** In the unit of the caller; Infinity = not limited. */
  readonly value: number;
}

/** A limit over `[startMs, endMs)`: each step holds until the next one, the first begins at startMs. */
export interface StepFunction {
  readonly startMs: number;
  readonly endMs: number;
  readonly steps: readonly Step[];
}

/** One value over the whole of `[startMs, endMs)`. */
export function constant(value: number, startMs: number, endMs: number): StepFunction {
  return { startMs, endMs, steps: endMs > startMs ? [{ fromMs: startMs, value }] : [] };
}

/** The values of equal slots one after the other, such as the 96 quarter hours of a plan. */
export function fromSlots(values: readonly number[], startMs: number, slotMs: number): StepFunction {
  return merged({
    startMs,
    endMs: startMs + values.length * slotMs,
    steps: values.map((value, slot) => ({ fromMs: startMs + slot * slotMs, value })),
  });
}

/** What a composite lets through: Infinity where nothing limits. Limits per phase count their sum (W) or highest (A). */
export function fromComposite(composite: CompositeSchedule): StepFunction {
  return merged({
    startMs: composite.startMs,
    endMs: composite.startMs + composite.durationS * 1000,
    steps: composite.periods.map((period) => {
      const lanes = [period.limit, period.limit_L2, period.limit_L3].filter((lane) => lane !== undefined);
      const together =
        composite.unit === 'W' ? lanes.reduce((sum, lane) => sum + lane, 0) : Math.max(...lanes);
      return {
        fromMs: composite.startMs + period.startPeriod * 1000,
        value: lanes.length === 0 ? Number.POSITIVE_INFINITY : together,
      };
    }),
  });
}

/** The value at an instant; undefined outside `[startMs, endMs)`. */
export function limitAt(of: StepFunction, instantMs: number): number | undefined {
  if (instantMs < of.startMs || instantMs >= of.endMs) return undefined;
  return of.steps[indexAt(of.steps, instantMs)]?.value;
}

/** The lowest of all, over the time they have in common. */
export function minimum(...of: readonly StepFunction[]): StepFunction {
  return joined(of, (values) => Math.min(...values));
}

/** The highest of all, over the time they have in common. */
export function maximum(...of: readonly StepFunction[]): StepFunction {
  return joined(of, (values) => Math.max(...values));
}

/** The sum of all, over the time they have in common; one that is not limited makes the sum not limited. */
export function sum(...of: readonly StepFunction[]): StepFunction {
  return joined(of, (values) => values.reduce((total, value) => total + value, 0));
}

/** The highest value anywhere in `[fromMs, toMs)`; undefined where the function says nothing. */
export function highestOver(of: StepFunction, fromMs: number, toMs: number): number | undefined {
  return extreme(of, fromMs, toMs, Math.max);
}

/** The lowest value anywhere in `[fromMs, toMs)`; undefined where the function says nothing. */
export function lowestOver(of: StepFunction, fromMs: number, toMs: number): number | undefined {
  return extreme(of, fromMs, toMs, Math.min);
}

/** Integral in value x hours: Wh when the values are W. */
export function integralPerHour(of: StepFunction): number {
  return of.steps.reduce((total, step, index) => {
    const endMs = of.steps[index + 1]?.fromMs ?? of.endMs;
    return total + (step.value * (endMs - step.fromMs)) / 3_600_000;
  }, 0);
}

/** Neighbours with one value become one step; steps without length are dropped. */
export function merged(of: StepFunction): StepFunction {
  const steps: Step[] = [];
  for (const [index, step] of of.steps.entries()) {
    const endMs = of.steps[index + 1]?.fromMs ?? of.endMs;
    if (endMs <= step.fromMs || steps.at(-1)?.value === step.value) continue;
    steps.push(step);
  }
  return { startMs: of.startMs, endMs: of.endMs, steps };
}

function joined(of: readonly StepFunction[], by: (values: readonly number[]) => number): StepFunction {
  const startMs = Math.max(...of.map((each) => each.startMs));
  const endMs = Math.min(...of.map((each) => each.endMs));
  if (of.length === 0 || endMs <= startMs) return { startMs, endMs: startMs, steps: [] };
  const instants = new Set([startMs]);
  for (const each of of) {
    for (const { fromMs } of each.steps) if (fromMs > startMs && fromMs < endMs) instants.add(fromMs);
  }
  const steps = [...instants]
    .sort((a, b) => a - b)
    .map((fromMs) => ({
      fromMs,
      value: by(of.map((each) => each.steps[indexAt(each.steps, fromMs)]!.value)),
    }));
  return merged({ startMs, endMs, steps });
}

function extreme(
  of: StepFunction,
  fromMs: number,
  toMs: number,
  by: (a: number, b: number) => number,
): number | undefined {
  let found: number | undefined;
  for (const [index, step] of of.steps.entries()) {
    const endMs = of.steps[index + 1]?.fromMs ?? of.endMs;
    if (step.fromMs < toMs && endMs > fromMs)
      found = found === undefined ? step.value : by(found, step.value);
  }
  return found;
}

function indexAt(steps: readonly Step[], instantMs: number): number {
  let [low, high] = [0, steps.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (steps[middle]!.fromMs <= instantMs) low = middle;
    else high = middle - 1;
  }
  return low;
}
