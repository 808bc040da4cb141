import type { Store } from '../store/index.ts';
import type { Clock } from '../time/clock.ts';
import type { StationEvent } from './event.ts';
import type { Log } from './surroundings.ts';

export interface SecurityNote {
  /** null: about nobody we know. */
  readonly stationId: string | null;
  readonly source: 'station' | 'server';
  readonly level: 'info' | 'alarm';
  /** Like DuplicateConnection; those of stations are the names of the OCPP security events. */
  readonly code: string;
  /** One plain sentence, without an OCPP identity. */
  readonly text: string;
  /** Part of the station it is about (an EVSE): what is said of one does not stand for another. */
  readonly about?: string;
  /** Default: now. */
  readonly atMs?: number;
  readonly receivedMs?: number;
  readonly isSuspect?: boolean;
}

export interface StoredEvent {
  readonly id: number;
  readonly stationId: string | null;
  readonly atMs: number;
  readonly receivedMs: number;
  readonly suspectTime: boolean;
  readonly source: 'station' | 'server';
  readonly level: 'info' | 'alarm';
  readonly code: string;
  readonly text: string;
}

/** Security events of stations (A04) and those this server noticed; everybody who watches hears of them. */
export interface EventLog {
  /** Stores, then tells. */
  note(note: SecurityNote): Promise<void>;
  /** For places that cannot wait, at most once a minute per station, part of it and code; a failure is logged. */
  mention(note: SecurityNote): void;
  /** Newest first. */
  list(query: {
    readonly stationId?: string | undefined;
    readonly limit: number;
    readonly beforeId?: number | undefined;
  }): Promise<readonly StoredEvent[]>;
  watch(ear: (event: StationEvent) => void): () => void;
  tell(event: StationEvent): void;
}

const MENTION_MS = 60_000;
const MOST_MENTIONED = 10_000;

export function createEventLog(store: Store, clock: Clock, log: Log): EventLog {
  const ears = new Set<(event: StationEvent) => void>();
  const mentioned = new Map<string, number>();

  function tell(event: StationEvent): void {
    for (const ear of ears) {
      try {
        ear(event);
      } catch (error) {
        log.error({ error }, 'Defect: a listener of station events failed');
      }
    }
  }

  async function insert(note: SecurityNote): Promise<void> {
    const nowMs = clock.now();
    await store.db
      .insertInto('station_event')
      .values({
        station_id: note.stationId,
        at_ms: note.atMs ?? nowMs,
        received_ms: note.receivedMs ?? nowMs,
        suspect_time: note.isSuspect ?? false,
        source: note.source,
        level: note.level,
        code: note.code,
        text: note.text,
      })
      .execute();
    const { stationId, level, code, text } = note;
    tell({ kind: 'security', stationId, atMs: note.atMs ?? nowMs, level, code, text });
    if (level === 'alarm') log.warn({ stationId, code }, text);
  }

  return {
    note: (note) => insert(note),
    mention(note) {
      const key = `${note.stationId} ${note.code} ${note.about ?? ''}`;
      const nowMs = clock.now();
      if (nowMs - (mentioned.get(key) ?? Number.NEGATIVE_INFINITY) < MENTION_MS) return;
      mentioned.delete(key);
      mentioned.set(key, nowMs);
      if (mentioned.size > MOST_MENTIONED) {
        const oldest = mentioned.keys().next().value;
        if (oldest !== undefined) mentioned.delete(oldest);
      }
      insert(note).catch((error) => log.error({ error }, 'A security event could not be stored'));
    },
    async list({ stationId, limit, beforeId }) {
      let query = store.db.selectFrom('station_event').selectAll();
      if (stationId !== undefined) query = query.where('station_id', '=', stationId);
      if (beforeId !== undefined) query = query.where('id', '<', beforeId);
      const rows = await query.orderBy('id', 'desc').limit(limit).execute();
      return rows.map((row) => ({
        id: row.id,
        stationId: row.station_id,
        atMs: row.at_ms,
        receivedMs: row.received_ms,
        suspectTime: row.suspect_time,
        source: row.source,
        level: row.level,
        code: row.code,
        text: row.text,
      }));
    },
    watch(ear) {
      ears.add(ear);
      return () => ears.delete(ear);
    },
    tell,
  };
}
