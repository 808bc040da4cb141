import { oneAtATime } from '../api/in-turn.ts';

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
  let isOver = false;
  // A reading that began before what was just changed may not show it: whoever asks gets one that begins afterwards.
  const now = oneAtATime(async () => {
    clearTimeout(timer);
    await read();
    if (isOver || document.hidden) return;
    timer = setTimeout(() => void now(), typeof everyMs === 'number' ? everyMs : everyMs());
  });
  const seen = () => {
    if (!document.hidden) void now();
  };
  document.addEventListener('visibilitychange', seen);
  void now();
  return {
    now,
    stop() {
      isOver = true;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', seen);
    },
  };
}
