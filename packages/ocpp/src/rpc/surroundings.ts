/** Time as this package sees it. `apps/server` and the simulator hand in their clocks: the shape is the same. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Calls `fire` once `delayMs` have passed on this clock; the returned function cancels it. */
  after(delayMs: number, fire: () => void): () => void;
}

/** A log such as pino's. Nothing logged here carries a payload, a password or a token. */
export interface Log {
  debug(facts: object, message: string): void;
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

const nothing = (): void => {};
/** A log that drops everything. */
export const silentLog: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** A number in [0, 1), such as `Math.random` or the simulator's seeded source. */
export type Random = () => number;
