/** Turns times into slot indices. Arrivals round up, departures and deadlines round down. */
import type { Problem } from '../contract/problem.ts';

export interface SlotClock {
  slots: number;
  startMs: number;
  nowMs: number;
  slotMs: number;
  slotHours: number;
  hours: Float64Array;
}

const HOUR_MS = 3_600_000;

export function slotClock(problem: Problem): SlotClock {
  const startMs = Date.parse(problem.start);
  const nowMs = problem.now === undefined ? startMs : Date.parse(problem.now);
  const slotMs = (problem.slot_minutes ?? 15) * 60_000;
  const slots = problem.slots ?? 96;
  const slotHours = slotMs / HOUR_MS;
  const hours = new Float64Array(slots).fill(slotHours);
  hours[0] = (startMs + slotMs - nowMs) / HOUR_MS;
  return { slots, startMs, nowMs, slotMs, slotHours, hours };
}

/** First slot a car can use; what arrived by `now` is there from slot 0 on. May lie beyond the horizon. */
export function arrivalSlot(clock: SlotClock, arrival: string | undefined): number {
  if (arrival === undefined) return 0;
  const arrivalMs = Date.parse(arrival);
  return arrivalMs <= clock.nowMs ? 0 : Math.ceil((arrivalMs - clock.startMs) / clock.slotMs);
}

/** Number of whole slots that end by `at`; may be negative or beyond the horizon. */
export function slotsEndedBy(clock: SlotClock, at: string): number {
  return Math.floor((Date.parse(at) - clock.startMs) / clock.slotMs);
}
