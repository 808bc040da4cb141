import type { JournalEntry } from '@smac/ocpp';
import type { Store } from '../../store/index.ts';
import type { Clock } from '../../time/clock.ts';
import type { Log } from '../surroundings.ts';
import { masked } from './mask.ts';

/** Longest payload that is kept, characters. */
const LONGEST = 4_000;
const FLUSH_MS = 1_000;
const FLUSH_ROWS = 200;
/** Rows that wait for the database at most; newer ones are counted and dropped: the log must never fill the memory. */
const MOST_WAITING = 5_000;
/** Rows per station and day (security.md 4.7). */
const MOST_PER_DAY = 10_000;
const DAY_MS = 24 * 3_600_000;

export interface LoggedMessage {
  readonly id: number;
  readonly atMs: number;
  readonly generation: number;
  readonly direction: 'in' | 'out';
  readonly kind: string;
  readonly messageId: string | null;
  readonly action: string | null;
  /** The payload as JSON text, secrets masked, cut at 4,000 characters. */
  readonly payload: string;
}

export interface MessageQuery {
  readonly limit: number;
  readonly beforeId?: number | undefined;
  readonly action?: string | undefined;
  readonly direction?: 'in' | 'out' | undefined;
  /** Text that must occur in the payload. */
  readonly contains?: string | undefined;
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
  /** A call and its answer have the same. */
  readonly messageId?: string | undefined;
}

/** Every frame in and out of every station: searchable, bounded, without secrets. Written in batches beside the traffic. */
export interface MessageLog {
  note(stationId: string, generation: number, entry: JournalEntry): void;
  /** Newest first. */
  search(stationId: string, query: MessageQuery): Promise<readonly LoggedMessage[]>;
  flush(): Promise<void>;
  close(): Promise<void>;
}

interface Row {
  station_id: string;
  at_ms: number;
  generation: number;
  direction: 'in' | 'out';
  kind: string;
  message_id: string | null;
  action: string | null;
  payload: string;
}

export function createMessageLog(store: Store, clock: Clock, log: Log): MessageLog {
  let waiting: Row[] = [];
  let dropped = 0;
  let writing: Promise<void> = Promise.resolve();
  let cancelTimer: (() => void) | undefined;
  let day = 0;
  const today = new Map<string, number>();

  function admitted(stationId: string, atMs: number): boolean {
    const now = Math.floor(atMs / DAY_MS);
    if (now !== day) {
      day = now;
      today.clear();
    }
    const count = (today.get(stationId) ?? 0) + 1;
    today.set(stationId, count);
    return count <= MOST_PER_DAY && waiting.length < MOST_WAITING;
  }

  async function write(): Promise<void> {
    const rows = waiting;
    waiting = [];
    if (rows.length === 0) return;
    try {
      for (let start = 0; start < rows.length; start += FLUSH_ROWS)
        await store.db
          .insertInto('station_message')
          .values(rows.slice(start, start + FLUSH_ROWS))
          .execute();
      if (dropped > 0) log.warn({ dropped }, 'The message log did not keep every frame');
      dropped = 0;
    } catch (error) {
      dropped += rows.length;
      log.error({ detail: String(error) }, 'The message log could not be written');
    }
  }

  function flush(): Promise<void> {
    cancelTimer?.();
    cancelTimer = undefined;
    writing = writing.then(write);
    return writing;
  }

  return {
    note(stationId, generation, entry) {
      if (!admitted(stationId, entry.atMs)) {
        dropped += 1;
        return;
      }
      waiting.push({
        station_id: stationId,
        at_ms: entry.atMs,
        generation,
        direction: entry.direction,
        kind: entry.kind,
        message_id: entry.messageId?.slice(0, 64).replaceAll('\0', '') ?? null,
        action: entry.action?.slice(0, 64).replaceAll('\0', '') ?? null,
        payload: payloadOf(entry),
      });
      if (waiting.length >= FLUSH_ROWS) void flush();
      else cancelTimer ??= clock.after(FLUSH_MS, () => void flush());
    },
    async search(stationId, { limit, beforeId, action, direction, contains, fromMs, toMs, messageId }) {
      await flush();
      let query = store.db.selectFrom('station_message').selectAll().where('station_id', '=', stationId);
      if (beforeId !== undefined) query = query.where('id', '<', beforeId);
      if (action !== undefined) query = query.where('action', '=', action);
      if (direction !== undefined) query = query.where('direction', '=', direction);
      if (contains !== undefined)
        query = query.where((e) => e(e.fn('strpos', ['payload', e.val(contains)]), '>', 0));
      if (fromMs !== undefined) query = query.where('at_ms', '>=', fromMs);
      if (messageId !== undefined) query = query.where('message_id', '=', messageId);
      if (toMs !== undefined) query = query.where('at_ms', '<', toMs);
      const rows = await query.orderBy('id', 'desc').limit(limit).execute();
      return rows.map((row) => ({
        id: row.id,
        atMs: row.at_ms,
        generation: row.generation,
        direction: row.direction,
        kind: row.kind,
        messageId: row.message_id,
        action: row.action,
        payload: row.payload,
      }));
    },
    flush,
    async close() {
      await flush();
    },
  };
}

/** The payload inside the frame. What cannot be read could hide a secret anywhere, so only its size is kept. */
function payloadOf({ kind, action, text }: JournalEntry): string {
  // N09: what a station knows about a person; it was asked for, and it is not for the log.
  if (action === 'NotifyCustomerInformation') return `(${text.length} characters about a person)`;
  if (kind === 'unreadable') return `(${text.length} characters that are no OCPP frame)`;
  try {
    const frame: unknown = JSON.parse(text);
    if (!Array.isArray(frame)) return `(${text.length} characters)`;
    const shown =
      kind === 'CALL' || kind === 'SEND' ? frame[3] : kind === 'CALLRESULT' ? frame[2] : frame.slice(2);
    const json = JSON.stringify(masked(shown)) ?? 'null';
    return json.length <= LONGEST ? json : `${json.slice(0, LONGEST)}…`;
  } catch {
    return `(${text.length} characters)`;
  }
}
