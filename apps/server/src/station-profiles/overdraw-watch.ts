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
  readonly transactions: Transactions;
  readonly book: ProfileBook;
  readonly clock: Clock;
  readonly activity: Activity;
  readonly log: { error(fields: Readonly<Record<string, unknown>>, message: string): void };
  /** One plain sentence for people. */
  readonly alarm: (stationId: string, code: string, text: string) => void;
}

/** Meters err and some cars stand 8 % above the pilot: this much more is no fault. At 10 % and 0.5 A a good station trips by itself. */
const TOLERATED_SHARE = 1.09;
const TOLERATED_W = 150;
/** A car follows a new limit within 5 s, its meter a little later (IEC 61851-1 Annex A), ms. */
const SETTLE_MS = 15_000;
/** Readings in a row until people are told, and until charging ends. */
const ALARM_AFTER = 1;
const STOP_AFTER = 3;
/** What was measured counts for so long, ms. */
const COUNTS_MS = 15 * 60_000;

export function watchOverdraw(options: OverdrawOptions): {
  listen(events: TargetEvents): void;
  close(): void;
} {
  const { transactions, book, clock, activity, log, alarm } = options;
  const strikes = new Map<string, number>();
  let events: TargetEvents | undefined;

  async function look(transaction: TransactionState): Promise<void> {
    const { id, stationId, powerW, powerReadMs } = transaction;
    if (powerW === undefined || powerReadMs === undefined) return;
    const offeredW = await offered(stationId, id, powerReadMs);
    if (offeredW === undefined) return;
    if (powerW <= Math.max(0, offeredW) * TOLERATED_SHARE + TOLERATED_W) {
      strikes.delete(id);
      return;
    }
    const count = (strikes.get(id) ?? 0) + 1;
    strikes.set(id, count);
    const key: SessionKey = { peerId: OWN_PEER, sessionId: id };
    const nowMs = clock.now();
    const drawn = {
      startMs: nowMs,
      endMs: nowMs + COUNTS_MS,
      periods: [{ startMs: nowMs, powerW: Math.ceil(powerW) }],
    };
    await events?.active(key, drawn);
    if (count === ALARM_AFTER) {
      const kw = (w: number) => (w / 1000).toFixed(1);
      alarm(
        stationId,
        'overdraw',
        `The car at EVSE ${transaction.evseId} draws ${kw(powerW)} kW where ${kw(offeredW)} kW are offered; it counts with that, and charging ends when it goes on.`,
      );
    }
    if (count === STOP_AFTER) {
      const answer = await transactions.stop(id, 'system:overdraw');
      const result = answer.accepted
        ? 'its transaction was ended'
        : `it could not be ended: ${answer.detail}`;
      alarm(
        stationId,
        'overdraw-stopped',
        `The car at EVSE ${transaction.evseId} kept drawing more than offered; ${result}.`,
      );
    }
  }

  /** The most that was offered around the reading; undefined while that is in doubt or has just changed. */
  async function offered(
    stationId: string,
    transactionId: string,
    atMs: number,
  ): Promise<number | undefined> {
    const entry = (await book.of(stationId)).find((each) => each.transactionId === transactionId);
    if (entry?.plan === undefined || entry.state !== 'accepted' || atMs - entry.setMs < SETTLE_MS)
      return undefined;
    const then = powerAt(entry.plan, atMs - SETTLE_MS);
    const now = powerAt(entry.plan, atMs);
    return then === undefined || now === undefined ? undefined : Math.max(then, now);
  }

  const unsubscribe = transactions.onChange(({ kind, transaction, before }) => {
    if (kind === 'ended') strikes.delete(transaction.id);
    // A register that moved on says nothing of the power that was measured before it: the same reading is judged once.
    const isMetered = transaction.powerReadMs !== before?.powerReadMs;
    if (kind !== 'updated' || !isMetered) return;
    activity
      .track(() => look(transaction))
      .catch((error: unknown) =>
        log.error(
          { transactionId: transaction.id, detail: String(error) },
          'A reading was not compared with its offer',
        ),
      );
  });
  return {
    listen(heard) {
      events = heard;
    },
    close: unsubscribe,
  };
}
