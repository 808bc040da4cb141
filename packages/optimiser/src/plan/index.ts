export { type Answer, type AnswerOptions, answer, heuristicAnswer, type Refused } from './answer.ts';
export { assemblePlan, type Origin, type PlanInputs } from './assemble.ts';
export { type LastPlan, readLastPlan, startFrom } from './last-plan.ts';
