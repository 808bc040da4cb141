/** Grid signals: OSCP 2.0 for both ends, and the one envelope of limits that every signal becomes. */
export type { Clock } from './clock.ts';
export {
  type CapacityEnvelope,
  type CapacityStep,
  type Direction,
  type EnvelopeKind,
  phaseLimitW,
  stepAt,
  totalW,
} from './envelope/envelope.ts';
export { envelopeOf, NOMINAL_VOLTAGE_V, type ReadForecast } from './envelope/from-oscp.ts';
export {
  capacityInForce,
  type Known,
  lowestOfAll,
  type Origin,
  type StepInForce,
} from './envelope/in-force.ts';
export {
  ACTION_NAMES,
  ACTIONS,
  type Action,
  type Bodies,
  OSCP_VERSION,
  type OscpRole,
} from './oscp/actions.ts';
export { type Checked, readMessage, writeMessage } from './oscp/check.ts';
export { createOscpClient, type OscpClient, type OscpClientOptions, type Sent } from './oscp/client.ts';
export {
  fetchCaller,
  type HttpAnswer,
  type HttpCall,
  type HttpCaller,
  type Log,
  type OscpAnswer,
  type OscpRequest,
} from './oscp/exchange.ts';
export {
  createFlexibilityProvider,
  type FlexibilityProvider,
  type FlexibilityProviderOptions,
  type PartnerTerms,
} from './oscp/flexibility-provider.ts';
export type * from './oscp/message.ts';
export { nodeListener } from './oscp/node-listener.ts';
export { MemoryPartnerStore, type Partner, type PartnerState, type PartnerStore } from './oscp/partner.ts';
export type { FlexibilityPorts, Received, Taken } from './oscp/ports.ts';
