import type { SeriesSlot, StoredSlot } from '../sites/index.ts';
import { type SlotGrid, slotStart } from './slot-grid.ts';

/**
 * A series on a slot grid: the average by duration of what the series says within each slot; undefined where it says nothing. Slots of
 * any length and alignment are taken (X37); where two overlap, the later start counts from there on. `shiftMs` reads the series as
 * it was that much earlier.
 * @param series ascending by start
 */
export function resample(
  series: readonly SeriesSlot[],
  grid: Pick<SlotGrid, 'startMs' | 'slotMs' | 'slots' | 'nowMs'>,
  shiftMs = 0,
): (number | undefined)[] {
  const out: (number | undefined)[] = [];
  let first = 0;
  for (let slot = 0; slot < grid.slots; slot += 1) {
    const fromMs = slotStart(grid, slot) - shiftMs;
    const toMs = fromMs + grid.slotMs;
    while (first < series.length && endOf(series, first) <= fromMs) first += 1;
    let weighted = 0;
    let coveredMs = 0;
    for (let i = first; i < series.length && series[i]!.startMs < toMs; i += 1) {
      const overlapMs = Math.min(endOf(series, i), toMs) - Math.max(series[i]!.startMs, fromMs);
      if (overlapMs <= 0) continue;
      weighted += series[i]!.value * overlapMs;
      coveredMs += overlapMs;
    }
    out.push(coveredMs > 0 ? weighted / coveredMs : undefined);
  }
  return out;
}

function endOf(series: readonly SeriesSlot[], index: number): number {
  const { startMs, durationMs } = series[index]!;
  const nextMs = series[index + 1]?.startMs ?? Infinity;
  return Math.min(startMs + durationMs, Math.max(nextMs, startMs));
}

/**
 * A limit on a slot grid: the lowest that holds anywhere in what is left of each slot, because a limit that is averaged is broken for a
 * part of the slot. A manual override stands before what was pushed (X17). `elsewhere` counts where a slot is covered in part only;
 * a slot that is not covered at all is undefined.
 * @param series ascending by start
 */
export function lowest(
  series: readonly StoredSlot[],
  grid: Pick<SlotGrid, 'startMs' | 'slotMs' | 'slots' | 'nowMs'>,
  elsewhere: number,
): (number | undefined)[] {
  const base = series.filter((slot) => slot.layer === 'base');
  const overrides = series.filter((slot) => slot.layer === 'override');
  return Array.from({ length: series.length === 0 ? 0 : grid.slots }, (_, slot) => {
    const toMs = slotStart(grid, slot) + grid.slotMs;
    const fromMs = Math.min(Math.max(slotStart(grid, slot), grid.nowMs), toMs - 1);
    const changes = series
      .flatMap(({ startMs, durationMs }) => [startMs, startMs + durationMs])
      .filter((ms) => ms > fromMs && ms < toMs);
    const values = [fromMs, ...changes].map((atMs) => valueAt(overrides, atMs) ?? valueAt(base, atMs));
    const known = values.some((value) => value !== undefined);
    return known ? Math.min(...values.map((value) => value ?? elsewhere)) : undefined;
  });
}

function valueAt(series: readonly SeriesSlot[], atMs: number): number | undefined {
  const slot = series.findLast(({ startMs }) => startMs <= atMs);
  return slot !== undefined && atMs < slot.startMs + slot.durationMs ? slot.value : undefined;
}
