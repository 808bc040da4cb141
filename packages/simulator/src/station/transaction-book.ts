import type { MeterReading } from '../meter/mid-meter.ts';
import type { Evse } from './evse.ts';
import { TransactionJournal } from './journal.ts';
import type { StationOptions } from './station-options.ts';
import type { StopReason, Transaction, TransactionEvent, TransactionTrigger } from './transaction.ts';

/** A transaction under way, and how it is to end once the current is gone. */
export interface Running {
  readonly transaction: Transaction;
  stopping: { readonly reason: StopReason; readonly trigger: TransactionTrigger } | undefined;
}

/** What is to be told about a transaction. */
export interface Happening {
  readonly eventType: TransactionEvent['eventType'];
  readonly trigger: TransactionTrigger;
  readonly atMs: number;
  readonly isOffline: boolean;
  readonly reading: MeterReading;
  readonly remoteStartId?: number;
  readonly stopReason?: StopReason;
  readonly signedValue?: string;
}

/** The transactions that run at a station, one per EVSE, and the journal of what they owe to the back office. */
export class TransactionBook {
  readonly journal: TransactionJournal;
  readonly #options: StationOptions;
  readonly #running = new Map<number, Running>();
  #sampleIntervalS: number;
  #count = 0;

  constructor(options: StationOptions) {
    this.#options = options;
    this.journal = new TransactionJournal(options.journalCapacity ?? 1_000);
    this.#sampleIntervalS = options.sampleIntervalS ?? 60;
  }

  get isEmpty(): boolean {
    return this.#running.size === 0;
  }

  /** When the next reading is due, epoch ms. */
  get nextSampleMs(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { transaction } of this.#running.values()) next = Math.min(next, transaction.nextSampleMs);
    return next;
  }

  at(evseId: number): Running | undefined {
    return this.#running.get(evseId);
  }

  begin(evse: Evse, atMs: number): Transaction {
    const { evseId } = evse.options;
    this.#count += 1;
    const n = this.#count;
    const transaction: Transaction = {
      id: this.#options.transactionId?.(n) ?? `${this.#options.id}-${n}`,
      evseId,
      startMs: atMs,
      startImportWh: evse.meter.importWh,
      startExportWh: evse.meter.exportWh,
      delayDraw: this.#options.random.stream(`delay ${this.#options.id} ${n}`).next(),
      energyMayFlowSinceMs: undefined,
      idToken: undefined,
      hasPriority: false,
      seqNo: 0,
      lastState: evse.chargingState,
      nextSampleMs: this.#sampleAfter(atMs),
    };
    this.#running.set(evseId, { transaction, stopping: undefined });
    return transaction;
  }

  remove(evseId: number): void {
    this.#running.delete(evseId);
  }

  /** The id it had before; undefined when none runs there. */
  rename(evseId: number, id: string): string | undefined {
    const running = this.#running.get(evseId);
    if (running === undefined) return undefined;
    const before = running.transaction.id;
    this.journal.rename(before, id);
    this.#running.set(evseId, { ...running, transaction: { ...running.transaction, id } });
    return before;
  }

  /** Transactions whose reading is due; the next one is set. */
  takeDue(atMs: number): readonly Transaction[] {
    const due: Transaction[] = [];
    for (const { transaction } of this.#running.values()) {
      if (atMs < transaction.nextSampleMs) continue;
      transaction.nextSampleMs = this.#sampleAfter(atMs);
      due.push(transaction);
    }
    return due;
  }

  setSampleInterval(seconds: number, atMs: number): void {
    this.#sampleIntervalS = seconds;
    for (const { transaction } of this.#running.values()) transaction.nextSampleMs = this.#sampleAfter(atMs);
  }

  /** Numbers what happened, puts it into the journal and returns it. */
  record(transaction: Transaction, evse: Evse, happening: Happening): TransactionEvent {
    const { id, evseId, idToken, seqNo } = transaction;
    const event: TransactionEvent = {
      ...happening,
      transactionId: id,
      evseId,
      seqNo,
      chargingState: evse.chargingState,
      ...(idToken === undefined ? {} : { idToken }),
    };
    transaction.seqNo += 1;
    this.journal.add(event);
    return event;
  }

  #sampleAfter(atMs: number): number {
    return this.#sampleIntervalS <= 0 ? Number.POSITIVE_INFINITY : atMs + this.#sampleIntervalS * 1000;
  }
}
