import { readdirSync, readFileSync } from 'node:fs';
import { readScenario } from './read-scenario.ts';
import { ScenarioError } from './reader.ts';
import type { Scenario } from './scenario.ts';

const FOLDER = new URL('../../scenarios/', import.meta.url);

/** Names of the scenarios that come with the simulator. */
export function shippedScenarios(): readonly string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .sort();
}

/** @throws ScenarioError when there is none of that name */
export function shippedScenario(name: string): Scenario {
  if (!shippedScenarios().includes(name)) {
    throw new ScenarioError(`there is no scenario "${name}"; there are ${shippedScenarios().join(', ')}`);
  }
  return readScenario(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8'));
}
