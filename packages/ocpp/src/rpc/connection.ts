import type {
  Action,
  CsmsAction,
  Request,
  Response,
  StationAction,
  UnansweredAction,
} from '../messages/index.ts';
import type { OcppVersion } from '../versions/index.ts';
import type { AnyCallHandler, CallHandlers } from './handlers.ts';
import type { CallOutcome, SendOutcome } from './outcome.ts';

/** Which end of the connection we are. */
export type Side = 'csms' | 'station';

/** The actions that a side may call on the other. */
export type OwnAction<V extends OcppVersion, S extends Side> = S extends 'csms'
  ? CsmsAction<V>
  : StationAction<V>;

export interface CallOptions {
  /** Time for the answer, counted from the moment the frame leaves; the default is that of the connection. */
  readonly timeoutMs?: number;
  /** The message id; made by the connection when absent. A caller that repeats a call after `closed` gives its id. */
  readonly messageId?: string;
  /** Ahead of the calls that wait (never ahead of the one in flight): for a limit that must go down now. */
  readonly urgent?: boolean;
  /** Takes the call back while it waits; the outcome is then `closed` with `sent: false`. */
  readonly signal?: AbortSignal;
}

/** How a connection ended. */
export interface Closure {
  /** WebSocket close code; 1006 when the line went without one. */
  readonly code: number;
  readonly reason: string;
  /** Who ended it: this side, the peer, or the line between them. */
  readonly by: 'us' | 'peer' | 'line';
}

/**
 * One OCPP-J connection, the same on both sides. At most one own CALL is outstanding; others wait in a bounded queue in
 * the order of `call`. Narrow the version with `connection.version === '2.1'`.
 */
export interface Connection<V extends OcppVersion = OcppVersion, S extends Side = Side> {
  readonly version: V;
  readonly side: S;
  /** The station's identity, on either side. */
  readonly identity: string;
  /** Unique among the connections of this process, rising: a later socket of a station has a higher generation. */
  readonly generation: number;
  readonly open: boolean;
  /** Own calls in flight or waiting. */
  readonly queued: number;
  /** Bytes that the peer has not read yet. */
  readonly bufferedBytes: number;
  /** When the last frame (pongs included) arrived, epoch milliseconds. */
  readonly lastSeenMs: number;
  /** Resolves once, when the connection has ended. */
  readonly closed: Promise<Closure>;

  /** Calls the peer. Never rejects; what is in the way is said by the outcome. */
  call<A extends OwnAction<V, S>>(
    action: A,
    payload: Request<V, A>,
    options?: CallOptions,
  ): Promise<CallOutcome<Response<V, A>>>;
  /** The same for an action that is known at run time only: a wrong one gives `invalid`, naming the fields. */
  callAny(action: string, payload: unknown, options?: CallOptions): Promise<CallOutcome>;
  /** Sends a message that is never answered; `invalid` below 2.1 and on the CSMS side. */
  send<A extends UnansweredAction>(action: A, payload: Request<'2.1', A>): SendOutcome;

  /** Sets the answers by action; calls that arrived before are kept until then, up to `waitingCalls`. */
  onCall(handlers: CallHandlers<V>): void;
  /** Sets one function for all actions instead. */
  onAnyCall(handler: AnyCallHandler): void;

  /** Pings the peer: true when its pong arrives within that time. */
  alive(withinMs: number): Promise<boolean>;
  /** Ends the connection; waits at most some seconds for the peer's close frame. Own calls end as `closed`. */
  close(code?: number, reason?: string): Promise<Closure>;
}

/** A connection whose version is not known yet: a union, so that `version` narrows it. */
export type AnyConnection<S extends Side = Side> = { [V in OcppVersion]: Connection<V, S> }[OcppVersion];

/** Any action of any version, for tables that cover them all. */
export type AnyAction = { [V in OcppVersion]: Action<V> }[OcppVersion];
