export { checkPlan, type Violation } from './checker/index.ts';
export * from './contract/index.ts';
export { type EngineChoice, type EngineName, engineNames } from './engine/index.ts';
export { EngineRefused, type PlannerLog, type PlanOptions, planNow } from './planner/plan-now.ts';
export { createPlanner, type Planner, type PlannerSettings } from './planner/planner.ts';
export {
  assessWear,
  DEFAULT_WEAR_ASSUMPTIONS,
  WEAR_MODELS,
  type WearAssessment,
  type WearAssumptions,
  wearOf,
  withoutDischarge,
} from './wear/index.ts';
