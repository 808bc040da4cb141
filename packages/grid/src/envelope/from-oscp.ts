/** The one place where OSCP's units become W: rounded down, because a limit that is rounded up is broken. */
import type { ForecastedBlock, ForecastType, GroupCapacityForecast } from '../oscp/message.ts';
import type { CapacityEnvelope, CapacityStep, Direction, EnvelopeKind } from './envelope.ts';

const MEANINGS: Readonly<Record<ForecastType, readonly [EnvelopeKind, Direction]>> = {
  CONSUMPTION: ['limit', 'import'],
  GENERATION: ['limit', 'export'],
  FALLBACK_CONSUMPTION: ['fallback', 'import'],
  FALLBACK_GENERATION: ['fallback', 'export'],
  OPTIMUM: ['optimum', 'import'],
};

export const NOMINAL_VOLTAGE_V = 230;
const HOUR_MS = 3_600_000;
/** A year of quarter hours. */
const MOST_BLOCKS = 35_136;

export type ReadForecast =
  | { readonly ok: true; readonly envelope: CapacityEnvelope }
  /** Names the field and the fix. */
  | { readonly ok: false; readonly detail: string };

/**
 * A forecast of capacity as an envelope. A: per phase at `voltageV`; ALL means each of three. WH, KWH: over the length of their block. Amperes
 * on an UNKNOWN phase are read as one phase, the least they can mean. Capacity of generation counts without its sign: both are sent.
 */
export function envelopeOf(
  forecast: GroupCapacityForecast,
  about: { readonly source: string; readonly receivedMs: number; readonly voltageV?: number },
): ReadForecast {
  const [kind, direction] = MEANINGS[forecast.type];
  const blocks = forecast.forecasted_blocks;
  if (blocks.length > MOST_BLOCKS)
    return { ok: false, detail: `forecasted_blocks must have at most ${MOST_BLOCKS} entries.` };
  const spans: Span[] = [];
  for (const [index, block] of blocks.entries()) {
    const span = spanOf(block, direction, about.voltageV ?? NOMINAL_VOLTAGE_V);
    if (typeof span === 'string') return { ok: false, detail: `forecasted_blocks[${index}].${span}` };
    spans.push(span);
  }
  const { source, receivedMs } = about;
  return {
    ok: true,
    envelope: { kind, direction, groupId: forecast.group_id, source, receivedMs, steps: stepsOf(spans) },
  };
}

interface Span {
  readonly startMs: number;
  readonly endMs: number;
  /** 0: the sum; 1 to 3: that phase. */
  readonly phase: 0 | 1 | 2 | 3;
  readonly powerW: number;
}

const PHASES: Readonly<Record<ForecastedBlock['phase'], Span['phase']>> = {
  ALL: 0,
  UNKNOWN: 0,
  ONE: 1,
  TWO: 2,
  THREE: 3,
};

function spanOf(block: ForecastedBlock, direction: Direction, voltageV: number): Span | string {
  const [startMs, endMs] = [Date.parse(block.start_time), Date.parse(block.end_time)];
  if (!(endMs > startMs)) return `end_time: must be later than start_time, got ${block.end_time}.`;
  if (!Number.isFinite(block.capacity) || Math.abs(block.capacity) > 1e12)
    return `capacity: must be a number that a grid connection can have, got ${block.capacity}.`;
  if (block.capacity < 0 && direction === 'import')
    return `capacity: must not be negative, got ${block.capacity}; what may be generated is of type GENERATION.`;
  const capacity = Math.abs(block.capacity);
  const perPhase = block.phase === 'ALL' ? 3 : 1;
  const watts: Readonly<Record<ForecastedBlock['unit'], number>> = {
    W: capacity,
    KW: capacity * 1000,
    WH: (capacity * HOUR_MS) / (endMs - startMs),
    KWH: (capacity * 1000 * HOUR_MS) / (endMs - startMs),
    A: capacity * voltageV * perPhase,
  };
  // 4.2 kW are 4200 W, not the 4199 that binary fractions make of it.
  const powerW = Math.floor(watts[block.unit] + 1e-6);
  return { startMs, endMs, phase: PHASES[block.phase], powerW };
}

/** Blocks in time order without overlaps: where several speak of the same phase, the lowest counts. */
function stepsOf(spans: readonly Span[]): CapacityStep[] {
  const instants = [...new Set(spans.flatMap(({ startMs, endMs }) => [startMs, endMs]))].sort(
    (a, b) => a - b,
  );
  const sorted = [...spans].sort((a, b) => a.startMs - b.startMs);
  const steps: CapacityStep[] = [];
  let live: Span[] = [];
  let next = 0;
  for (const [at, startMs] of instants.entries()) {
    const endMs = instants[at + 1];
    if (endMs === undefined) break;
    while (next < sorted.length && sorted[next]!.startMs <= startMs) live.push(sorted[next++]!);
    live = live.filter((span) => span.endMs > startMs);
    if (live.length === 0) continue;
    const [powerW, one, two, three] = ([0, 1, 2, 3] as const).map((phase) => {
      const values = live.filter((span) => span.phase === phase).map((span) => span.powerW);
      return values.length === 0 ? null : Math.min(...values);
    }) as [number | null, number | null, number | null, number | null];
    const phaseW = [one, two, three] as const;
    steps.push({ startMs, endMs, powerW, ...(phaseW.every((w) => w === null) ? {} : { phaseW }) });
  }
  return steps;
}
