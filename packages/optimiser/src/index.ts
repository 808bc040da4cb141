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
