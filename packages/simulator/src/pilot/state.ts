import { X1_PERCENT } from './duty.ts';

/** A no vehicle, B connected, C wants energy, D wants energy with ventilation, E no voltage, F fault (IEC 61851-1 Table A.4). */
export type PilotState = 'A' | 'B' | 'C' | 'D' | 'E' | 'F';

/** Voltage of the positive half wave, V; F is a steady -12 V. */
export const PILOT_VOLTAGE_V: Readonly<Record<PilotState, number>> = {
  A: 12,
  B: 9,
  C: 6,
  D: 3,
  E: 0,
  F: -12,
};

/** What the vehicle puts between pilot and earth, ohms: 2.74 k plugged in, with S2 closed about 882, with ventilation 246. */
export const VEHICLE_OHM = { B: 2_740, C: 882, D: 246 } as const;

/** The state a vehicle's resistance makes; infinite = nothing plugged in, a short circuit is E. */
export function stateOfResistance(ohm: number): PilotState {
  if (ohm > 4_500) return 'A';
  if (ohm > 1_600) return 'B';
  if (ohm > 500) return 'C';
  return ohm > 100 ? 'D' : 'E';
}

/** `B1`, `C2`: 1 = no PWM (X1), 2 = PWM. A, E and F have no suffix that matters. */
export function stateName(state: PilotState, dutyPercent: number): string {
  if (state === 'E' || state === 'F') return state;
  return `${state}${dutyPercent >= X1_PERCENT ? 1 : 2}`;
}
