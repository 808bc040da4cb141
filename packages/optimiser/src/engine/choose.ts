/** Which engine answers. `auto` takes the first that applies; the list stands in order of speed. */
import type { Engine } from './engine.ts';
import { highsEngine } from './highs/engine.ts';
import type { ProblemClass } from './problem-class.ts';

export const engineNames = ['highs'] as const;
export type EngineChoice = 'auto' | (typeof engineNames)[number];

/** @param now a monotonic clock in ms */
export function engines(now: () => number): Engine[] {
  return [highsEngine(now)];
}

/** The engine to use, or the sentence that says why the named one cannot. */
export function chooseEngine(
  available: readonly Engine[],
  choice: EngineChoice,
  problemClass: ProblemClass,
): Engine | { refusal: string } {
  const reasons: string[] = [];
  for (const engine of available) {
    if (choice !== 'auto' && engine.name !== choice) continue;
    const answer = engine.applies(problemClass);
    if (answer === true) return engine;
    reasons.push(`${engine.name}: ${answer}`);
  }
  return { refusal: reasons.join('; ') || `there is no engine named ${choice}` };
}
