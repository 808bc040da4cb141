export { checkPlan } from './check-plan.ts';
export type { Violation, ViolationCode } from './violation.ts';
