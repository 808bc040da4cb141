import { eachPart } from './energy-curve.ts';
import type { CityFacts } from './facts.ts';
import { boundsOf } from './local-time.ts';

const QUARTER_MS = 15 * 60_000;
const QUARTERS_PER_HOUR = 4;

/** The highest value and since when it held first: W, or sessions at once. */
export interface Peak {
  readonly value: number;
  readonly atMs: number;
}

/** Highest power of all together as the mean of a quarter hour, W: what connections and grid fees are measured by. */
export function peakOf({ sessions, period }: CityFacts): Peak | null {
  const quarters = new Map<number, number>();
  for (const { evse, points } of sessions) {
    const { fromMs, untilMs } = boundsOf(period, evse.timeZone);
    eachPart(points, QUARTER_MS, (atMs, wh) => {
      if (atMs >= fromMs && atMs < untilMs) quarters.set(atMs, (quarters.get(atMs) ?? 0) + wh);
    });
  }
  let peak: Peak | null = null;
  for (const [atMs, wh] of [...quarters].sort(([a], [b]) => a - b)) {
    const w = wh * QUARTERS_PER_HOUR;
    if (peak === null || w > peak.value + 1e-6) peak = { value: w, atMs };
  }
  return peak;
}

/** Most sessions at the same time. One that ends when another begins is not beside it. */
export function simultaneousOf({ sessions, period, nowMs }: CityFacts): Peak | null {
  const steps: { readonly atMs: number; readonly step: 1 | -1 }[] = [];
  for (const { evse, startMs, endMs } of sessions) {
    const { fromMs, untilMs } = boundsOf(period, evse.timeZone);
    const beginMs = Math.max(startMs, fromMs);
    const leaveMs = Math.min(endMs ?? nowMs, untilMs);
    if (leaveMs > beginMs) steps.push({ atMs: beginMs, step: 1 }, { atMs: leaveMs, step: -1 });
  }
  steps.sort((a, b) => a.atMs - b.atMs || a.step - b.step);
  let now = 0;
  let most: Peak | null = null;
  for (const { atMs, step } of steps) {
    now += step;
    if (now > (most?.value ?? 0)) most = { value: now, atMs };
  }
  return most;
}
