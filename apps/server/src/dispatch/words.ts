import type { Profile } from './port.ts';
import { powerAt } from './power.ts';

/** `7.4 kW`. */
export function kilowatts(powerW: number): string {
  return `${(powerW / 1000).toFixed(1)} kW`;
}

/** What a profile asks for now and next, in words: `0.0 kW, from 14:15 UTC 7.4 kW`, or `from 2026-11-22 14:15 UTC` on another day. */
export function inWords(profile: Profile, nowMs: number): string {
  const now = `${kilowatts(powerAt(profile, Math.max(nowMs, profile.startMs)) ?? 0)}`;
  const next = profile.periods.find((period) => period.startMs > nowMs);
  if (next === undefined) return now;
  const [today, day] = [nowMs, next.startMs].map((atMs) => new Date(atMs).toISOString().slice(0, 10));
  const when = `${day === today ? '' : `${day} `}${clockTime(next.startMs)}`;
  return `${now}, from ${when} UTC ${kilowatts(next.powerW)}`;
}

/** `14:15`, UTC. */
export function clockTime(atMs: number): string {
  return new Date(atMs).toISOString().slice(11, 16);
}
