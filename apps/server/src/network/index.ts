/** The charging network of this operator: where own stations stand, and their transactions as sessions of the platform. */
export { type ChargingLimits, followChargingLimits } from './charging-limits.ts';
export { followChargingNeeds, type Needs, readNeeds } from './charging-needs.ts';
export { createNetwork, type NetworkOptions } from './create-network.ts';
export { createEvseMoves, type MoveEvse } from './evse-moves.ts';
export { followEvseStatus } from './evse-status.ts';
export { type LocationChange, type Network, type NewEvse, type NewLocation, OWN_PEER } from './network.ts';
export { createOwnSessions, type OwnSessions } from './own-sessions.ts';
export {
  maxPowerOf,
  type Placed,
  type PlacedConnector,
  phasesOf,
  placedAs,
  ratedPowerW,
} from './place.ts';
