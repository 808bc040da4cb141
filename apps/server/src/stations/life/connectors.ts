import { type Kysely, type Selectable, sql } from 'kysely';
import { groupCommit } from '../../store/group-commit.ts';
import type { Database, Store } from '../../store/index.ts';
import type { StationConnectorTable } from '../../store/tables/stations.ts';
import type { EventLog } from '../event-log.ts';
import { plainText } from '../plain-text.ts';
import type { RequestContext } from '../room.ts';
import { stationTime } from '../station-time.ts';

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

/** Stores statuses and tells them. */
export interface StatusBook {
  /** Resolves when it is committed. */
  put(context: Pick<RequestContext, 'stationId' | 'receivedMs'>, status: ConnectorStatus): Promise<void>;
}

interface StatusRow {
  readonly station_id: string;
  readonly evse_id: number;
  readonly connector_id: number;
  readonly status: string | null;
  readonly error_code: string | null;
  readonly info: string | null;
  readonly status_ms: number;
  readonly received_ms: number;
  readonly suspect_time: boolean;
}

interface Waiting {
  readonly row: StatusRow;
  isNews: boolean;
}

/**
 * A status is stored unless a newer one is there already: what a station queued while it was offline comes late. Statuses come in
 * storms, so those of many stations share a commit; a station has one under way at most, for its messages are handled in turn.
 */
export function createStatusBook(store: Store, events: EventLog): StatusBook {
  const book = groupCommit<Waiting>(async (waiting) => {
    const news = await commitStatuses(
      store,
      waiting.map(({ row }) => row),
    );
    for (const item of waiting) item.isNews = news.has(placeOf(item.row));
  });
  return {
    async put({ stationId, receivedMs }, status) {
      const { evseId, connectorId, timestamp } = status;
      if (!isReal(evseId) || !isReal(connectorId)) return;
      const { atMs, isSuspect } =
        timestamp === undefined ? { atMs: receivedMs, isSuspect: false } : stationTime(timestamp, receivedMs);
      const row: StatusRow = {
        station_id: stationId,
        evse_id: evseId,
        connector_id: connectorId,
        status: plainText(status.status, 50),
        error_code: plainText(status.errorCode, 50),
        info: plainText(status.info, 255),
        status_ms: atMs,
        received_ms: receivedMs,
        suspect_time: isSuspect,
      };
      const item: Waiting = { row, isNews: false };
      await book.add(item);
      if (!item.isNews) return;
      const word = row.status ?? '';
      events.tell({
        kind: 'status',
        stationId,
        atMs,
        evseId,
        connectorId,
        status: word,
        errorCode: row.error_code,
      });
    },
  };
}

function placeOf(row: Pick<StatusRow, 'station_id' | 'evse_id' | 'connector_id'>): string {
  return JSON.stringify([row.station_id, row.evse_id, row.connector_id]);
}

/** @returns the places whose status is new. */
async function commitStatuses(store: Store, statuses: readonly StatusRow[]): Promise<ReadonlySet<string>> {
  const { rows } = await sql<Pick<StatusRow, 'station_id' | 'evse_id' | 'connector_id'>>`
    insert into station_connector as present (station_id, evse_id, connector_id, status, error_code, info, status_ms, received_ms,
      suspect_time, created_ms)
    select said.station_id, said.evse_id, said.connector_id, said.status, said.error_code, said.info, said.status_ms,
      said.received_ms, said.suspect_time, said.received_ms
    from jsonb_to_recordset(${JSON.stringify(statuses)}::jsonb) as said(station_id text, evse_id integer, connector_id integer,
      status text, error_code text, info text, status_ms bigint, received_ms bigint, suspect_time boolean)
    where (select count(*) from station_connector c where c.station_id = said.station_id) < ${MOST_CONNECTORS}
      or exists (select 1 from station_connector c where c.station_id = said.station_id and c.evse_id = said.evse_id
        and c.connector_id = said.connector_id)
    on conflict (station_id, evse_id, connector_id) do update
      set status = excluded.status, error_code = excluded.error_code, info = excluded.info, status_ms = excluded.status_ms,
        received_ms = excluded.received_ms, suspect_time = excluded.suspect_time
      where present.status_ms is null or present.status_ms <= excluded.status_ms or present.suspect_time
    returning station_id, evse_id, connector_id`.execute(store.db);
  return new Set(rows.map(placeOf));
}

export async function readConnectors(store: Store, stationId: string): Promise<readonly ConnectorRow[]> {
  const all = await select(store).where('station_id', '=', stationId).execute();
  return all.map(rowOf);
}

/** Those of every station, for lists. */
export async function readAllConnectors(store: Store): Promise<ReadonlyMap<string, readonly ConnectorRow[]>> {
  const rows = await select(store).execute();
  return new Map(
    Object.entries(Object.groupBy(rows, ({ station_id }) => station_id)).map(([stationId, of = []]) => [
      stationId,
      of.map(rowOf),
    ]),
  );
}

const select = ({ db }: Store) =>
  db.selectFrom('station_connector').selectAll().orderBy('evse_id').orderBy('connector_id');

function rowOf(row: Selectable<StationConnectorTable>): ConnectorRow {
  return {
    evseId: row.evse_id,
    connectorId: row.connector_id,
    status: row.status,
    errorCode: row.error_code,
    info: row.info,
    statusMs: row.status_ms,
    suspectTime: row.suspect_time,
  };
}
