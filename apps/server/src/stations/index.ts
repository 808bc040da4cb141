export type { AddedStation, AdminOutcome, NewStation, StationAdmin } from './admin.ts';
export type { Bulk, BulkCalls, BulkResult } from './calls/bulk.ts';
export {
  type Capability,
  type CapabilityField,
  type Experience,
  type Purpose,
  UNKNOWN_STATION,
} from './capability/capability.ts';
export {
  READINESS_ITEMS,
  type ReadinessRow,
  readinessOf,
  sampledBy,
} from './capability/readiness.ts';
export { type Issuer, openIssuer } from './certificates/issuer.ts';
export { createStations, type StationsOptions, type StationsRoom } from './create-stations.ts';
export type { ListenerConfig, OpenListener } from './door/listener.ts';
export type { Job, Registration, StationEvent } from './event.ts';
export type { SecurityProfile, StationRecord, Waiver } from './identity/directory.ts';
export { DEFAULT_POLICY, type StationsPolicy } from './policy.ts';
export type {
  CallGuard,
  CallOptions,
  ConnectedStation,
  PersonsCall,
  RequestContext,
  RequestHandler,
  RequestHandlers,
  StationCallOutcome,
  StationListener,
  Stations,
  TypedCall,
} from './room.ts';
export { type StationTime, stationTime } from './station-time.ts';
