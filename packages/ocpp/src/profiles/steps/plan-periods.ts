import { LEAST_AC_CURRENT_A, limitInAmpere, limitInWatt } from '../composite/conversion.ts';
import type { RateUnit, SchedulePeriod } from '../types.ts';
import { type Compression, compressed } from './compressed.ts';
import { merged, type StepFunction } from './step-function.ts';

export interface PlanWords {
  readonly unit: RateUnit;
  readonly nominalVoltageV: number;
  readonly phases: 1 | 2 | 3;
  /** ChargingScheduleMaxPeriods / PeriodsPerSchedule. */
  readonly maxPeriods: number;
  /** Less than this is 0; default 6 A. 0 for DC. */
  readonly leastA?: number;
  /** How much a loss counts between two instants; see `compressed`. */
  readonly weigh?: (fromMs: number, toMs: number) => number;
}

/**
 * A plan of powers in W as the periods of one schedule that begins at `planW.startMs` and lasts until its end: rounded
 * down to what the wire carries, 0 or at least 6 A, then joined into the station's number of periods. No instant gets
 * more than planned; a negative power is 0. The plan's steps begin on whole seconds after its start.
 */
export function planPeriods(planW: StepFunction, words: PlanWords): SchedulePeriod[] {
  return inPeriods(planW, words, 'down').map(({ startPeriod, value }) => ({
    startPeriod,
    limit: value,
    ...phasesOf(words),
  }));
}

/**
 * The same for a plan that may discharge (2.1): setpoints in mode CentralSetpoint, rounded towards zero, so that nothing charges
 * or discharges more than planned.
 */
export function planSetpoints(planW: StepFunction, words: PlanWords): SchedulePeriod[] {
  return inPeriods(planW, words, 'towardsZero').map(({ startPeriod, value }) => ({
    startPeriod,
    operationMode: 'CentralSetpoint',
    setpoint: value,
    ...phasesOf(words),
  }));
}

function inPeriods(
  planW: StepFunction,
  { unit, nominalVoltageV, phases, maxPeriods, leastA = LEAST_AC_CURRENT_A, weigh }: PlanWords,
  by: Compression,
): { readonly startPeriod: number; readonly value: number }[] {
  const round = unit === 'A' ? limitInAmpere : limitInWatt;
  const size = (powerW: number): number => round(Math.max(0, powerW), nominalVoltageV, phases, leastA);
  const rounded = merged({
    ...planW,
    steps: planW.steps.map(({ fromMs, value }) => ({
      fromMs,
      value: by === 'towardsZero' && value < 0 ? 0 - size(-value) : size(value),
    })),
  });
  return compressed(rounded, maxPeriods, by, weigh).steps.map(({ fromMs, value }) => ({
    startPeriod: Math.round((fromMs - planW.startMs) / 1000),
    value,
  }));
}

/** Absent is 3, so three phases are not said: a DC EVSE would refuse them (K01.FR.44). */
function phasesOf({ phases }: PlanWords): { numberPhases?: number } {
  return phases === 3 ? {} : { numberPhases: phases };
}
