/** Generators and oracles for tests and benchmarks. Product code never imports this. */
export { generateProblem, type Size, SMALL } from './generate-problem.ts';
export type { LevelValues } from './literal/levels.ts';
export { measure } from './literal/measure.ts';
export { referenceLevels } from './literal/reference.ts';
export {
  FEATURES,
  type Feature,
  PROBLEM_CLASS_NAMES,
  PROBLEM_CLASSES,
  type ProblemClass,
} from './problem-classes.ts';
export { type Proof, proveInstance } from './prove-instance.ts';
export { type Random, seededRandom } from './random.ts';
