/** Simulated stations on real OCPP lines. */
export { OcppStation, type OcppStationOptions } from './ocpp-station.ts';
export type { StationIdentity } from './station-face.ts';
