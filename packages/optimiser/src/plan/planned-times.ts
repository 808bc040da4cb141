/** First and last instant of energy (SMC_010): what a driver is told as planned start and end. */
import type { NormalProblem } from '../grid/index.ts';
import { IN_USE_W } from './clean-powers.ts';

export interface PlannedTimes {
  planned_start: string | null;
  planned_end: string | null;
}

export function plannedTimes(normal: NormalProblem, powerW: Float64Array): PlannedTimes {
  const first = powerW.findIndex((power) => Math.abs(power) > IN_USE_W);
  if (first < 0) return { planned_start: null, planned_end: null };
  const last = powerW.findLastIndex((power) => Math.abs(power) > IN_USE_W);
  const startMs = first === 0 ? normal.nowMs : normal.startMs + first * normal.slotMs;
  return {
    planned_start: new Date(startMs).toISOString(),
    planned_end: new Date(normal.startMs + (last + 1) * normal.slotMs).toISOString(),
  };
}
