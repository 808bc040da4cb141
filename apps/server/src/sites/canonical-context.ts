import type { CanonicalContext, CanonicalSlot } from '@smac/ocpi';
import type { ContextState } from './context.ts';
import { INPUT_KINDS, type InputKind, type SeriesKind, type StoredSlot } from './series.ts';

/** Slots that lie behind are not told any more; the list moves on with the hours. */
const HOUR_MS = 3_600_000;
const QUARTER_MS = HOUR_MS / 4;
/** So far ahead, ms. */
export const TOLD_AHEAD_MS = 48 * HOUR_MS;

/** First moment of what is told at `nowMs`: within one hour the object stays the same, as OCPI wants of one `last_updated`. */
export function toldFromMs(nowMs: number): number {
  return Math.floor(nowMs / HOUR_MS) * HOUR_MS;
}

/**
 * A context as it is told to others, whoever made it: by OCPI, by hand, or as the supply point of an own location (D4.2-§5.2-static). A limit
 * per phase, a price of capacity and a fuse below which no flex order leads have no field there: the lower of contract and fuse is told,
 * and the fuse as the cap of every slot with a flex order.
 * @param series of `[toldFromMs, toldFromMs + TOLD_AHEAD_MS)`
 */
export function canonicalContextOf(
  context: ContextState,
  series: Readonly<Record<SeriesKind, readonly StoredSlot[]>>,
  nowMs: number,
  changedMs = 0,
): CanonicalContext {
  const { statics } = context;
  const { capW = Number.POSITIVE_INFINITY } = statics;
  const told = INPUT_KINDS.map((kind) => {
    const slots = effectiveSlots(series[kind], nowMs);
    return [kind, kind === 'cap' ? lowerOf(slots, quarterly(series.grid_cap, nowMs)) : slots] as const;
  }).filter(([, slots]) => slots.length > 0);
  const lists = Object.fromEntries(told) as Partial<Record<InputKind, readonly CanonicalSlot[]>>;
  if (Number.isFinite(capW)) {
    const slots = lists.cap ?? lists.flex;
    if (slots !== undefined) {
      lists.cap = slots.map((slot) => ({ ...slot, value: lists.cap ? Math.min(slot.value, capW) : capW }));
    }
  }
  const maxImportW = Math.min(statics.maxImportW ?? Number.POSITIVE_INFINITY, capW);
  const [countryCode = '', partyId = ''] = context.party.split('-');
  for (const kind of ['price', 'export_price'] as const) {
    if (lists[kind] !== undefined) lists[kind] = unbroken(lists[kind]);
  }
  const receivedMs = Object.values(series).flatMap((slots) => slots.map((slot) => slot.receivedMs));
  return {
    owner: { countryCode, partyId },
    id: context.objectId,
    lastUpdatedMs: Math.max(
      context.updatedMs,
      changedMs,
      told.length > 0 ? toldFromMs(nowMs) : 0,
      receivedMs.reduce((a, b) => Math.max(a, b), 0),
    ),
    ...(Number.isFinite(maxImportW) ? { maxImportW } : {}),
    ...(statics.maxExportW === undefined ? {} : { maxExportW: statics.maxExportW }),
    ...(statics.opportunityCostPerHour2 === undefined
      ? {}
      : { opportunityCostPerHour2: statics.opportunityCostPerHour2 }),
    currency: statics.currency,
    ...(statics.parentId === undefined ? {} : { parentId: statics.parentId }),
    ...(statics.gridConnectionId === undefined ? {} : { gridConnectionId: statics.gridConnectionId }),
    evses: statics.evses.map((evse) => ({
      ...evse,
      connectors: evse.connectors.map((connector) => ({ dischargeW: 0, ...connector })),
    })),
    series: lists,
    confirmed: false,
    notes: [],
  };
}

/** Where a value by hand holds it counts, elsewhere what was forecast (X17); neighbours with gaps between them stay apart. */
function effectiveSlots(slots: readonly StoredSlot[], nowMs: number): readonly CanonicalSlot[] {
  const valid = slots.filter(({ validUntilMs }) => validUntilMs === undefined || validUntilMs > nowMs);
  const overrides = valid.filter(({ layer }) => layer === 'override');
  if (overrides.length === 0) return valid.map(bare);
  const edges = [
    ...new Set(valid.flatMap(({ startMs, durationMs }) => [startMs, startMs + durationMs])),
  ].sort((a, b) => a - b);
  const at = (layer: readonly StoredSlot[], ms: number) =>
    layer.find(({ startMs, durationMs }) => startMs <= ms && ms < startMs + durationMs);
  return edges.flatMap((startMs, n) => {
    const endMs = edges[n + 1];
    const slot = at(overrides, startMs) ?? at(valid, startMs);
    return endMs === undefined || slot === undefined
      ? []
      : [{ startMs, durationMs: endMs - startMs, value: slot.value }];
  });
}

/** Limits of grid operators begin at any moment; in a list of equal slots the lowest of each quarter of an hour is told. */
function quarterly(slots: readonly StoredSlot[], nowMs: number): readonly CanonicalSlot[] {
  const lowest = new Map<number, number>();
  const untilMs = toldFromMs(nowMs) + TOLD_AHEAD_MS;
  for (const { startMs, durationMs, value } of slots) {
    const endMs = Math.min(startMs + durationMs, untilMs);
    for (let at = Math.floor(startMs / QUARTER_MS) * QUARTER_MS; at < endMs; at += QUARTER_MS)
      lowest.set(at, Math.min(value, lowest.get(at) ?? Number.POSITIVE_INFINITY));
  }
  return [...lowest]
    .sort(([a], [b]) => a - b)
    .map(([startMs, value]) => ({ startMs, durationMs: QUARTER_MS, value }));
}

/** Two limits as one: whoever hears it knows one limit per moment. */
function lowerOf(a: readonly CanonicalSlot[], b: readonly CanonicalSlot[]): readonly CanonicalSlot[] {
  if (a.length === 0 || b.length === 0) return a.length === 0 ? b : a;
  const both = [...a, ...b];
  const edges = [...new Set(both.flatMap(({ startMs, durationMs }) => [startMs, startMs + durationMs]))].sort(
    (x, y) => x - y,
  );
  return edges.slice(0, -1).flatMap((startMs, n) => {
    const values = both
      .filter((slot) => slot.startMs <= startMs && startMs < slot.startMs + slot.durationMs)
      .map(({ value }) => value);
    const durationMs = edges[n + 1]! - startMs;
    return values.length === 0 ? [] : [{ startMs, durationMs, value: Math.min(...values) }];
  });
}

/** A price list with a hole is refused by whoever hears it: what lies behind the first hole is told later. */
function unbroken(slots: readonly CanonicalSlot[]): readonly CanonicalSlot[] {
  const end = slots.findIndex((slot, n) => {
    const before = slots[n - 1];
    return before !== undefined && before.startMs + before.durationMs !== slot.startMs;
  });
  return end < 0 ? slots : slots.slice(0, end);
}

function bare({ startMs, durationMs, value }: StoredSlot): CanonicalSlot {
  return { startMs, durationMs, value };
}
