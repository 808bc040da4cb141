import type { Insertable, Selectable } from 'kysely';
import type { OcppTransactionTable } from '../store/tables/transactions.ts';
import type { FoldMemory, TransactionState } from './state.ts';

type Row = Selectable<OcppTransactionTable>;

/** Optional fields and their columns: absent in the state is null in the table. */
const OPTIONAL = {
  chargingState: 'charging_state',
  tokenUid: 'token_uid',
  tokenType: 'token_type',
  groupUid: 'group_uid',
  tokenStatus: 'token_status',
  endMs: 'end_ms',
  importStartWh: 'import_start_wh',
  exportStartWh: 'export_start_wh',
  importWh: 'import_wh',
  exportWh: 'export_wh',
  importReadMs: 'import_ms',
  exportReadMs: 'export_ms',
  powerW: 'power_w',
  powerReadMs: 'power_ms',
  soc: 'soc',
  batteryWh: 'battery_wh',
  phases: 'phases',
  meteredMs: 'metered_ms',
  stopReason: 'stop_reason',
  remoteStartId: 'remote_start_id',
  reservationId: 'reservation_id',
} as const satisfies Partial<Record<keyof TransactionState, keyof Row>>;

type Optional = keyof typeof OPTIONAL;

export function stateOf(row: Row): TransactionState {
  const optional = Object.entries(OPTIONAL).flatMap(([field, column]) =>
    row[column] === null ? [] : [[field, row[column]]],
  );
  return {
    id: row.id,
    stationId: row.station_id,
    stationRef: row.station_ref,
    version: row.version as TransactionState['version'],
    evseId: row.evse_id,
    connectorId: row.connector_id,
    state: row.state,
    startMs: row.start_ms,
    lastSeq: row.last_seq,
    missingSeq: row.missing_seq,
    flags: row.flags,
    updatedMs: row.updated_ms,
    ...(row.fold === null ? {} : { fold: row.fold as FoldMemory }),
    ...(Object.fromEntries(optional) as Pick<TransactionState, Optional>),
  };
}

export function rowOf(state: TransactionState): Row {
  const optional = Object.entries(OPTIONAL).map(([field, column]) => [
    column,
    state[field as Optional] ?? null,
  ]);
  return {
    id: state.id,
    station_id: state.stationId,
    station_ref: state.stationRef,
    version: state.version,
    evse_id: state.evseId,
    connector_id: state.connectorId,
    state: state.state,
    start_ms: state.startMs,
    last_seq: state.lastSeq,
    missing_seq: state.missingSeq,
    flags: state.flags,
    updated_ms: state.updatedMs,
    fold: state.fold ?? null,
    ...(Object.fromEntries(optional) as Pick<Row, (typeof OPTIONAL)[Optional]>),
  };
}

/** The same for a statement that takes its values one by one. */
export function valuesOf(state: TransactionState): Insertable<OcppTransactionTable> {
  const row = rowOf(state);
  return {
    ...row,
    missing_seq: JSON.stringify(row.missing_seq),
    flags: JSON.stringify(row.flags),
    fold: row.fold === null ? null : JSON.stringify(row.fold),
  };
}
