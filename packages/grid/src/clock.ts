/** Time that is handed in, so that tests and replays move it. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Calls `fire` once `delayMs` have passed on this clock; the returned function cancels it. */
  after(delayMs: number, fire: () => void): () => void;
}
