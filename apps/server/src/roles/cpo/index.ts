/** The OCPI faces of the charge point operator: own locations, sessions, tariffs and CDRs; commands, profiles and tokens of others. */
export { isChosen, providerBehind } from './chosen-provider.ts';
export { type Cpo, createCpo } from './create-cpo.ts';
export {
  COMMAND_TIMEOUT_S,
  type CommandExecutor,
  type ProfileExecutor,
  type ProfileSetter,
} from './executors.ts';
export { billExpiredReservations } from './expired-reservations.ts';
export { followReservations } from './follow-reservations.ts';
export { issuerOf } from './issuer.ts';
export { createPoleHolds, type HeldBy, type PoleHolds } from './pole-holds.ts';
export { createReservations, type Reservations } from './reservations.ts';
export { PROFILES_AGREEMENT } from './rooms.ts';
export { stationCommands } from './station-commands.ts';
export { type StationProfiles, stationProfiles } from './station-profiles.ts';
