/** What own stations are told to hold: fallbacks, plans and limits as OCPP charging profiles, and what they say of them. */
export { type ByHand, createByHand, type HandRefusal } from './by-hand.ts';
export { type Drift, type DriftLog, driftLog } from './drift-log.ts';
export { createFallback, type Fallback } from './fallback.ts';
export { type FallbackEvse, fallbackShares } from './fallback-share.ts';
export { giveWay } from './give-way.ts';
export { followHandMade, type HandMadeProfiles } from './hand-made.ts';
export type { HandMade } from './hand-made-book.ts';
export { followMainMeters } from './main-meter.ts';
export { watchOverdraw } from './overdraw-watch.ts';
export { followPowerReadings } from './power-readings.ts';
export { type BookEntry, type ProfileBook, profileBook } from './profile-book.ts';
export { readProfile } from './read-profile.ts';
export { followRunning, type Running } from './running.ts';
export { followStationReports } from './station-reports.ts';
export { createStationTarget, type StationTargetOptions } from './target.ts';
