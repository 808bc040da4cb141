export {
  type Capability,
  type CapabilityField,
  type Experience,
  type Purpose,
  UNKNOWN_STATION,
} from './capability/capability.ts';
export type { Job, Registration, StationEvent } from './event.ts';
export type {
  CallGuard,
  CallOptions,
  ConnectedStation,
  RequestContext,
  RequestHandler,
  RequestHandlers,
  StationCallOutcome,
  StationListener,
  Stations,
  TypedCall,
} from './room.ts';
export { type StationTime, stationTime } from './station-time.ts';
