import { checkPlausibility, type Outcome, readSeries, refused } from '@smac/ocpi';
import type { ContextState } from './context.ts';
import type { InputKind, SeriesSlot } from './series.ts';

/** A value as it is given by hand or from a file; the length may be left to the spacing of the list. */
export interface GivenSlot {
  readonly startMs: number;
  readonly durationMs?: number;
  readonly value: number;
}

/** What an SCOptimisation object does with holes in the same list (X37). */
const GAPS = {
  demand: 'hold',
  generation: 'hold',
  price: 'refuse',
  export_price: 'refuse',
  flex: 'leave',
  co2: 'hold',
  cap: 'hold',
} as const satisfies Record<InputKind, string>;
const QUARTER_MINUTES = 15;
const MINUTE_MS = 60_000;

/**
 * Values by hand or from a file under the rules of a PATCH of the SCOptimisation object (UC-002): the same order, lengths and holes, and the
 * same gate for values that only make sense in another unit (X2). Values of an override may have holes: what was pushed holds there.
 * @returns slots that do not overlap, ascending
 */
export function takenSlots(
  { statics }: Pick<ContextState, 'statics'>,
  kind: InputKind,
  given: readonly GivenSlot[],
  isOverride: boolean,
): Outcome<readonly SeriesSlot[]> {
  const slots = given.every(({ durationMs }) => durationMs !== undefined)
    ? withLengths(kind, given as readonly SeriesSlot[], isOverride)
    : bySpacing(kind, given);
  if (!slots.ok) return slots;
  const gate = checkPlausibility(
    {
      owner: { countryCode: 'XX', partyId: 'XXX' },
      id: 'by hand',
      lastUpdatedMs: 0,
      ...(statics.maxImportW === undefined ? {} : { maxImportW: statics.maxImportW }),
      currency: statics.currency,
      evses: [],
      series: { [kind]: slots.data },
      confirmed: isOverride,
      notes: [],
    },
    () => undefined,
    'si',
  );
  if (gate.ok) return slots;
  const [found = gate.detail] = gate.detail.split(' With the unit profile');
  return refused('invalidParameters', found === gate.detail ? found : `${found} Powers are in W here.`);
}

function bySpacing(kind: InputKind, given: readonly GivenSlot[]): Outcome<readonly SeriesSlot[]> {
  const list = given.map(({ startMs, value }) => ({ time_slot: new Date(startMs).toISOString(), value }));
  const read = readSeries(list, { field: kind, gaps: GAPS[kind], defaultMinutes: QUARTER_MINUTES });
  return read.ok ? { ok: true, data: read.data.slots } : read;
}

function withLengths(
  kind: InputKind,
  given: readonly SeriesSlot[],
  isOverride: boolean,
): Outcome<readonly SeriesSlot[]> {
  const unique = new Map(given.map((slot) => [slot.startMs, slot]));
  const sorted = [...unique.values()].sort((a, b) => a.startMs - b.startMs);
  const slots: SeriesSlot[] = [];
  for (const [index, slot] of sorted.entries()) {
    const next = sorted[index + 1];
    const holeMs = next === undefined ? 0 : next.startMs - slot.startMs - slot.durationMs;
    if (holeMs > MINUTE_MS && !isOverride && GAPS[kind] === 'refuse')
      return refused(
        'invalidParameters',
        `${kind}: no value from ${iso(slot.startMs + slot.durationMs)} to ${iso(next?.startMs ?? 0)}; send every slot (a price is never invented).`,
      );
    // Two that overlap: the later one counts from its start on, as in a pushed list.
    slots.push(holeMs < 0 ? { ...slot, durationMs: slot.durationMs + holeMs } : slot);
  }
  return { ok: true, data: slots };
}

const iso = (ms: number) => new Date(ms).toISOString();
