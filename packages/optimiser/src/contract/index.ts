export { type FieldError, formatFieldError } from './field-error.ts';
export { type ParsedProblem, parseProblem } from './parse.ts';
export {
  type Baseline,
  type Cost,
  type Plan,
  type PlannedSession,
  type PlannedStore,
  PlanSchema,
  type Reason,
} from './plan.ts';
export {
  type Group,
  type Problem,
  ProblemSchema,
  type Session,
  type Site,
  type Store,
  type Target,
} from './problem.ts';
