import type { MeterEntry, StoredReading } from '../metering/index.ts';
import type { StationCallOutcome } from '../stations/index.ts';
import type { PresentedToken } from './report.ts';
import type { TransactionState } from './state.ts';

/** Told after the commit. `before` is absent where the transaction was not known, and where another one's start ended it. */
export interface TransactionChange {
  readonly kind: 'started' | 'updated' | 'ended';
  readonly transaction: TransactionState;
  readonly before: TransactionState | undefined;
}

export interface TransactionQuery {
  readonly stationId?: string;
  readonly state?: 'active' | 'ended';
  /** Started in `[fromMs, toMs)`. */
  readonly fromMs?: number;
  readonly toMs?: number;
  readonly tokenUid?: string;
  /** Newest first; default 100, at most 1,000. */
  readonly limit?: number;
  readonly offset?: number;
}

/** Transactions of own stations. */
export interface Transactions {
  get(id: string): Promise<TransactionState | undefined>;
  list(query?: TransactionQuery): Promise<readonly TransactionState[]>;
  readings(id: string): Promise<readonly StoredReading[]>;
  /** Asks the station to start (BI1). `ok` means that the station accepted, not that a car charges. */
  start(request: RemoteStart, actor: string): Promise<RemoteAnswer>;
  stop(id: string, actor: string): Promise<RemoteAnswer>;
  /** Hears every change after its commit, in order. A listener that throws is a defect and is logged. */
  onChange(listener: (change: TransactionChange) => void): () => void;
  /** Hears readings of main meters (EVSE 0) after their commit. */
  onMainMeter(listener: (entry: MeterEntry) => void): () => void;
}

export interface RemoteStart {
  readonly stationId: string;
  /** Absent: the station chooses (1.6) or it is refused (2.x wants one). */
  readonly evseId?: number;
  readonly token: PresentedToken;
  readonly groupUid?: string;
  readonly remoteStartId: number;
  /** A TxProfile to begin with, in the words of the station's version. */
  readonly chargingProfile?: unknown;
}

/** What the station said, or why it was not asked. */
export type RemoteAnswer =
  | { readonly accepted: true }
  | { readonly accepted: false; readonly detail: string; readonly outcome?: StationCallOutcome };
