/** OCPI 2.2.1 and 2.3.0 from one model: server, client, credentials and SmartChargingOptimisation. */
export type { CallDone, CallFailed, CallResult } from './client/call-result.ts';
export type {
  AsynchronousResult,
  CallOptions,
  Listed,
  ListFilter,
  Listing,
  OcpiClient,
  ReceiverCalls,
  SenderCalls,
} from './client/ocpi-client.ts';
export type { Invitation, PeerTerms, Registrar } from './credentials/registrar.ts';
export type { Codec, ObjectCodec, Problem, Reading, UnitProfile, Wire } from './exchange/codec.ts';
export type { Caller, Done, OcpiErrorKey, Outcome, Refused } from './exchange/outcome.ts';
export { done, OCPI_ERRORS, refused } from './exchange/outcome.ts';
export type { InterfaceRole, OcpiVersion, PartyId, PartyRole } from './exchange/party.ts';
export { partyName, sameParty } from './exchange/party.ts';
export type {
  InboundToken,
  PartyInRole,
  Peer,
  PeerEndpoint,
  PeerState,
  PeerStore,
} from './exchange/peer.ts';
export type { OcpiPlatform } from './exchange/platform.ts';
export type * from './exchange/ports.ts';
export type { Clock, Log, RandomBytes } from './exchange/surroundings.ts';
export { silentLog } from './exchange/surroundings.ts';
export * from './model/index.ts';
export type {
  ListRoute,
  Method,
  ModuleDefinition,
  ObjectRoute,
  PortOf,
  Route,
  RouteArgs,
} from './server/module-definition.ts';
export { defineModule, listRoute, route } from './server/module-definition.ts';
export type {
  OcpiHandler,
  OcpiHandlerOptions,
  OcpiLimits,
  OcpiRequest,
  OcpiResponse,
} from './server/ocpi-handler.ts';
export type { HttpAnswer, HttpCall, HttpCaller } from './transport/http-caller.ts';
