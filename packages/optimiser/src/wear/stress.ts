/** What a SoC path does to a battery: throughput, depth, time at high SoC. */
import { rainflow } from './rainflow.ts';

/** Above this the calendar ages fast. */
export const HIGH_SOC = 0.8;

/** SoC at arrival and at the end of each slot of the stay. */
export interface SocPath {
  soc: readonly number[];
  /** Length of each slot of the stay, one less than `soc`. */
  hours: readonly number[];
}

export interface Stress {
  days: number;
  hoursAtHighSoc: number;
  /** Share of the capacity that flowed in and out, halved. */
  equivalentFullCycles: number;
  /** Mean depth of the cycles, weighted with what flows in them. */
  depth: number;
  /** Mean of |SoC change| per hour while power flows, 1/h. */
  rate: number;
  /** Mean SoC of each slot, for models that average over time. */
  slots: readonly { soc: number; hours: number }[];
}

export function stressOf({ soc, hours }: SocPath): Stress {
  const slots = hours.map((length, i) => ({ soc: (soc[i]! + soc[i + 1]!) / 2, hours: length }));
  const flows = hours.map((_, i) => Math.abs(soc[i + 1]! - soc[i]!));
  const flowed = flows.reduce((sum, flow) => sum + flow, 0);
  const activeHours = hours.reduce((sum, length, i) => sum + (flows[i]! > 1e-9 ? length : 0), 0);
  const cycles = rainflow(soc);
  const weight = cycles.reduce((sum, { depth, count }) => sum + depth * count, 0);
  return {
    days: hours.reduce((sum, length) => sum + length, 0) / 24,
    hoursAtHighSoc: slots.reduce((sum, slot) => sum + (slot.soc > HIGH_SOC ? slot.hours : 0), 0),
    equivalentFullCycles: flowed / 2,
    depth:
      weight === 0 ? 0 : cycles.reduce((sum, { depth, count }) => sum + depth * depth * count, 0) / weight,
    rate: activeHours === 0 ? 0 : flowed / activeHours,
    slots,
  };
}

/** Time-weighted mean of a function of SoC. */
export function meanOverTime(slots: Stress['slots'], value: (soc: number) => number): number {
  const hours = slots.reduce((sum, slot) => sum + slot.hours, 0);
  if (hours === 0) return 0;
  return slots.reduce((sum, slot) => sum + value(slot.soc) * slot.hours, 0) / hours;
}
