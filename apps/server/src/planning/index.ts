/** From inputs to plans: problem building, triggers, the loop, plan records, learned stays. */

export { type ChargeEffect, chargeEffect } from './charge-effect.ts';
export { createPlanning } from './create-planning.ts';
export {
  type Degradation,
  inputsToMend,
  type PlannedFor,
  type PlanRecord,
  type PlanSummary,
} from './plan-record.ts';
export type { PlanListener, Planning, Savings, SessionPicture, SitePoint } from './planning.ts';
export { DEFAULT_PLANNING_POLICY, type PlanningPolicy } from './policy.ts';
export { resample } from './resample.ts';
export { learnStay } from './stay-store.ts';
export { partShares } from './supply-parts.ts';
export type { PlanDispatcher, PlanMaker, PlanningOptions } from './surroundings.ts';
export { toldPlan } from './told-plan.ts';
