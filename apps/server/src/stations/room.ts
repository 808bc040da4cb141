import type {
  CallFailure,
  CallOutcome,
  CsmsAction,
  OcppVersion,
  Request,
  Response,
  StationAction,
  UnansweredAction,
} from '@smac/ocpp';
import type { Capability } from './capability/capability.ts';
import type { StationEvent } from './event.ts';

/** What a message says it is: set by the room before a handler hears of it. */
export interface RequestContext {
  readonly stationId: string;
  readonly version: OcppVersion;
  /** Number of the socket the message came on; a later socket of the same station has a larger one. */
  readonly generation: number;
  /** Epoch ms when the message arrived. */
  readonly receivedMs: number;
  /** OCPP message id; a resend of the same message keeps its content, not always its id. */
  readonly messageId: string;
  /** Runs once the answer was handed to the socket, e.g. to begin calls of one's own. */
  afterAnswer(fire: () => void): void;
  /** false once another socket took the station over: what is answered now is not sent any more. */
  isCurrent(): boolean;
}

/**
 * Answers one message: the payload of a CALLRESULT, or `callFailure(code, description)` of @smac/ocpp. It is sent when the promise
 * resolves, so commit before. Messages of one station are handled one after the other.
 */
export type RequestHandler<V extends OcppVersion, A> = (
  payload: Request<V, A>,
  context: RequestContext,
) => Promise<Response<V, A> | CallFailure>;

/** Handlers by version and action. One room per version and action; what nobody handles is answered NotSupported. */
export type RequestHandlers = {
  readonly [V in OcppVersion]?: { readonly [A in StationAction<V>]?: RequestHandler<V, A> };
} & {
  /** The unanswered message of 2.1 (type 6): nothing goes back, whatever happens. */
  readonly streams?: {
    readonly [A in UnansweredAction]?: (payload: Request<'2.1', A>, context: RequestContext) => Promise<void>;
  };
};

/** Who asks for a call, and what was agreed about it. */
export interface CallOptions {
  /** For the audit trail: `key:<id>`, `local`, `system:<room>`. Calls of people (`key:`, `local`) are audited. */
  readonly actor?: string;
  /** Longest wait for the station's answer; default 30 s. */
  readonly timeoutMs?: number;
  /** Ahead of the calls that wait: for a limit that must go down now. */
  readonly urgent?: boolean;
}

/**
 * The station's own answer (`result`, or its CALLERROR `error`), or why there is none; every case is a value. After `timeout` and
 * `closed` with `sent` the station may have obeyed. The kinds of @smac/ocpp and three of this room.
 */
export type StationCallOutcome<P = unknown> =
  | CallOutcome<P>
  /** The station has no socket now; nothing was sent. */
  | { readonly kind: 'offline' }
  /** A rule or guard of this server said no; nothing was sent. */
  | { readonly kind: 'refused'; readonly detail: string }
  | { readonly kind: 'unknown-station' };

/** A call of a person. */
export interface PersonsCall {
  readonly stationId: string;
  readonly version: OcppVersion;
  readonly action: string;
  readonly payload: unknown;
  readonly actor: string;
}

/** A guard's word on a call before it leaves: undefined = let it pass. */
export type CallGuard = (call: PersonsCall) => Promise<string | undefined>;

export interface StationListener {
  readonly requests?: RequestHandlers;
  /** Hears what happened, after it was committed. Must not throw. */
  readonly event?: (event: StationEvent) => void;
  /** Looks at every call of people before it is sent: the grid guard's place. The text it returns is the refusal. */
  readonly guard?: CallGuard;
  /** Hears what came of every call of people that was sent, before they do. Must not throw. */
  readonly called?: (call: PersonsCall, outcome: StationCallOutcome) => Promise<void>;
}

export interface ConnectedStation {
  readonly stationId: string;
  readonly version: OcppVersion;
  readonly generation: number;
  readonly sinceMs: number;
  /** 1 = basic authentication without TLS, 2 = with TLS, 3 = client certificate. */
  readonly securityProfile: 1 | 2 | 3;
  readonly address: string;
  /** When the last frame came, pongs included. */
  readonly lastSeenMs: number;
}

/** The room of the stations as the other rooms of the back office know it. */
export interface Stations {
  /**
   * Registers handlers, an ear and a guard; the returned function takes them back.
   * @throws when another listener already handles one of the messages.
   */
  listen(listener: StationListener): () => void;
  /** The live socket of a station; undefined while it is offline. */
  connected(stationId: string): ConnectedStation | undefined;
  /** Sends one message of the station's own version and waits for its answer. Never rejects. */
  call(
    stationId: string,
    action: string,
    payload: unknown,
    options?: CallOptions,
  ): Promise<StationCallOutcome>;
  /** What the station can do, as far as it is known; the conservative record for a station nobody knows. */
  capability(stationId: string): Capability;
  /** Makes a connector known that a message names (never a reason to refuse one). 1.6: evseId = connectorId, connectorId = 1. */
  provision(stationId: string, evseId: number, connectorId?: number): Promise<void>;
}

/** A call with the types of its version. */
export type TypedCall = <V extends OcppVersion, A extends CsmsAction<V>>(
  stationId: string,
  version: V,
  action: A,
  payload: Request<V, A>,
  options?: CallOptions,
) => Promise<StationCallOutcome<Response<V, A>>>;
