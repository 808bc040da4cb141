/** EVs, drivers and a charge point operator that obey physics and speak real OCPI, on an injected clock. */
export { type Activity, settled, WorkInFlight } from './clock/quiescence.ts';
export { type Clock, VirtualClock } from './clock/virtual-clock.ts';
export { type CounterpartOptions, type CpoCounterpart, createCpoCounterpart } from './cpo/counterpart.ts';
export type { CpoEvent, CpoListener } from './cpo/events.ts';
export type { Fault, FaultPlan, ProfileFault, ProfileFaultPlan } from './cpo/faults.ts';
export type { CpoIdentity } from './cpo/objects.ts';
export { CONTEXT_ID, type SupplyPoint } from './cpo/optimisation-context.ts';
export { bidirectional, CATALOGUE, type CarModel, pickCar, unknownCar } from './ev/catalogue.ts';
export { maxMainsW, minMainsW } from './ev/charger.ts';
export type { Place } from './generators/habits.ts';
export { generateLoad } from './generators/load.ts';
export { generatePrices } from './generators/prices.ts';
export { generatePv } from './generators/pv.ts';
export { sampleQuantile } from './generators/quantiles.ts';
export { generateVisits, type VisitOptions } from './generators/visits.ts';
export { parseAcnSessions, type RecordedSession } from './loaders/acn-sessions.ts';
export { parseCo2Csv } from './loaders/co2-csv.ts';
export { type EntsoePrices, parseEntsoeA44 } from './loaders/entsoe-prices.ts';
export { type FileProblem, type Loaded, problemText } from './loaders/loaded.ts';
export { type PriceFileOptions, type PriceUnit, parsePriceCsv } from './loaders/prices-csv.ts';
export { loadFile, readText } from './loaders/text-file.ts';
export { parsePvwatts, parseSimbenchLoad } from './loaders/year-csv.ts';
export { createRandom, type Random } from './random/random.ts';
export { relocatedSeries } from './series/relocated.ts';
export { endOf, mapSeries, meanOver, resample, type Series, valueAt } from './series/series.ts';
export {
  addDays,
  clockText,
  dateText,
  epochOfWall,
  startOfDay,
  type WallTime,
  wallOfEpoch,
  weekdayOf,
} from './series/wall-time.ts';
export { seriesOfYear, type YearProfile } from './series/year-profile.ts';
export type { OfferedLimit } from './site/offered-limit.ts';
export { localLimit, profilesOnly, type SitePolicy, uncontrolled } from './site/policy.ts';
export { type RecordedSlot, SiteRecord, type SlotTerms, slotsOf } from './site/record.ts';
export { Site, type SiteOptions, type SocketReading } from './site/site.ts';
export { type EvseConfig, evsePowerW, Socket } from './site/socket.ts';
export { runUncontrolled, type UncontrolledRun } from './site/uncontrolled-run.ts';
export { type RecordedVisitOptions, visitsFromRecorded } from './visits/recorded.ts';
export type { Visit, Wish } from './visits/visit.ts';
