import type { DcCharger } from '../ev/connection.ts';

/** One EVSE of a station as it is built. */
export interface EvseOptions {
  readonly evseId: number;
  readonly currentType: 'AC' | 'DC';
  readonly phases: 1 | 2 | 3;
  /** A per phase of the mains. */
  readonly maxCurrentA: number;
  /** Which line of the supply its L1, L2, L3 are wired to; rotated from station to station. */
  readonly rotation?: readonly [1 | 2 | 3, 1 | 2 | 3, 1 | 2 | 3];
  readonly connectorType?: string;
  /** Required for DC. */
  readonly dcCharger?: DcCharger;
  /** Speaks ISO 15118 on AC too: set points and discharge. */
  readonly speaksIso15118?: boolean;
  /** May go from three phases to one and back (at 0 A, with 10 s in between). */
  readonly switchesPhases?: boolean;
  readonly wakesSleepers?: boolean;
  /** From C2 to closed contactor, ms; at most 3,000. */
  readonly contactorMs?: number;
  /**
   * What a limit between 0 and 6 A (or 0 itself) does here; vendors differ: pause below 6 A, keep offering 6 A unless the
   * limit is 0, or never go below 6 A.
   */
  readonly belowMinimum?: 'pauses' | 'holds-6A-unless-0' | 'never-pauses';
}

/** Round a row of stations: L1 L2 L3, then L2 L3 L1, then L3 L1 L2. */
export function rotationOf(position: number): readonly [1 | 2 | 3, 1 | 2 | 3, 1 | 2 | 3] {
  const order = [
    [1, 2, 3],
    [2, 3, 1],
    [3, 1, 2],
  ] as const;
  return order[((position % 3) + 3) % 3]!;
}
