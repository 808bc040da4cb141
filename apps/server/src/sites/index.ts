/** Supply points and what is known about them: contexts, inputs with validity, locations, sessions, drivers' wishes. */
export { canonicalContextOf, TOLD_AHEAD_MS, toldFromMs } from './canonical-context.ts';
export type {
  ContextConnector,
  ContextEvse,
  ContextKind,
  ContextReading,
  ContextState,
  EvseGroup,
  StaticInputs,
} from './context.ts';
export type { ContextChange, ContextVersion } from './context-versions.ts';
export { createSites, type SitesOptions } from './create-sites.ts';
export { type GivenSlot, takenSlots } from './input-gate.ts';
export { type EvseRef, evseKey, folded, type Owner, ownerParty } from './owner.ts';
export {
  NO_PREFERENCES,
  type Preferences,
  preferencesOf,
  type ServiceLevel,
  type SocTarget,
} from './preferences.ts';
export {
  GRID_KINDS,
  INPUT_KINDS,
  SERIES_KINDS,
  SERIES_UNITS,
  type SeriesKind,
  type SeriesSlot,
  type StoredSlot,
} from './series.ts';
export type { ServicePolicy } from './service-policy.ts';
export {
  type ConnectorCapability,
  type SessionState,
  type SessionStatus,
  SOC_SOURCES,
  type SocReading,
  type SocSource,
  type StationLimit,
  type Vehicle,
} from './session.ts';
export { notShared, type SharedEvse } from './shared-evses.ts';
export type { KnownConnectorPower, OperatorContext, ReadContext, SessionRef, Sites } from './sites.ts';
export type { ContextSnapshot, ParentShare, SnapshotSession } from './snapshot.ts';

export { currentSoc, DEFAULT_CHARGE_EFFICIENCY, DEFAULT_DISCHARGE_EFFICIENCY } from './soc.ts';
export { isTimeZone } from './time-zone.ts';
export { cdrTokenKey, tokenKey } from './tokens.ts';
export type { Trigger, TriggerCause, TriggerListener } from './trigger.ts';
