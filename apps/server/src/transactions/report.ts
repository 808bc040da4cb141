import type { MeterReading } from '../metering/index.ts';

/** A token as a driver presented it at a station. */
export interface PresentedToken {
  readonly uid: string;
  /** 2.x IdTokenEnumType; 1.6 stations only know RFID cards: `ISO14443`. */
  readonly type: string;
}

/**
 * What a station says about one transaction, in one form for all versions. Where 1.6 has a message per step and 2.x one message with a
 * sequence number, here it is a step that may be known already, come late, or refer to a transaction nobody has heard of.
 */
export interface TransactionReport {
  readonly stationId: string;
  readonly version: '1.6' | '2.0.1' | '2.1';
  readonly kind: 'Started' | 'Updated' | 'Ended';
  /** 2.x transactionId, 1.6 the number given at the start; absent: the transaction that runs at the EVSE. */
  readonly stationRef?: string;
  /** 2.x only: counts up by one per event of the transaction. */
  readonly seq?: number;
  /** Digest of what was said, the same for the same event sent again; with `seq` only. */
  readonly content?: string;
  readonly trigger: string;
  /** When it happened at the station, epoch ms, already made believable. */
  readonly atMs: number;
  readonly receivedMs: number;
  readonly offline: boolean;
  readonly evseId?: number;
  readonly connectorId?: number;
  readonly token?: PresentedToken;
  /** What the back office answered for the token. */
  readonly tokenStatus?: string;
  readonly groupUid?: string;
  readonly chargingState?: string;
  readonly stopReason?: string;
  readonly remoteStartId?: number;
  readonly reservationId?: number;
  readonly readings: readonly MeterReading[];
  readonly flags: readonly string[];
  /** As it came, for whoever has to find out later. */
  readonly payload: unknown;
}
