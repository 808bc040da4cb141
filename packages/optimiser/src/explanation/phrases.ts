/** How times, powers, energies and prices read in a sentence for drivers and operators. */
import type { NormalProblem } from '../grid/index.ts';

/** `2026-03-01T18:30Z`: unmistakable everywhere; screens show local time from the plan's slots instead. */
export function instant(ms: number): string {
  const known = instants.get(ms);
  if (known !== undefined) return known;
  if (instants.size >= MOST_INSTANTS) instants.clear();
  const text = `${new Date(ms).toISOString().slice(0, 16)}Z`;
  instants.set(ms, text);
  return text;
}

/** The sentences of a fleet name the same hundred times of the day thousands of times. */
const instants = new Map<number, string>();
const MOST_INSTANTS = 4096;

export const kilowatts = (powerW: number): string => `${(powerW / 1000).toFixed(1)} kW`;
export const kilowattHours = (energyWh: number): string => `${(energyWh / 1000).toFixed(1)} kWh`;
export const percent = (ratio: number): string => `${Math.round(ratio * 100)} %`;

export function price(normal: NormalProblem, perKwh: number): string {
  return `${perKwh.toFixed(3)} ${normal.problem.currency ?? 'EUR'}/kWh`;
}

/** What a kW is worth while it is there: a price per kWh is one per kW and hour. */
export function perHour(normal: NormalProblem, perKwh: number): string {
  return `${perKwh.toFixed(3)} ${normal.problem.currency ?? 'EUR'} per hour`;
}

/** Start of a slot; slot 0 begins at `now`. */
export const startOf = (normal: NormalProblem, slot: number): number =>
  slot === 0 ? normal.nowMs : normal.startMs + slot * normal.slotMs;
export const endOf = (normal: NormalProblem, slot: number): number =>
  normal.startMs + (slot + 1) * normal.slotMs;

/** `from 18:00Z to 19:30Z`, the first stretch of neighbouring slots, and how many more there are. */
export function stretches(normal: NormalProblem, slots: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const slot of slots) {
    const last = runs.at(-1);
    if (last !== undefined && last[1] === slot - 1) last[1] = slot;
    else runs.push([slot, slot]);
  }
  const [first] = runs;
  if (first === undefined) return 'never';
  const text = `from ${instant(startOf(normal, first[0]))} to ${instant(endOf(normal, first[1]))}`;
  if (runs.length === 1) return text;
  return `${text} and in ${runs.length - 1} more ${runs.length === 2 ? 'period' : 'periods'}`;
}

export function average(slots: readonly number[], values: Float64Array): number {
  return slots.reduce((sum, slot) => sum + values[slot]!, 0) / Math.max(1, slots.length);
}
