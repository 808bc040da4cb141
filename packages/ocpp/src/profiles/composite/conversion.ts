import type { RateUnit } from '../types.ts';

/**
 * The one nominal rule between A and W (1.6 errata 3.68): W is the total, A is per phase.
 * @param phases at least 1; a number of phases of 0 says nothing and must have been replaced before (a station that
 * divided by it reported "powerDivider is 0").
 */
export function converted(
  value: number,
  from: RateUnit,
  to: RateUnit,
  nominalVoltageV: number,
  phases: number,
): number {
  if (from === to) return value;
  return from === 'A' ? value * nominalVoltageV * phases : value / (nominalVoltageV * phases);
}

/** Below this an AC car does not charge: IEC 61851-1 has no duty cycle for less. A DC station has no such bound. */
export const LEAST_AC_CURRENT_A = 6;

/**
 * A limit as a station takes it in A: rounded down to 0.1 A, the wire's one decimal; 0 when that is below the least current.
 * @param leastA 0 for DC.
 */
export function limitInAmpere(
  powerW: number,
  nominalVoltageV: number,
  phases: number,
  leastA: number = LEAST_AC_CURRENT_A,
): number {
  const currentA = floorTo(powerW / (nominalVoltageV * phases), 10);
  return currentA < leastA ? 0 : currentA;
}

/**
 * A limit as a station takes it in W: rounded down to whole watts; 0 when that is below the least current on these phases.
 * @param leastA 0 for DC.
 */
export function limitInWatt(
  powerW: number,
  nominalVoltageV: number,
  phases: number,
  leastA: number = LEAST_AC_CURRENT_A,
): number {
  const floored = floorTo(powerW, 1);
  return floored < leastA * nominalVoltageV * phases ? 0 : floored;
}

/** The highest power that a current limit lets through. */
export function powerAtLimit(currentA: number, nominalVoltageV: number, phases: number): number {
  return currentA * nominalVoltageV * phases;
}

/** Rounded down to the wire's one decimal, for either unit; never more than the value. */
export function roundedDown(value: number): number {
  return floorTo(value, 10);
}

/** 8.1 stays 8.1: k / 10 x 10 is k again in binary floating point for every k (Kahan: 10 = 2^3 + 2^1). */
function floorTo(value: number, perUnit: number): number {
  return Math.floor(value * perUnit) / perUnit;
}
