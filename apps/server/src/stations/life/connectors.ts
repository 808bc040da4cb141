import { type Kysely, sql } from 'kysely';
import type { Database, Store } from '../../store/index.ts';
import type { EventLog } from '../event-log.ts';
import { plainText } from '../plain-text.ts';
import type { RequestContext } from '../room.ts';
import { stationTime } from '../station-time.ts';
import type { House } from './house.ts';

export interface ConnectorStatus {
  readonly evseId: number;
  readonly connectorId: number;
  readonly status: string;
  readonly errorCode: string | null;
  readonly info: string | null;
  readonly timestamp: string | undefined;
}

export interface ConnectorRow {
  readonly evseId: number;
  readonly connectorId: number;
  readonly status: string | null;
  readonly errorCode: string | null;
  readonly info: string | null;
  readonly statusMs: number | null;
  readonly suspectTime: boolean;
}

/** Ids of a real station are small; anything else is not worth a row. */
const LARGEST_ID = 1_000;
/** A station with more connectors than this makes them up. */
const MOST_CONNECTORS = 2_000;

const isReal = (id: number) => Number.isInteger(id) && id >= 0 && id <= LARGEST_ID;

/** Makes a connector known; nothing where its ids are absurd. Unknown connectors are never a reason to refuse a message (ocpp.md 4.6, 5). */
export async function provision(
  db: Kysely<Database>,
  stationId: string,
  evseId: number,
  connectorId: number,
  nowMs: number,
): Promise<void> {
  if (!isReal(evseId) || !isReal(connectorId)) return;
  await sql`
    insert into station_connector (station_id, evse_id, connector_id, created_ms)
    select ${stationId}, ${evseId}::integer, ${connectorId}::integer, ${nowMs}::bigint
    where (select count(*) from station_connector where station_id = ${stationId}) < ${MOST_CONNECTORS}
    on conflict do nothing`.execute(db);
}

/**
 * Stores a status, unless a newer one is there already: what a station queued while it was offline comes late. One statement, so
 * one commit: statuses come in storms.
 */
export async function putStatus(
  house: Pick<House, 'store' | 'events'>,
  { stationId, receivedMs }: Pick<RequestContext, 'stationId' | 'receivedMs'>,
  status: ConnectorStatus,
): Promise<void> {
  const { evseId, connectorId } = status;
  if (!isReal(evseId) || !isReal(connectorId)) return;
  const { atMs, isSuspect } =
    status.timestamp === undefined
      ? { atMs: receivedMs, isSuspect: false }
      : stationTime(status.timestamp, receivedMs);
  const [word, errorCode, info] = [
    plainText(status.status, 50),
    plainText(status.errorCode, 50),
    plainText(status.info, 255),
  ];
  const { rows } = await sql`
    insert into station_connector as present (station_id, evse_id, connector_id, status, error_code, info, status_ms, received_ms,
      suspect_time, created_ms)
    select ${stationId}, ${evseId}::integer, ${connectorId}::integer, ${word}, ${errorCode}, ${info}, ${atMs}::bigint,
      ${receivedMs}::bigint, ${isSuspect}::boolean, ${receivedMs}::bigint
    where (select count(*) from station_connector where station_id = ${stationId}) < ${MOST_CONNECTORS}
      or exists (select 1 from station_connector where station_id = ${stationId} and evse_id = ${evseId}::integer
        and connector_id = ${connectorId}::integer)
    on conflict (station_id, evse_id, connector_id) do update
      set status = excluded.status, error_code = excluded.error_code, info = excluded.info, status_ms = excluded.status_ms,
        received_ms = excluded.received_ms, suspect_time = excluded.suspect_time
      where present.status_ms is null or present.status_ms <= excluded.status_ms or present.suspect_time
    returning 1 as news`.execute(house.store.db);
  if (rows.length > 0) tellStatus(house.events, stationId, atMs, status);
}

function tellStatus(events: EventLog, stationId: string, atMs: number, status: ConnectorStatus): void {
  const { evseId, connectorId, errorCode } = status;
  events.tell({ kind: 'status', stationId, atMs, evseId, connectorId, status: status.status, errorCode });
}

export async function readConnectors(store: Store, stationId: string): Promise<readonly ConnectorRow[]> {
  const rows = await store.db
    .selectFrom('station_connector')
    .selectAll()
    .where('station_id', '=', stationId)
    .orderBy('evse_id')
    .orderBy('connector_id')
    .execute();
  return rows.map((row) => ({
    evseId: row.evse_id,
    connectorId: row.connector_id,
    status: row.status,
    errorCode: row.error_code,
    info: row.info,
    statusMs: row.status_ms,
    suspectTime: row.suspect_time,
  }));
}
