export { checkPlan, type Violation } from './checker/index.ts';
export * from './contract/index.ts';
export { type EngineChoice, engineNames } from './engine/index.ts';
export {
  createPlanner,
  EngineRefused,
  type Planner,
  type PlannerLog,
  type PlannerSettings,
  type PlanOptions,
  planNow,
} from './planner/planner.ts';
export {
  assessWear,
  DEFAULT_WEAR_ASSUMPTIONS,
  WEAR_MODELS,
  type WearAssessment,
  type WearAssumptions,
  withoutDischarge,
} from './wear/index.ts';
