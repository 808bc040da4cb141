/** Time as the platform sees it. Live it is the system clock; in a replay the simulator's clock satisfies the same shape. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Calls `fire` once `delayMs` have passed on this clock; the returned function cancels it. */
  after(delayMs: number, fire: () => void): () => void;
}

/** The real clock. Its timers do not keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, fire) {
    const timer = setTimeout(fire, Math.max(0, delayMs));
    timer.unref();
    return () => clearTimeout(timer);
  },
};
