export type { AcceptOptions, Admission, ConnectionSettings, StationListener } from './accept.ts';
export type { BasicCredentials, Handshake } from './handshake.ts';
export { acceptStations } from './listener.ts';
