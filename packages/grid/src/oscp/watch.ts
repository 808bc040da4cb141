/** Heartbeats that partners want, and promises of partners that are broken, on the clock that is handed in. */
import type { Clock } from '../clock.ts';
import type { OscpClient } from './client.ts';
import type { Log } from './exchange.ts';
import type { Partner, PartnerBook } from './partner.ts';

export interface WatchOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly book: PartnerBook;
  readonly client: OscpClient;
  /** Counts work in flight, for a clock that waits for it. */
  readonly track: <T>(work: () => Promise<T>) => Promise<T>;
  readonly change: (id: string, next: (partner: Partner) => Partner | undefined) => Promise<void>;
}

export interface Watch {
  /** Something changed: look again what is due next. */
  look(): void;
  close(): void;
}

/** A promise of this platform outlasts two heartbeats that get lost. */
const PROMISED_INTERVALS = 3;
/** Longest sleep: timers further away than 24 days would overflow, and a clock may be set. */
const LONGEST_SLEEP_MS = 60_000;
/** A database that is away is asked again so soon. */
const RETRY_MS = 5_000;

export function createWatch({ clock, log, book, client, change, track }: WatchOptions): Watch {
  const nextBeatMs = new Map<string, number>();
  /** Not before then is the end of a promise written down (again). */
  const nextTryMs = new Map<string, number>();
  let cancel: (() => void) | undefined;
  let isClosed = false;

  function look(): void {
    if (isClosed) return;
    cancel?.();
    const nowMs = clock.now();
    const dueMs = book
      .list()
      .filter(({ state }) => state === 'online')
      .flatMap((partner) => [
        // The promise holds to its last millisecond.
        ...(partner.offlineModeAtMs === undefined
          ? []
          : [Math.max(partner.offlineModeAtMs + 1, nextTryMs.get(partner.id) ?? 0)]),
        ...(partner.heartbeatS === undefined ? [] : [nextBeatMs.get(partner.id) ?? nowMs]),
      ]);
    if (dueMs.length === 0) return;
    cancel = clock.after(Math.min(LONGEST_SLEEP_MS, Math.max(0, Math.min(...dueMs) - nowMs)), due);
  }

  function due(): void {
    const nowMs = clock.now();
    for (const partner of book.list()) {
      if (partner.state !== 'online') continue;
      const isGone = partner.offlineModeAtMs !== undefined && partner.offlineModeAtMs < nowMs;
      if (isGone && (nextTryMs.get(partner.id) ?? 0) <= nowMs) {
        nextTryMs.set(partner.id, nowMs + RETRY_MS);
        void track(() => presumeGone(partner.id));
      } else if (partner.heartbeatS !== undefined && (nextBeatMs.get(partner.id) ?? 0) <= nowMs) {
        const everyS = partner.heartbeatS;
        void track(() => beat(partner, everyS));
      }
    }
    look();
  }

  async function presumeGone(id: string): Promise<void> {
    try {
      await change(id, (partner) => {
        const nowMs = clock.now();
        if (partner.state !== 'online' || (partner.offlineModeAtMs ?? nowMs) >= nowMs) return undefined;
        log.warn({ partnerId: id }, `${partner.name} was not heard of in time: its fallback holds`);
        return { ...partner, state: 'offline', offlineSinceMs: nowMs };
      });
    } catch (error) {
      log.warn(
        { partnerId: id, detail: String(error) },
        'The state of a partner could not be kept; tried again',
      );
    }
    look();
  }

  async function beat(partner: Partner, everyS: number): Promise<void> {
    const nowMs = clock.now();
    nextBeatMs.set(partner.id, nowMs + everyS * 1000);
    const offline_mode_at = new Date(nowMs + PROMISED_INTERVALS * everyS * 1000).toISOString();
    const sent = await client.send(partner, 'heartbeat', { offline_mode_at });
    if (!sent.ok) log.warn({ partnerId: partner.id, detail: sent.detail }, 'A heartbeat was not taken');
  }

  return {
    look,
    close() {
      isClosed = true;
      cancel?.();
    },
  };
}
