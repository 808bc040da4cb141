import type { AnyConnection, CallFailure } from '@smac/ocpp';
import type { Station } from '../station/station.ts';
import type { StationEvent } from '../station/station-event.ts';
import type { TransactionEvent } from '../station/transaction.ts';

/** What a back office is told of the station itself. */
export interface StationIdentity {
  readonly vendor: string;
  readonly model: string;
  readonly serial: string;
  readonly firmware: string;
}

/** What a face needs of the station on its line. */
export interface FaceHost {
  readonly identity: StationIdentity;
  now(): number;
  /** Acts on the station at the present instant. */
  act<T>(action: (station: Station) => T): T;
  /** The driver's or the back office's authorisation at an EVSE, with the profile it may bring. */
  later(delayMs: number, fire: () => void): void;
  /** Counts work until it settles: no virtual clock moves while a message of the station is under way. */
  track<T>(work: () => Promise<T>): Promise<T>;
  setHeartbeat(seconds: number): void;
  /** A password the back office gives; it counts from the next connection on. */
  takePassword(password: string | Uint8Array): void;
  restart(): void;
  /** The answer to a message this station does not know. */
  refuse(action: string): CallFailure;
}

/** Answer to a transaction message: go on, or try again later. */
export type Delivery = 'delivered' | 'again' | 'dropped';

/** One version of OCPP, spoken for a station. */
export interface StationFace {
  /** Sets the answers of the connection. */
  open(connection: AnyConnection<'station'>): void;
  boot(
    reason: 'PowerUp' | 'RemoteReset',
  ): Promise<{ readonly status: string; readonly interval: number } | undefined>;
  heartbeat(): Promise<void>;
  /** Is the card good? undefined: no answer. */
  authorise(idToken: string): Promise<boolean | undefined>;
  status(evseId: number): Promise<void>;
  deliver(event: TransactionEvent): Promise<Delivery>;
  /** Tells what is no transaction message. */
  tell(event: StationEvent): Promise<void>;
}
