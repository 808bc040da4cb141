export { chooseEngines, type EngineChoice, type EngineName, engineNames, engines } from './choose.ts';
export {
  type Engine,
  type EngineOptions,
  isSolution,
  type LastPowers,
  type NoSolution,
  type Solution,
} from './engine.ts';
export { classify, needsIntegers, type ProblemClass } from './problem-class.ts';
