/** Bounds of one connection. Every one can be set; these are the defaults of security section 4. */
export interface ConnectionLimits {
  /** Largest frame of an ordinary message, bytes. */
  readonly frameBytes: number;
  /** Largest frame of a message that is allowed to be large (reports, certificates, local lists), bytes; above: 1009. */
  readonly largeFrameBytes: number;
  /** Time for the answer to an own CALL. */
  readonly callTimeoutMs: number;
  /** Own calls that may wait behind the one in flight; above: `busy`. */
  readonly queuedCalls: number;
  /** Calls of the peer that may wait; above: reading stops, and when it cannot stop them: 1013. */
  readonly waitingCalls: number;
  /** Messages per second that are read of a peer beyond its burst; 0 (default) reads all. */
  readonly messagesPerS: number;
  /** Messages that are read at once before `messagesPerS` counts. */
  readonly burstMessages: number;
  /** Unread bytes above which the peer counts as one that does not read: 1013. */
  readonly bufferedBytes: number;
  /** A ping goes out this often; 0 sends none. */
  readonly pingMs: number;
  /** Pings without any sign of life after which the connection is dead: 1006. */
  readonly missedPings: number;
  /** Time that a handler may take before InternalError is answered for it. */
  readonly handlerMs: number;
  /** Time for the peer's close frame before the socket is cut. */
  readonly closeMs: number;
}

export const defaultLimits: ConnectionLimits = {
  frameBytes: 64 * 1024,
  largeFrameBytes: 256 * 1024,
  callTimeoutMs: 30_000,
  queuedCalls: 100,
  waitingCalls: 100,
  messagesPerS: 0,
  burstMessages: 100,
  bufferedBytes: 1024 * 1024,
  pingMs: 30_000,
  missedPings: 2,
  handlerMs: 30_000,
  closeMs: 5_000,
};
