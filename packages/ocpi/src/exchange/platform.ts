import type { HttpCaller } from '../transport/http-caller.ts';
import type { OcpiVersion, PartyId } from './party.ts';
import type { PartyInRole, PeerStore } from './peer.ts';
import type { OcpiPorts } from './ports.ts';
import type { Clock, Log, RandomBytes } from './surroundings.ts';

/** Everything the OCPI faces of one platform share: who it is, whom it knows, what it serves and what it runs on. */
export interface OcpiPlatform {
  /** Absolute, without trailing slash, e.g. `https://smac.example/ocpi`; the versions endpoint is `${baseUrl}/versions`. */
  readonly baseUrl: string;
  /** Our own roles, at least one. */
  readonly parties: readonly [PartyInRole, ...PartyInRole[]];
  /** Set when this platform is a hub (2.3.0 `hub_party_id`; 2.2.1 role HUB). */
  readonly hubParty?: PartyId;
  readonly peers: PeerStore;
  /** Modules this platform serves; also what its version details advertise. */
  readonly ports: OcpiPorts;
  /** Versions offered, default both. */
  readonly versions?: readonly OcpiVersion[];
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
  readonly log: Log;
  /** Outgoing HTTP; `createHttpCaller()` in production. */
  readonly http: HttpCaller;
}
