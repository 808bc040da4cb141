import { limitInAmpere, limitInWatt } from '../composite/conversion.ts';
import type { RateUnit, SchedulePeriod } from '../types.ts';
import { compressed } from './compressed.ts';
import { merged, type StepFunction } from './step-function.ts';

export interface PlanWords {
  readonly unit: RateUnit;
  readonly nominalVoltageV: number;
  readonly phases: 1 | 2 | 3;
  /** ChargingScheduleMaxPeriods / PeriodsPerSchedule. */
  readonly maxPeriods: number;
}

/**
 * A plan of powers in W as the periods of one schedule that begins at `planW.startMs` and lasts until its end: rounded
 * down to what the wire carries, 0 or at least 6 A, then joined into the station's number of periods. No instant gets
 * more than planned. The plan's steps must begin on whole seconds after its start.
 */
export function planPeriods(planW: StepFunction, words: PlanWords): SchedulePeriod[] {
  const round = words.unit === 'A' ? limitInAmpere : limitInWatt;
  const rounded = merged({
    ...planW,
    steps: planW.steps.map(({ fromMs, value }) => ({
      fromMs,
      value: round(value, words.nominalVoltageV, words.phases),
    })),
  });
  return compressed(rounded, words.maxPeriods).steps.map(({ fromMs, value }) => ({
    startPeriod: Math.round((fromMs - planW.startMs) / 1000),
    limit: value,
    ...(words.phases === 3 ? {} : { numberPhases: words.phases }),
  }));
}
