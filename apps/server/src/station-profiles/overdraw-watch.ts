/**
 * Does a car keep to what its station was told? Who draws clearly more counts with what it really draws, a person hears of it, and when it
 * goes on the transaction ends (D1.5-Q1-16, security.md 7 telemetry plausibility).
 */
import { powerAt, type SessionKey, type TargetEvents } from '../dispatch/index.ts';
import { OWN_PEER } from '../network/index.ts';
import type { Activity } from '../time/activity.ts';
import type { Clock } from '../time/clock.ts';
import type { TransactionState, Transactions } from '../transactions/index.ts';
import type { ProfileBook } from './profile-book.ts';

export interface OverdrawOptions {
  readonly transactions: Pick<Transactions, 'get' | 'stop' | 'onChange'>;
  readonly book: Pick<ProfileBook, 'of'>;
  readonly clock: Clock;
  readonly activity: Activity;
  readonly log: { error(fields: Readonly<Record<string, unknown>>, message: string): void };
  /** What an EVSE may draw on top of its profile because the site makes it itself, W (K27). */
  readonly generatedW: (stationId: string, evseId: number) => number;
  /** One plain sentence for people. */
  readonly tell: (note: OverdrawNote) => void;
}

export interface OverdrawNote {
  readonly stationId: string;
  readonly evseId: number;
  readonly level: 'info' | 'alarm';
  readonly code: 'overdraw' | 'overdraw-stopped' | 'overdraw-over';
  readonly text: string;
}

/** A car that draws more than offered. */
interface Excess {
  /** Readings in a row. */
  count: number;
  /** How often its transaction was asked to end. */
  stops: number;
  cancelStop: (() => void) | undefined;
}

/** Meters err and some cars stand 8 % above the pilot: this much more is no fault. At 10 % and 0.5 A a good station trips by itself. */
const TOLERATED_SHARE = 1.09;
const TOLERATED_W = 150;
/** A car follows a new limit within 5 s, its meter a little later (IEC 61851-1 Annex A), ms. */
const SETTLE_MS = 15_000;
/** Readings in a row until people are told, and until charging ends. */
const ALARM_AFTER = 1;
const STOP_AFTER = 3;
/** Between two attempts to end charging: this, doubled each time up to that, ms. */
const STOP_AGAIN_MS = 30_000;
const SELDOM_MS = 15 * 60_000;
/** What was measured counts for so long, ms. */
const COUNTS_MS = 15 * 60_000;

export function watchOverdraw(options: OverdrawOptions): {
  listen(events: TargetEvents): void;
  close(): void;
} {
  const { transactions, book, clock, activity, log, generatedW, tell } = options;
  const excesses = new Map<string, Excess>();
  /** Readings being compared: one whose transaction ends meanwhile leaves nothing behind. */
  const looks = new Set<{ readonly id: string; isOver: boolean }>();
  let events: TargetEvents | undefined;

  async function look(transaction: TransactionState): Promise<void> {
    const { id, stationId, evseId, powerW, powerReadMs } = transaction;
    if (powerW === undefined || powerReadMs === undefined) return;
    const mine = { id, isOver: false };
    looks.add(mine);
    const plannedW = await offered(stationId, id, powerReadMs).finally(() => looks.delete(mine));
    if (plannedW === undefined || mine.isOver) return;
    const offeredW = Math.max(0, plannedW) + generatedW(stationId, evseId);
    if (powerW <= offeredW * TOLERATED_SHARE + TOLERATED_W) {
      over(transaction);
      return;
    }
    const excess = excesses.get(id) ?? { count: 0, stops: 0, cancelStop: undefined };
    excesses.set(id, excess);
    excess.count += 1;
    const key: SessionKey = { peerId: OWN_PEER, sessionId: id };
    const nowMs = clock.now();
    const drawn = {
      startMs: nowMs,
      endMs: nowMs + COUNTS_MS,
      periods: [{ startMs: nowMs, powerW: Math.ceil(powerW) }],
    };
    await events?.active(key, drawn);
    if (excess.count === ALARM_AFTER) {
      const kw = (w: number) => (w / 1000).toFixed(1);
      const text = `The car at EVSE ${evseId} draws ${kw(powerW)} kW where ${kw(offeredW)} kW are offered; it counts with that, and charging ends when it goes on.`;
      tell({ stationId, evseId, level: 'alarm', code: 'overdraw', text });
    }
    if (excess.count >= STOP_AFTER && excess.stops === 0) await stop(transaction, excess);
  }

  /** Asked again at growing distances until the draw is over: a station that agrees does not always do it. */
  async function stop({ id, stationId, evseId }: TransactionState, excess: Excess): Promise<void> {
    if (excesses.get(id) !== excess) return;
    excess.stops += 1;
    const waitMs = Math.min(SELDOM_MS, STOP_AGAIN_MS * 2 ** (excess.stops - 1));
    excess.cancelStop = clock.after(waitMs, () => later(id, again));
    const answer = await transactions.stop(id, 'system:overdraw');
    const result = answer.accepted
      ? 'its transaction was told to end'
      : `it could not be ended: ${answer.detail} It is tried again, and a person should look`;
    const text = `The car at EVSE ${evseId} kept drawing more than offered; ${result}.`;
    tell({ stationId, evseId, level: 'alarm', code: 'overdraw-stopped', text });

    async function again(): Promise<void> {
      const now = await transactions.get(id);
      if (now?.state === 'active') await stop(now, excess);
    }
  }

  function over({ id, stationId, evseId }: TransactionState): void {
    const excess = excesses.get(id);
    excesses.delete(id);
    excess?.cancelStop?.();
    if (excess === undefined || excess.stops === 0) return;
    const times = excess.stops === 1 ? 'once' : `${excess.stops} times`;
    const text = `The car at EVSE ${evseId} draws no more than offered, or is gone; it was told to end ${times}.`;
    tell({ stationId, evseId, level: 'info', code: 'overdraw-over', text });
  }

  /** The most that was offered around the reading; undefined while that is in doubt or has just changed. */
  async function offered(
    stationId: string,
    transactionId: string,
    atMs: number,
  ): Promise<number | undefined> {
    const entries = (await book.of(stationId)).filter((each) => each.transactionId === transactionId);
    const entry = entries.find(({ plan }) => plan !== undefined);
    if (entry?.plan === undefined || entries.some(({ state }) => state !== 'accepted')) return undefined;
    if (atMs - entry.setMs < SETTLE_MS) return undefined;
    const then = powerAt(entry.plan, atMs - SETTLE_MS);
    const now = powerAt(entry.plan, atMs);
    return then === undefined || now === undefined ? undefined : Math.max(then, now);
  }

  function later(transactionId: string, work: () => Promise<void>): void {
    activity
      .track(work)
      .catch((error: unknown) =>
        log.error({ transactionId, detail: String(error) }, 'A reading was not compared with its offer'),
      );
  }

  const unsubscribe = transactions.onChange(({ kind, transaction, before }) => {
    if (kind === 'ended') {
      for (const each of looks) if (each.id === transaction.id) each.isOver = true;
      over(transaction);
    }
    // A register that moved on says nothing of the power that was measured before it: the same reading is judged once.
    const isMetered = transaction.powerReadMs !== before?.powerReadMs;
    if (kind === 'updated' && isMetered) later(transaction.id, () => look(transaction));
  });
  return {
    listen(heard) {
      events = heard;
    },
    close() {
      unsubscribe();
      for (const { cancelStop } of excesses.values()) cancelStop?.();
    },
  };
}
