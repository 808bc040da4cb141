/** Parts a time-out is counted in. */
const STEPS = 10;

/** Runs something after so many ms. @returns takes it back */
export type After = (ms: number, run: () => void) => () => void;

const afterOfSystem: After = (ms, run) => {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
};

/**
 * Ends a wait after so much time in which this process could hear. While it stands still (a long computation, a machine that is busy) what
 * was answered lies unread, and an ordinary timer would be due before it is read: here a standstill counts as one step, however long.
 * @returns takes it back
 */
export function afterListening(ms: number, end: () => void, after: After = afterOfSystem): () => void {
  let left = STEPS;
  const step = () => {
    left -= 1;
    if (left === 0) end();
    else cancel = after(ms / STEPS, step);
  };
  let cancel = after(ms / STEPS, step);
  return () => cancel();
}
