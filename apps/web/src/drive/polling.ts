const EVERY_MS = 3_000;

/**
 * Reads again and again while the page is looked at, one reading at a time.
 * @param everyMs how long between two readings; asked anew each time, because a stream may make it rarer
 * @returns ends it, and a way to read at once
 */
export function keepReading(
  read: () => Promise<void>,
  everyMs: number | (() => number) = EVERY_MS,
): {
  readonly stop: () => void;
  readonly now: () => Promise<void>;
} {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let under: Promise<void> | undefined;
  let isOver = false;
  const turn = async () => {
    clearTimeout(timer);
    under = read().finally(() => {
      under = undefined;
    });
    await under;
    if (isOver || document.hidden) return;
    clearTimeout(timer);
    timer = setTimeout(() => void turn(), typeof everyMs === 'number' ? everyMs : everyMs());
  };
  const now = async () => {
    // One that began before what was just changed may not show it.
    await under;
    await turn();
  };
  const seen = () => {
    if (!document.hidden) void now();
  };
  document.addEventListener('visibilitychange', seen);
  void turn();
  return {
    now,
    stop() {
      isOver = true;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', seen);
    },
  };
}
