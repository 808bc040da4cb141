export { acceptAfrrSignal } from './composite/afrr-signal.ts';
export { compositeSchedule } from './composite/composite-schedule.ts';
export {
  converted,
  LEAST_AC_CURRENT_A,
  limitInAmpere,
  limitInWatt,
  powerAtLimit,
  roundedDown,
} from './composite/conversion.ts';
export { withLimits } from './composite/wire-schedule.ts';
export { type Installation, installProfile, installRules } from './install/install.ts';
export type { InstallRequest, InstallSource, Rule, RunningTransaction } from './install/rule.ts';
export { type ClearCriteria, type Clearing, clearProfiles } from './lifetime/clear.ts';
export { updateDynamicProfile } from './lifetime/dynamic-update.ts';
export { afterReboot, afterReconnect, afterTransaction } from './lifetime/lifetime.ts';
export { type PriorityChargingAnswer, usePriorityCharging } from './lifetime/priority-charging.ts';
export { type Compression, compressed } from './steps/compressed.ts';
export { type Difference, differences } from './steps/differences.ts';
export { highestHeld } from './steps/held.ts';
export { type PlanWords, planPeriods, planSetpoints } from './steps/plan-periods.ts';
export {
  constant,
  fromComposite,
  fromSlots,
  highestOver,
  integralPerHour,
  limitAt,
  lowestOver,
  maximum,
  minimum,
  type Step,
  type StepFunction,
  sum,
} from './steps/step-function.ts';
export type * from './types.ts';
