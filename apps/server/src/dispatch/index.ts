export {
  ACTORS,
  type Actor,
  bindingLimit,
  type Claim,
  outranks,
  takesOver,
  VOICES,
  winner,
} from './arbitration.ts';
export { createDispatcher } from './create-dispatcher.ts';
export type { DispatcherOptions } from './dispatch-room.ts';
export type { Dispatcher, DispatchPolicy, SessionDispatch } from './dispatcher.ts';
export { underLimits } from './limit.ts';
export type {
  Assignment,
  Feedback,
  HeldByOthers,
  Limits,
  PartLimit,
  PartShares,
  Profile,
  SessionKey,
  Target,
  TargetAnswer,
  TargetEvents,
} from './port.ts';
export { MAX_VALIDITY_MS, powerAt } from './power.ts';
export { routeTarget } from './route-target.ts';
export { type PlannedSession, type PlannedSlots, shapeProfiles } from './shape.ts';
export type { SupplyReading } from './supply-meter.ts';
export type { Log, RandomBytes } from './surroundings.ts';
