import type { Clock } from '../../time/clock.ts';

/** A clock that runs `speed` times as fast as another, from now on. */
export function scaledClock(clock: Clock, speed: number): Clock {
  if (speed === 1) return clock;
  const startMs = clock.now();
  return {
    now: () => Math.floor(startMs + (clock.now() - startMs) * speed),
    after: (delayMs, fire) => clock.after(delayMs / speed, fire),
  };
}
