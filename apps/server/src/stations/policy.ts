/** What an operator may set about the OCPP listener and the life of stations. */
export interface StationsPolicy {
  /** Handshakes per minute and address, and how many at once. */
  readonly handshakesPerAddress: number;
  /** Handshakes per second of all addresses together. */
  readonly handshakesPerSecond: number;
  /** Handshakes per minute and identity, from one address. */
  readonly handshakesPerIdentity: number;
  /** Answer to a BootNotification: how often a Heartbeat comes. */
  readonly heartbeatS: number;
  /** Calls of people to more stations than this within a minute need a second person (security.md 7.3). */
  readonly stationsPerMinute: number;
  /** The same for what the plugs of these stations give together, W. */
  readonly powerWPerMinute: number;
  /** Messages per second of one station, and how many at once (security.md 4.7). */
  readonly messagesPerSecond: number;
  readonly messageBurst: number;
  /** Longest handshake, TLS and the five seconds of a duplicate included. */
  readonly handshakeMs: number;
  /** TLS handshakes at once; the others wait for their turn, and their time runs from there on. */
  readonly handshakesAtOnce: number;
  /** Longest wait for that turn. */
  readonly handshakeWaitMs: number;
}

export const DEFAULT_POLICY: StationsPolicy = {
  handshakesPerAddress: 10,
  handshakesPerSecond: 200,
  handshakesPerIdentity: 6,
  heartbeatS: 300,
  stationsPerMinute: 50,
  powerWPerMinute: 1_000_000,
  messagesPerSecond: 20,
  messageBurst: 100,
  handshakeMs: 10_000,
  handshakesAtOnce: 32,
  handshakeWaitMs: 30_000,
};
