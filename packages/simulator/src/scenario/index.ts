/** Scenario files and what is played from them. */
export { type AtOnce, chargedAtOnce } from './at-once.ts';
export { type Attainable, attainable, type Darkness } from './attainable.ts';
export { type Credentials, Fleet, type FleetCounts, type FleetEvent, type FleetOptions } from './fleet.ts';
export { type PastStay, pastOf } from './past.ts';
export { readScenario } from './read-scenario.ts';
export { ScenarioError } from './reader.ts';
export type { Scenario, SiteScenario } from './scenario.ts';
export { shippedScenario, shippedScenarios } from './shipped.ts';
export type { Plug, Stay } from './traffic.ts';
export { buildWorld, type SiteWorld, type StationWorld, shiftedWorld, type World } from './world.ts';
