/** Simulated stations on real OCPP lines. */

export { vehicleOf } from '../ev/vehicle.ts';
export type { Arrival } from '../station/evse.ts';
export { PROFILE_QUIRKS, type ProfileLimits, usualLimits } from '../station/profiles/limits.ts';
export { Station } from '../station/station.ts';
export type { StationOptions } from '../station/station-options.ts';
export { OcppStation, type OcppStationOptions } from './ocpp-station.ts';
export type { StationIdentity } from './station-face.ts';
