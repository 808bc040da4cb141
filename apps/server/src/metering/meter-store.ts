import type { Selectable, Transaction } from 'kysely';
import type { Database, Store } from '../store/index.ts';
import { dropMeterPartitions, ensureMeterPartitions, monthOf } from '../store/meter-partitions.ts';
import { putRows } from '../store/put-rows.ts';
import type { MeterValueTable } from '../store/tables/transactions.ts';
import type { MeterReading } from './reading.ts';

/** One reading and whose it is. `evseId` 0 is the station's main meter. */
export interface MeterEntry {
  readonly stationId: string;
  readonly evseId: number;
  readonly transactionId?: string;
  readonly receivedMs: number;
  readonly reading: MeterReading;
}

/** A stored reading; absent fields were not measured. */
export interface StoredReading {
  readonly stationId: string;
  readonly evseId: number;
  readonly transactionId?: string;
  readonly atMs: number;
  readonly context: string;
  readonly importWh?: number;
  readonly exportWh?: number;
  readonly importPowerW?: number;
  readonly exportPowerW?: number;
  readonly offeredW?: number;
  readonly soc?: number;
  readonly currentA?: readonly (number | null)[];
  readonly voltageV?: readonly (number | null)[];
  readonly signed: readonly unknown[];
  readonly flags: readonly string[];
}

export interface ReadingQuery {
  readonly fromMs: number;
  readonly toMs: number;
  readonly stationId?: string;
  readonly transactionId?: string;
  /** Default 10,000. */
  readonly limit?: number;
}

/** Meter values of own stations. */
export interface MeterStore {
  /** Makes room for the months of these readings. Call it before the transaction that inserts them: a partition outlives a rollback. */
  prepare(entries: readonly MeterEntry[]): Promise<void>;
  /** Stores prepared readings inside the caller's transaction. The same reading twice (a replay after a lost answer) is stored once. */
  insert(trx: Transaction<Database>, entries: readonly MeterEntry[]): Promise<void>;
  /** Ascending in time. */
  readings(query: ReadingQuery): Promise<readonly StoredReading[]>;
  /** Whole months that ended before `beforeMs` go. @returns names of the partitions dropped */
  removeBefore(beforeMs: number): Promise<readonly string[]>;
}

/** A fleet that returns brings very many readings in one group. */
const MOST_ROWS = 2_000;

const putReadings = putRows('meter_value', {
  key: ['station_id', 'evse_id', 'at_ms', 'context'],
  ifThere: 'stays',
});

export function createMeterStore(store: Store): MeterStore {
  const known = new Set<string>();
  return {
    async prepare(entries) {
      const unknown = entries
        .map(({ reading }) => reading.atMs)
        .filter((atMs) => !known.has(monthOf(atMs).name));
      if (unknown.length === 0) return;
      await ensureMeterPartitions(store.db, unknown);
      for (const atMs of unknown) known.add(monthOf(atMs).name);
    },
    async insert(trx, entries) {
      for (let from = 0; from < entries.length; from += MOST_ROWS) {
        await putReadings(trx, entries.slice(from, from + MOST_ROWS).map(rowOf));
      }
    },
    async readings({ fromMs, toMs, stationId, transactionId, limit = 10_000 }) {
      let query = store.db
        .selectFrom('meter_value')
        .selectAll()
        .where('at_ms', '>=', fromMs)
        .where('at_ms', '<', toMs);
      if (stationId !== undefined) query = query.where('station_id', '=', stationId);
      if (transactionId !== undefined) query = query.where('transaction_id', '=', transactionId);
      const rows = await query.orderBy('at_ms').limit(limit).execute();
      return rows.map((row) => ({
        stationId: row.station_id,
        evseId: row.evse_id,
        atMs: row.at_ms,
        context: row.context,
        ...present('transactionId', row.transaction_id),
        ...present('importWh', row.import_wh),
        ...present('exportWh', row.export_wh),
        ...present('importPowerW', row.import_power_w),
        ...present('exportPowerW', row.export_power_w),
        ...present('offeredW', row.offered_w),
        ...present('soc', row.soc),
        ...(row.phases ?? {}),
        signed: (row.signed as readonly unknown[] | null) ?? [],
        flags: row.flags ?? [],
      }));
    },
    async removeBefore(beforeMs) {
      known.clear();
      return store.transaction((trx) => dropMeterPartitions(trx, beforeMs));
    },
  };
}

const present = <K extends string, V>(name: K, value: V | null) =>
  (value === null ? {} : { [name]: value }) as { [N in K]?: V };

function rowOf({
  stationId,
  evseId,
  transactionId,
  receivedMs,
  reading,
}: MeterEntry): Selectable<MeterValueTable> {
  const { currentA, voltageV, other, signed, flags } = reading;
  const phases = { ...(currentA && { currentA }), ...(voltageV && { voltageV }) };
  return {
    station_id: stationId,
    evse_id: evseId,
    at_ms: reading.atMs,
    context: reading.context,
    transaction_id: transactionId ?? null,
    received_ms: receivedMs,
    import_wh: reading.importWh ?? null,
    export_wh: reading.exportWh ?? null,
    import_power_w: reading.importPowerW ?? null,
    export_power_w: reading.exportPowerW ?? null,
    offered_w: reading.offeredW ?? null,
    soc: reading.soc ?? null,
    phases: filled(phases),
    other: filled(other),
    signed: filled(signed),
    flags: filled(flags),
  };
}

const filled = <V extends object>(value: V) => (Object.keys(value).length === 0 ? null : value);
