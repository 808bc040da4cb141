import { sql } from 'kysely';
import type { Trx } from './room.ts';
import { SERIES_KINDS, type SeriesKind, type SeriesSlot, type StoredSlot } from './series.ts';
import type { TriggerCause } from './trigger.ts';

/** Most slots of one series; a year of hours. */
export const MAX_SERIES_SLOTS = 8784;

export interface SeriesWrite {
  readonly contextId: string;
  readonly kind: SeriesKind;
  readonly slots: readonly SeriesSlot[];
  readonly source: string;
  readonly nowMs: number;
  /** Given = a manual override that ends by itself (X17). */
  readonly validUntilMs?: number;
}

/**
 * Replaces what is ahead of now as a whole and keeps what lies behind (X41). Where the list names a slot twice the later entry
 * counts. Slots that are already over are taken in too where nothing is known for them. Resolves to whether anything changed.
 */
export async function writeSeries(trx: Trx, write: SeriesWrite): Promise<boolean> {
  const layer = write.validUntilMs === undefined ? 'base' : 'override';
  const unique = new Map<number, SeriesSlot>();
  for (const slot of write.slots) unique.set(slot.startMs, slot);
  const slots = [...unique.values()].sort((a, b) => a.startMs - b.startMs);
  const dropped = await trx
    .deleteFrom('series_slot')
    .where('context_id', '=', write.contextId)
    .where('kind', '=', write.kind)
    .where('layer', '=', layer)
    .where(sql<boolean>`start_ms + duration_ms > ${write.nowMs}`)
    .executeTakeFirst();
  if (slots.length === 0 && dropped.numDeletedRows === 0n) return false;
  await trx
    .insertInto('series_receipt')
    .values({
      context_id: write.contextId,
      kind: write.kind,
      layer,
      received_ms: write.nowMs,
      source: write.source,
      slots: JSON.stringify(slots.map((slot) => [slot.startMs, slot.durationMs, slot.value])),
    })
    .execute();
  if (slots.length === 0) return true;
  // One statement whatever the length: the values travel as three arrays in one JSON text.
  await sql`
    insert into series_slot
      (context_id, kind, layer, start_ms, duration_ms, value, source, received_ms, valid_until_ms)
    select ${write.contextId}, ${write.kind}, ${layer}, (slot->>0)::bigint, (slot->>1)::bigint,
      (slot->>2)::double precision, ${write.source}, ${write.nowMs}::bigint, ${write.validUntilMs ?? null}::bigint
    from jsonb_array_elements(${JSON.stringify(slots.map((s) => [s.startMs, s.durationMs, s.value]))}::jsonb) as slot
    on conflict (context_id, kind, layer, start_ms) do nothing`.execute(trx);
  return true;
}

export type SeriesByKind = Record<SeriesKind, StoredSlot[]>;

export function noSeries(): SeriesByKind {
  return Object.fromEntries(SERIES_KINDS.map((kind) => [kind, [] as StoredSlot[]])) as SeriesByKind;
}

/** Stored slots that touch `[fromMs, toMs)`, per context and kind, ascending by start. One query. */
export async function readSeries(
  db: Pick<Trx, 'selectFrom'>,
  contextIds: readonly string[],
  fromMs: number,
  toMs: number,
): Promise<Map<string, SeriesByKind>> {
  const found = new Map(contextIds.map((id) => [id, noSeries()]));
  if (contextIds.length === 0) return found;
  const rows = await db
    .selectFrom('series_slot')
    .selectAll()
    .where('context_id', 'in', [...contextIds])
    .where('start_ms', '>=', fromMs)
    .where('start_ms', '<', toMs)
    .orderBy('start_ms')
    .execute();
  for (const row of rows) {
    found.get(row.context_id)?.[row.kind as SeriesKind]?.push({
      startMs: row.start_ms,
      durationMs: row.duration_ms,
      value: row.value,
      layer: row.layer,
      source: row.source,
      receivedMs: row.received_ms,
      ...(row.valid_until_ms === null ? {} : { validUntilMs: row.valid_until_ms }),
    });
  }
  return found;
}

/** The series of a context within a stretch of time. */
export interface SeriesOf {
  readonly contextId: string;
  readonly fromMs: number;
  readonly toMs: number;
}

export const seriesName = ({ contextId, fromMs, toMs }: SeriesOf): string => `${fromMs} ${toMs} ${contextId}`;

/** Stretches that begin and end within the same hour are read together, ms. */
const SAME_STRETCH_MS = 3_600_000;

/** The series of several contexts, each within its own stretch, by `seriesName`. One query per stretch of about the same time. */
export async function readSeriesOf(
  db: Pick<Trx, 'selectFrom'>,
  wanted: readonly SeriesOf[],
): Promise<ReadonlyMap<string, SeriesByKind>> {
  const stretches = Map.groupBy(wanted, ({ fromMs, toMs }) =>
    [fromMs, toMs].map((ms) => Math.floor(ms / SAME_STRETCH_MS)).join(' '),
  );
  const found = new Map<string, SeriesByKind>();
  for (const together of stretches.values()) {
    const ids = [...new Set(together.map(({ contextId }) => contextId))];
    const fromMs = Math.min(...together.map((each) => each.fromMs));
    const toMs = Math.max(...together.map((each) => each.toMs));
    const series = await readSeries(db, ids, fromMs, toMs);
    for (const each of together)
      found.set(seriesName(each), within(series.get(each.contextId) ?? noSeries(), each.fromMs, each.toMs));
  }
  return found;
}

/** The slots that begin within `[fromMs, toMs)`. */
export function within(series: SeriesByKind, fromMs: number, toMs: number): SeriesByKind {
  const near = Object.entries(series).map(([kind, slots]) => [
    kind,
    slots.filter(({ startMs }) => startMs >= fromMs && startMs < toMs),
  ]);
  return Object.fromEntries(near) as SeriesByKind;
}

const CAUSES: Readonly<Record<SeriesKind, TriggerCause>> = {
  demand: 'forecast',
  generation: 'forecast',
  price: 'price',
  export_price: 'price',
  co2: 'price',
  flex: 'flex',
  cap: 'cap',
  grid_cap: 'cap',
  grid_export_cap: 'cap',
  grid_phase_cap: 'cap',
};

export function seriesCause(kind: SeriesKind): TriggerCause {
  return CAUSES[kind];
}
