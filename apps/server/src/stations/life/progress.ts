import type { Store } from '../../store/index.ts';
import type { Job } from '../event.ts';
import { plainText } from '../plain-text.ts';
import type { RequestContext } from '../room.ts';
import type { House } from './house.ts';

export interface ProgressRow {
  readonly id: number;
  readonly job: string;
  readonly status: string;
  readonly requestId: number | null;
  readonly atMs: number;
  readonly detail: string | null;
}

/** OCPP numbers are 32 bits; what is larger names no request of ours. */
const LARGEST_ID = 2 ** 31 - 1;

/** Stores one state of a firmware update or a log upload (BI8), then tells it. */
export async function putProgress(
  house: Pick<House, 'store' | 'events'>,
  { stationId, receivedMs }: RequestContext,
  job: Job,
  status: string,
  requestId: number | undefined,
  detail?: string,
): Promise<void> {
  const id = requestId === undefined || Math.abs(requestId) > LARGEST_ID ? null : requestId;
  await house.store.db
    .insertInto('station_progress')
    .values({
      station_id: stationId,
      job,
      status,
      request_id: id,
      at_ms: receivedMs,
      detail: plainText(detail, 500),
    })
    .execute();
  house.events.tell({ kind: 'progress', stationId, atMs: receivedMs, job, status, requestId: id });
}

/** Newest first. */
export async function readProgress(
  store: Store,
  stationId: string,
  limit: number,
): Promise<readonly ProgressRow[]> {
  const rows = await store.db
    .selectFrom('station_progress')
    .selectAll()
    .where('station_id', '=', stationId)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    job: row.job,
    status: row.status,
    requestId: row.request_id,
    atMs: row.at_ms,
    detail: row.detail,
  }));
}
