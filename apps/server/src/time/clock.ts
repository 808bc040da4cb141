/** Time as the platform sees it. Live it is the system clock; in a replay the simulator's clock satisfies the same shape. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Calls `fire` once `delayMs` have passed on this clock; the returned function cancels it. */
  after(delayMs: number, fire: () => void): () => void;
}

/** Longer, and a timer of Node goes off at once: a limit that a station states for a year would be looked at without end. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The real clock. Its timers do not keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, fire) {
    let timer: NodeJS.Timeout;
    const wait = (leftMs: number) => {
      const turnMs = Math.min(leftMs, LONGEST_TIMER_MS);
      timer = setTimeout(() => (leftMs > turnMs ? wait(leftMs - turnMs) : fire()), turnMs);
      timer.unref();
    };
    wait(Math.max(0, delayMs));
    return () => clearTimeout(timer);
  },
};
