import type { CompositeContext, SchedulePeriod } from '../types.ts';

/**
 * The setpoint a period asks for, in the unit of its schedule: stated, or for LocalFrequency (Q08, always W) the
 * baseline plus what the curves answer to the frequency and to the aFRR signal.
 */
export function setpointOf(period: SchedulePeriod, context: CompositeContext): number | undefined {
  if (period.operationMode === 'Idle') return undefined;
  if (period.operationMode !== 'LocalFrequency') return period.setpoint;
  const frequency = (period.v2xFreqWattCurve ?? []).map((point) => [point.frequency, point.power] as const);
  const signal = (period.v2xSignalWattCurve ?? []).map((point) => [point.signal, point.power] as const);
  return (
    (period.v2xBaseline ?? 0) + onCurve(frequency, context.frequencyHz) + onCurve(signal, context.afrrSignal)
  );
}

/** Linear between the points, flat outside; nothing known adds nothing. */
function onCurve(points: readonly (readonly [number, number])[], at: number | undefined): number {
  if (at === undefined || points.length === 0) return 0;
  const sorted = [...points].sort((a, b) => a[0] - b[0]);
  if (at <= sorted[0]![0]) return sorted[0]![1];
  for (let i = 1; i < sorted.length; i++) {
    const [x0, y0] = sorted[i - 1]!;
    const [x1, y1] = sorted[i]!;
    if (at <= x1) return x1 === x0 ? y1 : y0 + ((y1 - y0) * (at - x0)) / (x1 - x0);
  }
  return sorted.at(-1)![1];
}
