/**
 * What grid operators allow becomes an input of each supply point: the lowest of all of them, forecast while they keep their promise to be
 * heard of, fallback otherwise (security.md 8, F7). Nothing here ever opens a connection because a line is silent.
 */
import { capacityInForce, type Direction, lowestOfAll, type Partner, type StepInForce } from '@smac/grid';
import type { SeriesKind, SeriesSlot, Sites } from '../sites/index.ts';
import type { Clock } from '../time/clock.ts';
import type { GridGroup } from './grid.ts';
import type { GroupBook } from './group-book.ts';

export interface LimitsOptions {
  readonly book: GroupBook;
  readonly partner: (id: string) => Partner | undefined;
  readonly sites: Pick<Sites, 'putSeries' | 'context'>;
  readonly clock: Clock;
  /** Least time a fallback holds once it began. */
  readonly holdMs: number;
  readonly log: { warn(fields: Readonly<Record<string, unknown>>, message: string): void };
}

export interface Limits {
  /** Until when the fallback of a partner holds at least; undefined: it was never gone. */
  heldUntilMs(partnerId: string): number | undefined;
  trusted(group: GridGroup, direction: Direction): boolean;
  inForce(group: GridGroup, direction: Direction): readonly StepInForce[];
  /** Brings the inputs of the context up to what is in force now; nothing is written where nothing changed. */
  apply(contextId: string): Promise<void>;
  applyAll(): Promise<void>;
}

const DAY_MS = 24 * 3_600_000;
/** Further than any plan looks. */
const AHEAD_DAYS = 9;
const HOUR_MS = 3_600_000;

export function createLimits(options: LimitsOptions): Limits {
  const { book, sites, clock, log } = options;
  /** What was written last, per context and kind. */
  const written = new Map<string, readonly SeriesSlot[]>();
  const turns = new Map<string, Promise<void>>();

  function heldUntilMs(partnerId: string): number | undefined {
    const sinceMs = options.partner(partnerId)?.offlineSinceMs;
    return sinceMs === undefined ? undefined : sinceMs + options.holdMs;
  }

  function known(group: GridGroup, direction: Direction) {
    const found = book.signals(group).filter(({ envelope }) => envelope.direction === direction);
    return {
      forecast: found.find(({ envelope }) => envelope.kind === 'limit')?.envelope,
      fallback: found.find(({ envelope }) => envelope.kind === 'fallback')?.envelope,
    };
  }

  /** Heard of, back for long enough, and newer than the last absence: earlier forecasts stopped counting with it. */
  function trusted(group: GridGroup, direction: Direction): boolean {
    const partner = options.partner(group.partnerId);
    const { forecast } = known(group, direction);
    if (partner?.state !== 'online' || forecast === undefined) return false;
    const { offlineSinceMs, backSinceMs } = partner;
    if (offlineSinceMs === undefined) return true;
    return (
      forecast.receivedMs >= (backSinceMs ?? Infinity) && clock.now() >= (heldUntilMs(partner.id) ?? Infinity)
    );
  }

  function inForce(group: GridGroup, direction: Direction): readonly StepInForce[] {
    const nowMs = clock.now();
    const { forecast, fallback } = known(group, direction);
    const untilMs = (Math.floor(nowMs / DAY_MS) + AHEAD_DAYS) * DAY_MS;
    const said = {
      ...(forecast === undefined ? {} : { forecast }),
      ...(fallback === undefined ? {} : { fallback }),
      ...(group.fallbackW === undefined || direction === 'export'
        ? {}
        : { agreedFallbackW: group.fallbackW }),
    };
    return capacityInForce(said, trusted(group, direction), nowMs, untilMs);
  }

  async function write(contextId: string): Promise<void> {
    const groups = book.list().filter((group) => group.contextId === contextId);
    const [imports, exports] = (['import', 'export'] as const).map((direction) =>
      lowestOfAll(groups.map((group) => inForce(group, direction))),
    ) as [readonly StepInForce[], readonly StepInForce[]];
    const nowMs = clock.now();
    const kinds: [SeriesKind, readonly SeriesSlot[]][] = [
      ['grid_cap', slotsOf(imports, ({ powerW }) => powerW)],
      ['grid_phase_cap', slotsOf(imports, ({ phaseW }) => phaseW)],
      ['grid_export_cap', slotsOf(exports, ({ powerW }) => powerW)],
    ];
    const source = `grid: ${groups.map(({ partnerId }) => options.partner(partnerId)?.name ?? partnerId).join(', ')}`;
    for (const [kind, slots] of kinds) {
      const name = JSON.stringify([contextId, kind]);
      if (sameAhead(written.get(name) ?? [], slots, nowMs)) continue;
      const done = await sites.putSeries(contextId, kind, slots, { source });
      if (done.ok) written.set(name, slots);
      else log.warn({ contextId, detail: done.detail }, 'A limit of the grid operator could not be kept');
    }
  }

  /** One after the other: an older reading must not be written over a newer one. */
  function apply(contextId: string): Promise<void> {
    const turn = (turns.get(contextId) ?? Promise.resolve()).then(() => write(contextId));
    turns.set(
      contextId,
      turn.catch(() => undefined),
    );
    return turn;
  }

  return {
    heldUntilMs,
    trusted,
    inForce,
    apply,
    async applyAll() {
      for (const contextId of new Set(book.list().map((group) => group.contextId))) await apply(contextId);
    },
  };
}

/** Cut at full hours: whoever reads inputs from an hour on finds what holds then. */
function slotsOf(
  steps: readonly StepInForce[],
  limitOf: (step: StepInForce) => number | null,
): readonly SeriesSlot[] {
  return steps.flatMap((step) => {
    const value = limitOf(step);
    if (value === null) return [];
    const slots: SeriesSlot[] = [];
    for (let startMs = step.startMs; startMs < step.endMs; ) {
      const endMs = Math.min(step.endMs, (Math.floor(startMs / HOUR_MS) + 1) * HOUR_MS);
      slots.push({ startMs, durationMs: endMs - startMs, value });
      startMs = endMs;
    }
    return slots;
  });
}

/** Whether both say the same from now on, however they are cut. */
function sameAhead(a: readonly SeriesSlot[], b: readonly SeriesSlot[], nowMs: number): boolean {
  return JSON.stringify(ahead(a, nowMs)) === JSON.stringify(ahead(b, nowMs));
}

function ahead(slots: readonly SeriesSlot[], nowMs: number): readonly [fromMs: number, value: number][] {
  const steps: [number, number][] = [];
  let endMs = 0;
  for (const slot of slots) {
    endMs = slot.startMs + slot.durationMs;
    if (endMs > nowMs && steps.at(-1)?.[1] !== slot.value)
      steps.push([Math.max(slot.startMs, nowMs), slot.value]);
  }
  return slots.length === 0 ? [] : [...steps, [endMs, -1]];
}
