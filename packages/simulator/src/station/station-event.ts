import type { DisplayParameters, EnergyRequest } from '../ev/needs.ts';
import type { OperationMode } from './profiles/profile.ts';
import type { TransactionEvent } from './transaction.ts';

export type ConnectorStatus = 'Available' | 'Occupied' | 'Faulted' | 'Unavailable';

/** What a station tells the front end, at the instant it happens. */
export type StationEvent =
  | { readonly kind: 'transaction'; readonly atMs: number; readonly event: TransactionEvent }
  | {
      readonly kind: 'connector';
      readonly atMs: number;
      readonly evseId: number;
      readonly status: ConnectorStatus;
    }
  | {
      readonly kind: 'fault';
      readonly atMs: number;
      readonly evseId: number;
      readonly code: 'OverCurrentFailure' | 'EVCommunicationError' | 'MainsLost' | 'MainsBack';
    }
  | {
      readonly kind: 'operation-mode';
      readonly atMs: number;
      readonly evseId: number;
      readonly mode: OperationMode;
    }
  /** A car tells its needs (NotifyEVChargingNeeds). */
  | {
      readonly kind: 'energy-request';
      readonly atMs: number;
      readonly evseId: number;
      readonly request: EnergyRequest;
      readonly display: DisplayParameters;
    }
  /** A car in scheduled mode has chosen its own profile below what is offered (NotifyEVChargingSchedule). */
  | {
      readonly kind: 'ev-schedule';
      readonly atMs: number;
      readonly evseId: number;
      readonly periods: readonly { readonly fromMs: number; readonly powerW: number }[];
    }
  /** A limit from outside the back office came, changed or went (NotifyChargingLimit, ClearedChargingLimit). */
  | {
      readonly kind: 'charging-limit';
      readonly atMs: number;
      readonly evseId: number;
      readonly profileId: number;
      readonly isLocalGeneration: boolean;
      readonly isCleared: boolean;
    }
  /** A Dynamic profile is due for a pull (K28). */
  | { readonly kind: 'pull-due'; readonly atMs: number; readonly profileId: number }
  | { readonly kind: 'authorisation-timeout'; readonly atMs: number; readonly evseId: number }
  | { readonly kind: 'booted'; readonly atMs: number; readonly reason: 'PowerUp' | 'RemoteReset' };
