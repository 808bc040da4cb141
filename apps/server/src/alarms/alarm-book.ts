import type { Store } from '../store/index.ts';
import type { Clock } from '../time/clock.ts';
import type { Alarm, AlarmCode, Found } from './alarm.ts';

/** What is an alarm now, what lately was, and who took it on. */
export interface AlarmBook {
  /** Opens what is new, ends what is over, and lists: open ones first, then those that ended lately, newest first. */
  look(): Promise<readonly Alarm[]>;
  find(id: number): Promise<Alarm | undefined>;
  /** Somebody takes it on. Resolves to undefined where there is no such alarm. */
  acknowledge(id: number, by: string, note: string): Promise<Alarm | undefined>;
}

export interface AlarmBookOptions {
  readonly store: Store;
  readonly clock: Pick<Clock, 'now'>;
  /** Everything that is an alarm now. */
  readonly find: () => Promise<readonly Found[]>;
}

/** So long what is over stays in the list. */
const LATELY_MS = 7 * 24 * 3_600_000;
const MOST_ENDED = 500;
/** Kept no longer. */
const FORGOTTEN_MS = 180 * 24 * 3_600_000;

export function createAlarmBook({ store, clock, find }: AlarmBookOptions): AlarmBook {
  let looking: Promise<readonly Alarm[]> | undefined;

  async function reconcile(): Promise<readonly Alarm[]> {
    const found = new Map((await find()).map((alarm) => [keyOf(alarm), alarm]));
    const nowMs = clock.now();
    await store.transaction(async (trx) => {
      const open = await trx
        .selectFrom('alarm')
        .select(['id', 'key', 'detail'])
        .where('ended_ms', 'is', null)
        .forUpdate()
        .execute();
      const over = open.filter(({ key }) => !found.has(key)).map(({ id }) => id);
      if (over.length > 0)
        await trx.updateTable('alarm').set({ ended_ms: nowMs }).where('id', 'in', over).execute();
      for (const { id, key, detail } of open) {
        const told = found.get(key)?.detail ?? null;
        if (found.has(key) && told !== detail)
          await trx.updateTable('alarm').set({ detail: told }).where('id', '=', id).execute();
      }
      const known = new Set(open.map(({ key }) => key));
      const fresh = [...found].filter(([key]) => !known.has(key));
      if (fresh.length > 0)
        await trx
          .insertInto('alarm')
          .values(fresh.map(([key, alarm]) => rowOf(key, alarm, nowMs)))
          .execute();
      await trx
        .deleteFrom('alarm')
        .where('ended_ms', '<', nowMs - FORGOTTEN_MS)
        .execute();
    });
    return list(nowMs);
  }

  async function list(nowMs: number): Promise<readonly Alarm[]> {
    const rows = () => store.db.selectFrom('alarm').selectAll();
    const open = await rows().where('ended_ms', 'is', null).orderBy('since_ms', 'desc').execute();
    const ended = await rows()
      .where('ended_ms', '>=', nowMs - LATELY_MS)
      .orderBy('ended_ms', 'desc')
      .limit(MOST_ENDED)
      .execute();
    return [...open, ...ended].map(alarmOf);
  }

  async function one(id: number): Promise<Alarm | undefined> {
    const row = await store.db.selectFrom('alarm').selectAll().where('id', '=', id).executeTakeFirst();
    return row && alarmOf(row);
  }

  return {
    look() {
      looking ??= reconcile().finally(() => {
        looking = undefined;
      });
      return looking;
    },
    find: one,
    async acknowledge(id, by, note) {
      await store.db
        .updateTable('alarm')
        .set({ acknowledged_ms: clock.now(), acknowledged_by: by, note })
        .where('id', '=', id)
        .execute();
      return one(id);
    },
  };
}

const keyOf = ({ code, about }: Found) => `${code}/${about}`;

function rowOf(key: string, alarm: Found, nowMs: number) {
  return {
    key,
    peer_id: alarm.peerId,
    code: alarm.code,
    severity: alarm.severity,
    subject: alarm.subject,
    context_id: alarm.contextId ?? null,
    station_id: alarm.stationId ?? null,
    detail: alarm.detail ?? null,
    since_ms: Math.min(alarm.sinceMs ?? nowMs, nowMs),
    ended_ms: null,
    acknowledged_ms: null,
    acknowledged_by: null,
    note: null,
  };
}

interface Row {
  readonly id: number;
  readonly peer_id: string;
  readonly code: string;
  readonly severity: 'high' | 'low';
  readonly subject: string;
  readonly context_id: string | null;
  readonly station_id: string | null;
  readonly detail: string | null;
  readonly since_ms: number;
  readonly ended_ms: number | null;
  readonly acknowledged_ms: number | null;
  readonly acknowledged_by: string | null;
  readonly note: string | null;
}

function alarmOf(row: Row): Alarm {
  return {
    id: row.id,
    code: row.code as AlarmCode,
    severity: row.severity,
    peerId: row.peer_id,
    subject: row.subject,
    contextId: row.context_id,
    stationId: row.station_id,
    detail: row.detail,
    sinceMs: row.since_ms,
    endedMs: row.ended_ms,
    acknowledgedMs: row.acknowledged_ms,
    acknowledgedBy: row.acknowledged_by,
    note: row.note,
  };
}
