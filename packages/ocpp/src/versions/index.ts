export { negotiate, type OcppVersion, ocppVersions, type Subprotocol, subprotocolOf } from './version.ts';
