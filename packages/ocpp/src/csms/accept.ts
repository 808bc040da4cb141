import type { Server as HttpServer } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import type {
  AnyConnection,
  Clock,
  ConnectionLimits,
  Log,
  Observer,
  Random,
  ReplyCache,
} from '../rpc/index.ts';
import type { OcppVersion } from '../versions/index.ts';
import type { Handshake } from './handshake.ts';

/** The answer to a handshake. */
export type Admission<Binding> =
  | {
      readonly accept: true;
      /** Whatever belongs to the station; handed to `onConnection`. */
      readonly binding: Binding;
      readonly settings?: ConnectionSettings;
    }
  | {
      readonly accept: false;
      /** HTTP status before the upgrade: 401 (unknown identity and wrong secret alike), 403, 404, 409, 429, 503. */
      readonly status: number;
      /** Short text for the peer: says nothing about which part was wrong. */
      readonly reason: string;
      /** For 429 and 503. */
      readonly retryAfterS?: number;
    };

/** What may differ from station to station. */
export interface ConnectionSettings {
  /** True: a payload beside its schema is refused. False (default): unknown fields, nulls and fractions are forgiven. */
  readonly strict?: boolean;
  /** Versions allowed for this station; the default is that of the listener. */
  readonly versions?: readonly OcppVersion[];
  /** The reply cache of the identity, so that it outlives the socket; without it the connection has its own. */
  readonly replies?: ReplyCache;
  readonly limits?: Partial<ConnectionLimits>;
  readonly observer?: Observer;
}

export interface AcceptOptions<Binding> {
  /** Stations dial `{path}/{identity}`; default `/ocpp`. */
  readonly path?: string;
  /** Versions to choose from; default all three. */
  readonly versions?: readonly OcppVersion[];
  /**
   * Decides before the upgrade: rate limits, credentials, binding of identity, user name and certificate, duplicates
   * (`existing.alive(5_000)`). An exception, or no answer within `handshakeMs`, is answered with 503.
   */
  authorise(handshake: Handshake): Admission<Binding> | Promise<Admission<Binding>>;
  /** Set handlers here, with `connection.onCall`; frames that came first wait. */
  onConnection(connection: AnyConnection<'csms'>, binding: Binding, handshake: Handshake): void;
  /** Every refused upgrade, e.g. for a metric or a security event. */
  onRefused?(refusal: {
    readonly status: number;
    readonly reason: string;
    readonly identity: string | null;
    readonly remoteAddress: string;
  }): void;
  readonly clock: Clock;
  readonly random: Random;
  readonly log?: Log;
  readonly limits?: Partial<ConnectionLimits>;
  /** Time from the request to the end of the upgrade; default 10 s. */
  readonly handshakeMs?: number;
}

/** The CSMS end of many stations. */
export interface StationListener {
  /** Takes the upgrades of a server (http or https, whichever TLS it speaks); returns the function that detaches. */
  attach(server: HttpServer | HttpsServer): () => void;
  /** The connections that are open. */
  readonly connections: ReadonlySet<AnyConnection<'csms'>>;
  /** Refuses new connections and ends all open ones (close code 1001). */
  close(): Promise<void>;
}
