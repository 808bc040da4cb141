export { chargeLimitOf } from './charge-limit.ts';
export type {
  NormalGroup,
  NormalProblem,
  NormalSession,
  NormalSite,
  NormalStore,
  NormalTarget,
  PowerMatrix,
} from './normal-problem.ts';
export { normalise } from './normalise.ts';
