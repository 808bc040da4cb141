/** What a grid operator allows, in one shape whatever protocol it came by (W, UTC, magnitudes; direction says which way). */

export type Direction = 'import' | 'export';

/** Limits on `[startMs, endMs)`. */
export interface CapacityStep {
  readonly startMs: number;
  readonly endMs: number;
  /** All phases together, W; null: nothing is said about the sum. */
  readonly powerW: number | null;
  /** L1, L2, L3, W; null: nothing is said about that phase. Absent: about none. */
  readonly phaseW?: readonly [number | null, number | null, number | null];
}

/**
 * `limit`: hard, never traded. `fallback`: hard, holds when its source is not heard of any more. `optimum`: wished, a soft target that never
 * raises a limit.
 */
export type EnvelopeKind = 'limit' | 'fallback' | 'optimum';

export interface CapacityEnvelope {
  readonly kind: EnvelopeKind;
  readonly direction: Direction;
  /** Name of the group of connections at the source. */
  readonly groupId: string;
  /** Who said so. */
  readonly source: string;
  readonly receivedMs: number;
  /** Ascending, without overlaps; may have gaps, in which nothing is said. */
  readonly steps: readonly CapacityStep[];
}

/** What holds at `atMs`. */
export function stepAt(steps: readonly CapacityStep[], atMs: number): CapacityStep | undefined {
  return steps.find(({ startMs, endMs }) => startMs <= atMs && atMs < endMs);
}

/**
 * The most that may flow in a step, W, whatever phases it is on: the sum, and what three phases that carry the same may carry. null: nothing
 * binds it.
 */
export function totalW({ powerW, phaseW }: CapacityStep): number | null {
  const phases = knownOf(phaseW);
  const byPhase = phases.length === 0 ? [] : [phases.length < 3 ? Math.min(...phases) * 3 : sum(phases)];
  const all = [...(powerW === null ? [] : [powerW]), ...byPhase];
  return all.length === 0 ? null : Math.min(...all);
}

/** The lowest phase limit of a step, W; null: no phase is limited. */
export function phaseLimitW({ phaseW }: CapacityStep): number | null {
  const known = knownOf(phaseW);
  return known.length === 0 ? null : Math.min(...known);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function knownOf(phaseW: CapacityStep['phaseW']): readonly number[] {
  const all: readonly (number | null)[] = phaseW ?? [];
  return all.filter((w) => w !== null);
}
