/** OCPI 2.2.1 and 2.3.0 from one model: server, client, credentials and SmartChargingOptimisation. */

export { codecOf } from './bridge/codecs.ts';
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
} from './client/calls.ts';
export { collect } from './client/listing.ts';
export { createOcpiClient } from './client/ocpi-client.ts';
export { reconcileAfterFailedPatch } from './client/reconcile.ts';
export type { Invitation, PeerTerms, Registrar } from './credentials/registrar.ts';
export { createRegistrar } from './credentials/registrar.ts';
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
export { type Answering, clientInfos } from './hub/client-infos.ts';
export { createRelay, type RelayOptions } from './hub/create-relay.ts';
export * from './model/index.ts';
export { decideLastUpdated } from './modules/change/last-updated.ts';
export { mergePatch } from './modules/change/merge-patch.ts';
export { RESULT_PATHS, type ResultKind, responseUrl } from './modules/charging-profiles/result-paths.ts';
export { commandResponseUrl } from './modules/commands/module.ts';
export { ocpiModules } from './modules/index.ts';
export { CONNECTOR_LINES, connectorMaxPowerW } from './modules/locations/connector-power.ts';
export * from './modules/locations/patch-location.ts';
export { patchSession } from './modules/sessions/patch-session.ts';
export type {
  CanonicalConnector,
  CanonicalContext,
  CanonicalEvse,
  CanonicalSlot,
  SeriesKind,
} from './modules/smart-charging-optimisation/canonical-context.ts';
export { fromCanonical } from './modules/smart-charging-optimisation/from-canonical.ts';
export { OPTIMISATION_MODULE } from './modules/smart-charging-optimisation/module.ts';
export {
  checkPlausibility,
  type KnownConnectorPowerW,
} from './modules/smart-charging-optimisation/plausibility.ts';
export { readOptimisation } from './modules/smart-charging-optimisation/read-optimisation.ts';
export { onGrid, readSeries } from './modules/smart-charging-optimisation/time-series.ts';
export { toCanonical } from './modules/smart-charging-optimisation/to-canonical.ts';
export * from './pricing/index.ts';
export type {
  OcpiHandler,
  OcpiHandlerOptions,
  OcpiLimits,
  OcpiRequest,
  OcpiResponse,
} from './server/handler-contract.ts';
export { MemoryPeerStore } from './server/memory-peer-store.ts';
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
export { createOcpiHandler } from './server/ocpi-handler.ts';
export type { Relay, RelayCall } from './server/relay-contract.ts';
export { modulePath } from './server/router.ts';
export { type ServedHandler, type ServeOptions, serveNode } from './server/serve-node.ts';
export { guardUrl, isPublicAddress } from './transport/address-guard.ts';
export type { HttpAnswer, HttpCall, HttpCaller } from './transport/http-caller.ts';
export { createHttpCaller, type HttpCallerOptions } from './transport/node-http-caller.ts';
export { hashToken } from './transport/token.ts';
export { ownEndpoint, VERSIONS } from './versions/offer.ts';
