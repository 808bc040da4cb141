/**
 * Duty cycle of the control pilot and the current it stands for: IEC 61851-1:2017 Annex A. There is no value between
 * 0 and 6 A.
 */

/** What the vehicle reads from a duty cycle (percent). */
export type Reading =
  | { readonly kind: 'current'; readonly currentA: number }
  /** Only with digital communication (ISO 15118, DIN 70121). */
  | { readonly kind: 'digital' }
  | { readonly kind: 'none' }
  | { readonly kind: 'error' };

const NONE: Reading = { kind: 'none' };

/** 100 % is X1: connected, no current offered. */
export const X1_PERCENT = 100;
export const DIGITAL_PERCENT = 5;
export const LEAST_CURRENT_A = 6;
export const MOST_CURRENT_A = 80;

export function readDuty(percent: number): Reading {
  if (percent < 3) return { kind: 'error' };
  if (percent <= 7) return { kind: 'digital' };
  if (percent < 8) return NONE;
  if (percent < 10) return { kind: 'current', currentA: 6 };
  if (percent <= 85) return { kind: 'current', currentA: 0.6 * percent };
  if (percent <= 96) return { kind: 'current', currentA: (percent - 64) * 2.5 };
  if (percent <= 97) return { kind: 'current', currentA: 80 };
  return NONE;
}

/** What the vehicle may draw per phase, A; 0 where nothing may be drawn by the pilot alone. */
export function currentOfDuty(percent: number): number {
  const reading = readDuty(percent);
  return reading.kind === 'current' ? reading.currentA : 0;
}

/**
 * The duty cycle of a limit in A per phase. Below 6 A it is X1 (paused); between 51 and 52.5 A, where the standard says
 * nothing, it is that of 51 A. Never stands for more than the limit.
 */
export function dutyOfCurrent(limitA: number): number {
  if (limitA < LEAST_CURRENT_A) return X1_PERCENT;
  if (limitA <= 51) return limitA / 0.6;
  if (limitA < 52.5) return 51 / 0.6;
  return Math.min(limitA, MOST_CURRENT_A) / 2.5 + 64;
}
