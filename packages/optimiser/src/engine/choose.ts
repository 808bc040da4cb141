/**
 * Which engines may answer. `auto` takes the first that applies and goes on to the next when one gives up; the list stands in order of
 * speed, so the special solvers go before HiGHS, which solves everything. An engine that does not prefer a class comes last.
 */
import type { Engine } from './engine.ts';
import { flowEngine } from './flow/engine.ts';
import { greedyEngine } from './greedy/engine.ts';
import { highsEngine } from './highs/engine.ts';
import { interiorEngineOn } from './interior/engine.ts';
import type { ProblemClass } from './problem-class.ts';
import { repairEngine } from './repair/engine.ts';

export const engineNames = ['greedy', 'flow', 'interior', 'repair', 'highs'] as const;
export type EngineName = (typeof engineNames)[number];
export type EngineChoice = 'auto' | EngineName;

/** All engines in the order in which `auto` tries them. @param now a monotonic clock in ms */
export function engines(now: () => number): Engine[] {
  const highs = highsEngine(now);
  const interior = interiorEngineOn(now);
  const byName: Record<EngineName, Engine> = {
    greedy: greedyEngine,
    flow: flowEngine,
    interior,
    repair: repairEngine(now, [greedyEngine, flowEngine, interior, highs]),
    highs,
  };
  return engineNames.map((name) => byName[name]);
}

/** The engines to try, one after the other (only the named one where one is named), or the sentence that says why there is none. */
export function chooseEngines(
  available: readonly Engine[],
  choice: EngineChoice,
  problemClass: ProblemClass,
): Engine[] | { refusal: string } {
  const fit: Engine[] = [];
  const reasons: string[] = [];
  for (const engine of available) {
    if (choice !== 'auto' && engine.name !== choice) continue;
    const answer = engine.applies(problemClass);
    if (answer === true) fit.push(engine);
    else reasons.push(`${engine.name}: ${answer}`);
  }
  const last = (engine: Engine) => engine.prefers?.(problemClass) === false;
  if (fit.length > 0) return [...fit.filter((engine) => !last(engine)), ...fit.filter(last)];
  return { refusal: reasons.join('; ') || `there is no engine named ${choice}` };
}
