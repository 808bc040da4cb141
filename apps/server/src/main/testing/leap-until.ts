import type { Activity } from '../../time/activity.ts';
import type { LeapingClock } from './leaping-clock.ts';
import { until } from './played-stations.ts';

/** So little at once that one timer does not overtake what another one set going, ms. */
const LEAP_MS = 100;

/** Waits until it is so; time leaps while nothing is under way, so that pauses of the product take no time of the test. */
export function leapUntil(
  clock: LeapingClock,
  { activity }: { readonly activity: Activity },
  isSo: () => boolean,
): Promise<boolean> {
  return until(async () => {
    if (isSo()) return true;
    await activity.idle();
    clock.leap(LEAP_MS);
    return false;
  });
}
