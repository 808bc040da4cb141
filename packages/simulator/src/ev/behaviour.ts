import type { PilotState } from '../pilot/state.ts';

/** How a car behaves at a control pilot, beyond its electrical data. Seconds and amperes per phase. */
export interface Behaviour {
  /** From a changed pilot to the first change of current: 1 to 5 s upwards; downwards and at X1 it is quicker. */
  readonly reactionS: number;
  /** From the first offer to closing S2: wake-up of its own systems. */
  readonly startS: number;
  readonly riseAPerS: number;
  readonly fallAPerS: number;
  /** Without current this long it sleeps: stays in B when current returns. Absent = never. */
  readonly sleepsAfterS?: number;
  /** What ends its sleep: a toggle to E/F, or only unplugging. */
  readonly wokenBy?: 'toggle' | 'replug';
  /** Smallest current it charges with; IEC allows 6 A, some need 7 or 8 A. */
  readonly minCurrentA: number;
  /** Below its own minimum it draws nothing, or it breaks off with a fault. */
  readonly belowMinimum?: 'pauses' | 'faults';
  /** Rounds the offer down to steps, then stays this far below it. */
  readonly currentStepA: number;
  readonly lagA: number;
  /** Starts so long after plug-in (its own timer). */
  readonly delayS: number;
  /** Warms battery and cabin once charged: takes this power from the mains although it is full. */
  readonly preheatW: number;
  /** Draws this factor of what it aims at (1 = keeps to the offer). */
  readonly overdraw: number;
  /** Without diode and B step (simplified pilot): never above 10 A, and at once in C. */
  readonly isSimplified: boolean;
  /** With ventilation: asks for energy in state D. */
  readonly wants: Extract<PilotState, 'C' | 'D'>;
}

/** An AC car reacts 1 to 5 s after the pilot, rises from 0 to 16 A in 5 to 15 s and falls in less than 3 s. */
export const GOOD: Behaviour = {
  reactionS: 3,
  startS: 6,
  riseAPerS: 2,
  fallAPerS: 12,
  minCurrentA: 6,
  currentStepA: 0.1,
  lagA: 0,
  delayS: 0,
  preheatW: 0,
  overdraw: 1,
  isSimplified: false,
  wants: 'C',
};

export const SLEEPER: Behaviour = { ...GOOD, sleepsAfterS: 1_800, wokenBy: 'toggle' };
export const DEAD_SLEEPER: Behaviour = { ...SLEEPER, wokenBy: 'replug' };
export const NO_6A: Behaviour = { ...GOOD, minCurrentA: 8, belowMinimum: 'pauses' };
export const FUSSY: Behaviour = { ...GOOD, minCurrentA: 8, belowMinimum: 'faults' };
export const ROUNDER: Behaviour = { ...GOOD, currentStepA: 1, lagA: 1 };
export const DELAYED: Behaviour = { ...GOOD, delayS: 3_600 };
export const PREHEATER: Behaviour = { ...GOOD, preheatW: 2_500 };
export const EIGHT_PERCENT_OVER: Behaviour = { ...GOOD, overdraw: 1.08 };
export const SIMPLIFIED: Behaviour = { ...GOOD, isSimplified: true, startS: 0 };

/** The kinds by name, for scenario files. */
export const BEHAVIOURS = {
  good: GOOD,
  sleeper: SLEEPER,
  'dead-sleeper': DEAD_SLEEPER,
  'no-6A': NO_6A,
  fussy: FUSSY,
  rounder: ROUNDER,
  delayed: DELAYED,
  preheater: PREHEATER,
  overdrawer: EIGHT_PERCENT_OVER,
  simplified: SIMPLIFIED,
} as const satisfies Readonly<Record<string, Behaviour>>;
export type BehaviourName = keyof typeof BEHAVIOURS;
