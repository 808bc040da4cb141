import type { MeterReading } from '../meter/mid-meter.ts';

/** OCPP 2.x ChargingStateEnum. */
export type ChargingState = 'Idle' | 'EVConnected' | 'SuspendedEV' | 'SuspendedEVSE' | 'Charging';

export type TransactionTrigger =
  | 'Authorized'
  | 'RemoteStart'
  | 'CablePluggedIn'
  | 'ChargingStateChanged'
  | 'MeterValuePeriodic'
  | 'OperationModeChanged'
  | 'StopAuthorized'
  | 'RemoteStop'
  | 'Deauthorized'
  | 'EVCommunicationLost'
  | 'AbnormalCondition'
  | 'ResetCommand';

export type StopReason =
  | 'Local'
  | 'Remote'
  | 'EVDisconnected'
  | 'DeAuthorized'
  | 'PowerLoss'
  | 'Reboot'
  | 'EmergencyStop'
  | 'OvercurrentFault'
  | 'Other';

/** One message a transaction owes to the back office, in the order it happened. */
export interface TransactionEvent {
  readonly eventType: 'Started' | 'Updated' | 'Ended';
  readonly transactionId: string;
  readonly evseId: number;
  /** 0, 1, 2 ... per transaction. */
  readonly seqNo: number;
  readonly trigger: TransactionTrigger;
  readonly atMs: number;
  /** It happened while there was no connection. */
  readonly isOffline: boolean;
  readonly chargingState: ChargingState;
  readonly reading: MeterReading;
  readonly idToken?: string;
  readonly remoteStartId?: number;
  readonly stopReason?: StopReason;
  /** The signed reading, at the start and the end. */
  readonly signedValue?: string;
}

/** A transaction as the station runs it. */
export interface Transaction {
  readonly id: string;
  readonly evseId: number;
  readonly startMs: number;
  readonly startImportWh: number;
  readonly startExportWh: number;
  /** Uniform in 0..1, drawn at the start: what randomizedDelay is multiplied by (K01.FR.93). */
  readonly delayDraw: number;
  energyMayFlowSinceMs: number | undefined;
  idToken: string | undefined;
  hasPriority: boolean;
  seqNo: number;
  lastState: ChargingState;
  nextSampleMs: number;
}
