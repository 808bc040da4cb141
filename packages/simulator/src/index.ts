/** EVs, drivers, charging stations and a charge point operator that obey physics, on an injected clock. */
export { type Activity, settled, WorkInFlight } from './clock/quiescence.ts';
export { type Clock, VirtualClock } from './clock/virtual-clock.ts';
export { type CounterpartOptions, type CpoCounterpart, createCpoCounterpart } from './cpo/counterpart.ts';
export type { CpoEvent, CpoListener } from './cpo/events.ts';
export type { Fault, FaultPlan, ProfileFault, ProfileFaultPlan } from './cpo/faults.ts';
export type { CpoIdentity } from './cpo/objects.ts';
export { CONTEXT_ID, type SupplyPoint } from './cpo/optimisation-context.ts';
export { BEHAVIOURS, type Behaviour, type BehaviourName } from './ev/behaviour.ts';
export { bidirectional, CATALOGUE, type CarModel, pickCar, unknownCar } from './ev/catalogue.ts';
export { maxMainsW, minMainsW } from './ev/charger.ts';
export { ConnectedCar, type ConnectedCarOptions } from './ev/connected-car.ts';
export type { DcCharger, DcInlet } from './ev/connection.ts';
export { type DischargeTerms, GENEROUS, NO_DISCHARGE } from './ev/discharge-terms.ts';
export { Iso15118Session, type Iso15118Step, stepsToLoop } from './ev/iso15118-sequence.ts';
export {
  allowsDischarge,
  type DisplayParameters,
  type DriverSettings,
  displayParameters,
  type EnergyRequest,
  energyRequest,
  ownPowerProfile,
} from './ev/needs.ts';
export { atTemperature, DC_CARS, type VehicleModel, vehicleOf } from './ev/vehicle.ts';
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
export { type MeterReading, MidMeter } from './meter/mid-meter.ts';
export { isGenuine, MeterSigner } from './meter/signed-value.ts';
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
export type { Arrival, Evse } from './station/evse.ts';
export { type EvseOptions, rotationOf } from './station/evse-options.ts';
export type { MainsState } from './station/grid-guard.ts';
export { OnClock, type Timed } from './station/on-clock.ts';
export type { Refusal } from './station/profiles/accept.ts';
export type { Composite, CompositePeriod, CompositeRequest } from './station/profiles/composite.ts';
export { PROFILE_QUIRKS, type ProfileLimits, usualLimits } from './station/profiles/limits.ts';
export type { Installed, Profile } from './station/profiles/profile.ts';
export type { ClearFilter } from './station/profiles/profile-store.ts';
export { type Authorisation, type Indicator, Station } from './station/station.ts';
export type { ConnectorStatus, StationEvent } from './station/station-event.ts';
export type { LoadBalancingBand, StationOptions } from './station/station-options.ts';
export type {
  ChargingState,
  StopReason,
  Transaction,
  TransactionEvent,
  TransactionTrigger,
} from './station/transaction.ts';
export { SiteSupply, type SiteSupplyOptions } from './supply/site-supply.ts';
export type { BatteryPolicy, StationaryBatteryOptions } from './supply/stationary-battery.ts';
export type { SupplyRecord } from './supply/supply-record.ts';
export { type RecordedVisitOptions, visitsFromRecorded } from './visits/recorded.ts';
export type { Visit, Wish } from './visits/visit.ts';
