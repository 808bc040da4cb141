/**
 * From a list of `time_slot` and `value` to slots with a length (X37). All times are UTC, so a day of 92 or 100 quarter hours needs no
 * special case. The rules, in this order, so that the same list always gives the same slots:
 * 1. sorted by time; of two elements with the same time the later one in the list counts;
 * 2. length: `slot_duration`, else the most frequent spacing in whole minutes (the shorter on a tie), else the default. Prices and CO2 are not
 *    per slot, so their own spacing comes first: hourly prices beside quarter hours of demand are no holes.
 * 3. a slot that reaches into the next one ends where that starts; a hole of up to a minute is closed;
 *    Orders come sparsely: where `slot_duration` is absent and other lists are finer, an order that lifts the limit counts for the finer
 *    length, one that lowers it for its own, so that a doubt never overloads the supply;
 * 4. a longer hole: the last value is held (forecasts), stays a hole (flex orders: no order), or is refused (prices).
 */
import { type Outcome, refused } from '../../exchange/outcome.ts';
import { formatDateTime, parseDateTime } from '../../model/date-time.ts';
import type { ScSlotValue } from '../../model/index.ts';
import type { CanonicalSlot } from './canonical-context.ts';

const MINUTE_MS = 60_000;
const LONGEST_SLOT_MINUTES = 1440;

export type GapRule = 'hold' | 'leave' | 'refuse';

export interface SeriesRules {
  /** Name of the list, for messages. */
  readonly field: string;
  readonly gaps: GapRule;
  /** `slot_duration`. */
  readonly declaredMinutes?: number;
  /** The spacing of the list goes before `slot_duration`. */
  readonly ownSpacing?: boolean;
  /** Longest slot of a value above zero: the spacing of the other lists, for orders without a declared length. */
  readonly liftsAtMostMinutes?: number;
  /** For a list whose spacing says nothing. */
  readonly defaultMinutes: number;
}

export interface Series {
  readonly slots: readonly CanonicalSlot[];
  readonly slotMinutes: number;
  readonly notes: readonly string[];
}

/** Slots with the values as given; units are the caller's business. */
export function readSeries(list: readonly ScSlotValue[], rules: SeriesRules): Outcome<Series> {
  const notes: string[] = [];
  const points = sortedPoints(list, rules.field, notes);
  const spacing = spacingMinutes(points);
  const preferred = rules.ownSpacing
    ? (spacing ?? rules.declaredMinutes)
    : (rules.declaredMinutes ?? spacing);
  const slotMinutes = preferred ?? rules.defaultMinutes;
  if (slotMinutes > LONGEST_SLOT_MINUTES) {
    return refused(
      'invalidParameters',
      `${rules.field}: the time slots are ${slotMinutes} minutes apart; send slot_duration, at most one day.`,
    );
  }
  const slots: CanonicalSlot[] = [];
  for (const [index, point] of points.entries()) {
    const next = points[index + 1];
    const longestMinutes = point.value > 0 ? (rules.liftsAtMostMinutes ?? slotMinutes) : slotMinutes;
    const durationMs = Math.min(slotMinutes, longestMinutes) * MINUTE_MS;
    const spaceMs = next === undefined ? durationMs : next.startMs - point.startMs;
    const holeMs = spaceMs - durationMs;
    if (holeMs > MINUTE_MS && rules.gaps === 'refuse') {
      return refused(
        'invalidParameters',
        `${rules.field}: no value from ${formatDateTime(point.startMs + durationMs)} to ${formatDateTime(point.startMs + spaceMs)}; send every slot (a price is never invented).`,
      );
    }
    if (holeMs > MINUTE_MS && rules.gaps === 'hold') {
      notes.push(
        `${rules.field}: the value of ${formatDateTime(point.startMs)} is held for ${spaceMs / MINUTE_MS} min`,
      );
    }
    if (holeMs < -MINUTE_MS) {
      notes.push(
        `${rules.field}: the slot of ${formatDateTime(point.startMs)} is cut where the next one starts`,
      );
    }
    const left = holeMs > MINUTE_MS && rules.gaps === 'leave';
    slots.push({ startMs: point.startMs, durationMs: left ? durationMs : spaceMs, value: point.value });
  }
  return { ok: true, data: { slots, slotMinutes, notes } };
}

interface Point {
  readonly startMs: number;
  readonly value: number;
}

function sortedPoints(list: readonly ScSlotValue[], field: string, notes: string[]): Point[] {
  const byStart = new Map<number, number>();
  for (const { time_slot, value } of list) {
    const startMs = parseDateTime(time_slot);
    if (startMs === undefined)
      throw new Error(`${field}: ${time_slot} should have been refused by the codec`);
    const before = byStart.get(startMs);
    if (before !== undefined && before !== value) {
      notes.push(`${field}: ${time_slot} is given twice, the later value counts`);
    }
    byStart.set(startMs, value);
  }
  return [...byStart].map(([startMs, value]) => ({ startMs, value })).sort((a, b) => a.startMs - b.startMs);
}

/** Most frequent spacing, at least a minute; undefined for fewer than two points. */
function spacingMinutes(points: readonly Point[]): number | undefined {
  const counts = new Map<number, number>();
  for (const [index, point] of points.entries()) {
    const next = points[index + 1];
    if (next === undefined) continue;
    const minutes = Math.max(1, Math.round((next.startMs - point.startMs) / MINUTE_MS));
    counts.set(minutes, (counts.get(minutes) ?? 0) + 1);
  }
  const ranked = [...counts].sort(
    ([minutesA, countA], [minutesB, countB]) => countB - countA || minutesA - minutesB,
  );
  return ranked[0]?.[0];
}

/**
 * Values on a planning grid: slots that are not on it are split, and every grid slot gets the mean weighted by time over what covers it
 * (X37). `undefined` where nothing covers a grid slot.
 */
export function onGrid(
  slots: readonly CanonicalSlot[],
  startMs: number,
  slotMs: number,
  count: number,
): (number | undefined)[] {
  const sums = new Array<number>(count).fill(0);
  const covered = new Array<number>(count).fill(0);
  for (const slot of slots) {
    const endMs = slot.startMs + slot.durationMs;
    const first = Math.max(0, Math.floor((slot.startMs - startMs) / slotMs));
    const last = Math.min(count - 1, Math.ceil((endMs - startMs) / slotMs) - 1);
    for (let index = first; index <= last; index += 1) {
      const fromMs = Math.max(slot.startMs, startMs + index * slotMs);
      const toMs = Math.min(endMs, startMs + (index + 1) * slotMs);
      sums[index] = (sums[index] ?? 0) + slot.value * (toMs - fromMs);
      covered[index] = (covered[index] ?? 0) + toMs - fromMs;
    }
  }
  return sums.map((sum, index) => ((covered[index] ?? 0) > 0 ? sum / (covered[index] ?? 1) : undefined));
}
