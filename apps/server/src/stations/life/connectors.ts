import type { Kysely } from 'kysely';
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

/** Makes a connector known; false where its ids are absurd. Unknown connectors are never a reason to refuse a message (ocpp.md 4.6, 5). */
export async function provision(
  db: Kysely<Database>,
  stationId: string,
  evseId: number,
  connectorId: number,
  nowMs: number,
): Promise<boolean> {
  const isReal = (id: number) => Number.isInteger(id) && id >= 0 && id <= LARGEST_ID;
  if (!isReal(evseId) || !isReal(connectorId)) return false;
  const { count } = await db
    .selectFrom('station_connector')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('station_id', '=', stationId)
    .executeTakeFirstOrThrow();
  if (Number(count) >= MOST_CONNECTORS) return false;
  await db
    .insertInto('station_connector')
    .values({
      station_id: stationId,
      evse_id: evseId,
      connector_id: connectorId,
      status: null,
      error_code: null,
      info: null,
      status_ms: null,
      received_ms: null,
      suspect_time: false,
      created_ms: nowMs,
    })
    .onConflict((c) => c.doNothing())
    .execute();
  return true;
}

/** Stores a status, unless a newer one is there already: what a station queued while it was offline comes late. */
export async function putStatus(
  house: Pick<House, 'store' | 'events'>,
  { stationId, receivedMs }: Pick<RequestContext, 'stationId' | 'receivedMs'>,
  status: ConnectorStatus,
): Promise<void> {
  const { atMs, isSuspect } =
    status.timestamp === undefined
      ? { atMs: receivedMs, isSuspect: false }
      : stationTime(status.timestamp, receivedMs);
  const { evseId, connectorId } = status;
  const isNews = await house.store.transaction(async (trx) => {
    if (!(await provision(trx, stationId, evseId, connectorId, receivedMs))) return false;
    const done = await trx
      .updateTable('station_connector')
      .set({
        status: plainText(status.status, 50),
        error_code: plainText(status.errorCode, 50),
        info: plainText(status.info, 255),
        status_ms: atMs,
        received_ms: receivedMs,
        suspect_time: isSuspect,
      })
      .where('station_id', '=', stationId)
      .where('evse_id', '=', evseId)
      .where('connector_id', '=', connectorId)
      .where((e) =>
        e.or([e('status_ms', 'is', null), e('status_ms', '<=', atMs), e('suspect_time', '=', true)]),
      )
      .executeTakeFirst();
    return Number(done.numUpdatedRows) > 0;
  });
  if (isNews) tellStatus(house.events, stationId, atMs, status);
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
