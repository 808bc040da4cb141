import type { CsmsAction, OcppVersion, Request, Response, StationAction } from '@smac/ocpp';
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
  /** false once another socket took the station over: what is answered now is not sent any more. */
  isCurrent(): boolean;
}

/** The codes a handler may refuse with; the RPC spells them as the version wants them. */
export type RefusalCode =
  | 'FormatViolation'
  | 'GenericError'
  | 'InternalError'
  | 'NotImplemented'
  | 'NotSupported'
  | 'OccurrenceConstraintViolation'
  | 'PropertyConstraintViolation'
  | 'ProtocolError'
  | 'SecurityError'
  | 'TypeConstraintViolation';

/** What a handler says: the payload of a CALLRESULT, or a CALLERROR. Sent when the promise resolves, so commit before. */
export type HandlerAnswer<P> =
  | { readonly ok: true; readonly payload: P }
  | { readonly ok: false; readonly code: RefusalCode; readonly detail: string };

export type RequestHandler<V extends OcppVersion, A> = (
  payload: Request<V, A>,
  context: RequestContext,
) => Promise<HandlerAnswer<Response<V, A>>>;

/** Handlers by version and action. One room per version and action; what nobody handles is answered NotSupported. */
export type RequestHandlers = {
  readonly [V in OcppVersion]?: { readonly [A in StationAction<V>]?: RequestHandler<V, A> };
};

/** Who asks for a call, and what was agreed about it. */
export interface CallOptions {
  /** For the audit trail: `key:<id>`, `local`, `system:<room>`. Calls of people (`key:`, `local`) are audited. */
  readonly actor?: string;
  /** Longest wait for the station's answer; default 30 s. */
  readonly timeoutMs?: number;
}

/** The station's own answer, or why there is none. Every case is a value. */
export type CallOutcome<P = unknown> =
  | { readonly ok: true; readonly payload: P }
  | {
      readonly ok: false;
      /**
       * offline: no socket. timeout: the station did not answer in time, it may have obeyed. disconnected: the socket ended before
       * an answer, it may have obeyed. error: the station answered CALLERROR. invalid: refused here before anything was sent.
       * answer-invalid: the station's answer breaks the schema. refused: a guard of this server said no. unknown-station: no such station.
       */
      readonly code:
        | 'offline'
        | 'timeout'
        | 'disconnected'
        | 'error'
        | 'invalid'
        | 'answer-invalid'
        | 'refused'
        | 'unknown-station';
      /** One sentence that names the field and the fix where there is one. */
      readonly detail: string;
      /** The station's CALLERROR. */
      readonly error?: { readonly code: string; readonly description: string; readonly details: unknown };
    };

/** A guard's word on a call before it leaves: undefined = let it pass. */
export type CallGuard = (call: {
  readonly stationId: string;
  readonly version: OcppVersion;
  readonly action: string;
  readonly payload: unknown;
  readonly actor: string;
}) => Promise<string | undefined>;

export interface StationListener {
  readonly requests?: RequestHandlers;
  /** Hears what happened, after it was committed. Must not throw. */
  readonly event?: (event: StationEvent) => void;
  /** Looks at every call of people before it is sent: the grid guard's place. The text it returns is the refusal. */
  readonly guard?: CallGuard;
}

export interface ConnectedStation {
  readonly stationId: string;
  readonly version: OcppVersion;
  readonly generation: number;
  readonly sinceMs: number;
  /** 1 = basic authentication without TLS, 2 = with TLS, 3 = client certificate. */
  readonly securityProfile: 1 | 2 | 3;
  readonly address: string;
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
  call(stationId: string, action: string, payload: unknown, options?: CallOptions): Promise<CallOutcome>;
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
) => Promise<CallOutcome<Response<V, A>>>;
