/** Which of everything a source said holds when: never nothing, where it ever set a limit (security: a lost link never opens a connection). */
import { type CapacityEnvelope, type CapacityStep, phaseLimitW, stepAt, totalW } from './envelope.ts';

/**
 * `forecast`: the limit as forecast. `fallback`: the forecast for that case. `agreed`: the fallback that was agreed for the group by hand. `lowest`:
 * nothing covers the time, the lowest that the source ever said of it counts.
 */
export type Origin = 'forecast' | 'fallback' | 'agreed' | 'lowest';

export interface StepInForce {
  readonly startMs: number;
  readonly endMs: number;
  /** W, all phases together. */
  readonly powerW: number;
  /** The lowest phase, W; null: no phase is limited. */
  readonly phaseW: number | null;
  readonly from: Origin;
}

export interface Known {
  /** The newest limit. */
  readonly forecast?: CapacityEnvelope;
  /** The newest fallback. */
  readonly fallback?: CapacityEnvelope;
  /** Agreed with the source when the group was set up, W. */
  readonly agreedFallbackW?: number;
}

/**
 * What holds on `[fromMs, untilMs)`: the forecast as long as its source is trusted and it reaches, else the fallback. Empty when the source
 * never limited the direction.
 * @param isTrusted the source keeps its promise to be heard of, and the forecast is newer than its last absence
 */
export function capacityInForce(
  { forecast, fallback, agreedFallbackW }: Known,
  isTrusted: boolean,
  fromMs: number,
  untilMs: number,
): readonly StepInForce[] {
  if (forecast === undefined && fallback === undefined) return [];
  const usable = isTrusted ? (forecast?.steps ?? []) : [];
  const spare = fallback?.steps ?? [];
  const lowest = lowestOf(spare.length > 0 ? spare : (forecast?.steps ?? []));
  const instants = [...usable, ...spare]
    .flatMap(({ startMs, endMs }) => [startMs, endMs])
    .filter((ms) => ms > fromMs && ms < untilMs);
  const bounds = [...new Set([fromMs, ...instants])].sort((a, b) => a - b);
  const steps: StepInForce[] = [];
  for (const [at, startMs] of bounds.entries()) {
    const endMs = bounds[at + 1] ?? untilMs;
    const step = limitIn(usable, startMs, 'forecast') ??
      limitIn(spare, startMs, 'fallback') ??
      (agreedFallbackW === undefined
        ? undefined
        : { powerW: agreedFallbackW, phaseW: null, from: 'agreed' as const }) ?? {
        ...lowest,
        from: 'lowest' as const,
      };
    const last = steps.at(-1);
    if (last?.powerW === step.powerW && last.phaseW === step.phaseW && last.from === step.from)
      steps[steps.length - 1] = { ...last, endMs };
    else steps.push({ startMs, endMs, ...step });
  }
  return steps;
}

function limitIn(
  steps: readonly CapacityStep[],
  atMs: number,
  from: Origin,
): Omit<StepInForce, 'startMs' | 'endMs'> | undefined {
  const step = stepAt(steps, atMs);
  const powerW = step && totalW(step);
  return step === undefined || powerW == null ? undefined : { powerW, phaseW: phaseLimitW(step), from };
}

function lowestOf(steps: readonly CapacityStep[]): {
  readonly powerW: number;
  readonly phaseW: number | null;
} {
  const totals = steps.map(totalW).filter((w) => w !== null);
  const phases = steps.map(phaseLimitW).filter((w) => w !== null);
  return {
    powerW: totals.length === 0 ? 0 : Math.min(...totals),
    phaseW: phases.length === 0 ? null : Math.min(...phases),
  };
}

/** The lowest of several sources at every moment (min over sources); where only one speaks, it counts. */
export function lowestOfAll(sources: readonly (readonly StepInForce[])[]): readonly StepInForce[] {
  const bounds = [
    ...new Set(sources.flatMap((steps) => steps.flatMap(({ startMs, endMs }) => [startMs, endMs]))),
  ].sort((a, b) => a - b);
  return bounds.slice(0, -1).flatMap((startMs, at) => {
    const holding = sources.flatMap((steps) =>
      steps.filter((step) => step.startMs <= startMs && startMs < step.endMs),
    );
    const [first] = holding.sort((a, b) => a.powerW - b.powerW);
    if (first === undefined) return [];
    const phases = holding.map(({ phaseW }) => phaseW).filter((w) => w !== null);
    const phaseW = phases.length === 0 ? null : Math.min(...phases);
    return [{ ...first, startMs, endMs: bounds[at + 1]!, phaseW }];
  });
}
