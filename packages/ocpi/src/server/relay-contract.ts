import type { PartyId } from '../exchange/party.ts';
import type { Peer } from '../exchange/peer.ts';
import type { Answer } from './answer.ts';
import type { Route } from './module-definition.ts';
import type { ModuleTarget } from './router.ts';

/** A request for a functional module that a hub is to pass on: token, headers, path and ownership were checked. */
export interface RelayCall {
  readonly target: ModuleTarget;
  readonly route: Route<unknown>;
  /** Who sent it to us. */
  readonly peer: Peer;
  readonly from: PartyId;
  /** OCPI-to-* of the request, when given. */
  readonly to?: PartyId;
  /** Decoded path variables. */
  readonly path: Readonly<Record<string, string>>;
  /** The owner in the path, where there is one. */
  readonly pathOwner: PartyId | undefined;
  readonly query: URLSearchParams;
  readonly body: Uint8Array | string;
  /** Absolute address of this very resource at the hub, without query. */
  readonly address: string;
  readonly correlationId: string;
}

/** Passes a request on and brings the answer back; never throws for what a peer does. */
export type Relay = (call: RelayCall) => Promise<Answer>;
