import type { AnyConnection, Clock, Closure, ConnectionLimits, Log, Observer, Random } from '../rpc/index.ts';
import type { OcppVersion } from '../versions/index.ts';

/** Waits between attempts, as OCPP 2.x B08 wants them: minimum, doubled so many times, plus a random part. */
export interface BackOff {
  /** `RetryBackOffWaitMinimum`; default 10 s. */
  readonly minimumMs: number;
  /** `RetryBackOffRepeatTimes`: how often the wait is doubled; default 3. */
  readonly doublings: number;
  /** `RetryBackOffRandomRange`: at most so much is added, so that a fleet does not return as one; default 10 s. */
  readonly randomMs: number;
}

/** TLS of a wss URL. Without `ca` the system's roots count. */
export interface StationTls {
  /** PEM of the roots that the CSMS certificate must lead to. */
  readonly ca?: string;
  /** PEM of the station's certificate and key (security profile 3). */
  readonly cert?: string;
  readonly key?: string;
  readonly servername?: string;
  readonly minVersion?: 'TLSv1.2' | 'TLSv1.3';
}

export interface DialOptions {
  /** URL of the CSMS without the identity: `wss://csms.example/ocpp`. The identity is added, percent-encoded. */
  readonly url: string;
  readonly identity: string;
  /** Basic password; text is sent as UTF-8. Without it no credentials are sent. */
  readonly password?: string | Uint8Array;
  readonly tls?: StationTls;
  /** Versions offered, all three by default. */
  readonly versions?: readonly OcppVersion[];
  /** An attempt begins; it ends in `onConnected` or `onDisconnected`. */
  onDial?(): void;
  /** Set handlers here, with `connection.onCall`. */
  onConnected(connection: AnyConnection<'station'>): void;
  /** After each end and each failed attempt; `retryInMs` is null after `close`. */
  onDisconnected?(why: Disconnection): void;
  readonly clock: Clock;
  readonly random: Random;
  readonly log?: Log;
  readonly backOff?: Partial<BackOff>;
  readonly limits?: Partial<ConnectionLimits>;
  /** Time for one attempt, default 10 s. */
  readonly handshakeMs?: number;
  /** See `ConnectionSettings.strict`. */
  readonly strict?: boolean;
  readonly observer?: Observer;
}

export interface Disconnection {
  /** The end of a connection, or null when the attempt did not become one. */
  readonly closure: Closure | null;
  /** HTTP status of a refused upgrade. */
  readonly status: number | null;
  readonly reason: string;
  /** Consecutive failed attempts, 0 after a connection. */
  readonly attempts: number;
  readonly retryInMs: number | null;
}

/** A station's line to its CSMS: one connection at a time, dialled again until `close`. */
export interface StationLine {
  /** The open connection, or null while there is none. */
  readonly connection: AnyConnection<'station'> | null;
  /** Takes another URL, password or TLS from the next attempt on (SetNetworkProfile, a new BasicAuthPassword). */
  reconfigure(change: Partial<Pick<DialOptions, 'url' | 'password' | 'tls' | 'versions'>>): void;
  /** Ends the present connection, if any, and dials now instead of after the back-off. */
  redial(): void;
  /** Cuts the socket without a close frame, as a broken line would; the back-off follows. For simulations. */
  cut(): void;
  close(): Promise<void>;
}
