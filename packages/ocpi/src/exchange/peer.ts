import type { BusinessDetails } from '../model/index.ts';
import type { UnitProfile } from './codec.ts';
import type { InterfaceRole, OcpiVersion, PartyId, PartyRole } from './party.ts';

/** One CredentialsRole: a party and the role it plays. */
export interface PartyInRole extends PartyId {
  readonly role: PartyRole;
  readonly businessDetails?: BusinessDetails;
}

export interface PeerEndpoint {
  /** ModuleID as the peer wrote it. */
  readonly identifier: string;
  readonly role: InterfaceRole;
  readonly url: string;
}

/**
 * A token the peer presents to us, stored as SHA-256 (hex) of its text.
 * `invite`: TOKEN_A, versions and the first POST of credentials only, single use.
 * `handshake`: handed out inside a POST or PUT of credentials that is still running; reading versions only.
 * `regular`: everything the peer may do.
 */
export interface InboundToken {
  readonly hash: string;
  readonly use: 'invite' | 'handshake' | 'regular';
  readonly expiresMs?: number;
}

export type PeerState = 'INVITED' | 'REGISTERED' | 'SUSPENDED';

/** Another OCPI platform: what it is called, how both sides authenticate, what it speaks and what was agreed with it. */
export interface Peer {
  readonly id: string;
  readonly state: PeerState;
  /** Name for people; from the invitation or the business details. */
  readonly name: string;
  readonly inboundTokens: readonly InboundToken[];
  /** The token we present to the peer, in plain (encrypt at rest). Absent before the handshake. */
  readonly outboundToken?: string;
  readonly version?: OcpiVersion;
  readonly versionsUrl?: string;
  readonly endpoints: readonly PeerEndpoint[];
  /** Parties of the peer; before the registration those it was invited for. Upper case. */
  readonly parties: readonly PartyInRole[];
  /** Set when the peer is a hub: role HUB in 2.2.1, `hub_party_id` in 2.3.0. */
  readonly hubParty?: PartyId;
  /** Parties reachable through this hub besides `parties`, as learned from HubClientInfo. */
  readonly reachable?: readonly PartyId[];
  /** What was agreed beyond OCPI: ids of custom modules (`smartchargingoptimisation`, X1) and keys of extension fields. */
  readonly agreements: readonly string[];
  readonly unitProfile: UnitProfile;
  /** The peer sends and expects the token without base64, as platforms before 2.2-d2 do. Never found out by trial. */
  readonly rawToken: boolean;
  /** Allows http, loopback and private addresses towards this peer: local use and tests only. */
  readonly allowPrivateAddresses: boolean;
  readonly updatedMs: number;
}

/** Where peers are kept. One row per platform; every write is durable before the promise resolves. */
export interface PeerStore {
  byId(id: string): Promise<Peer | undefined>;
  /** The peer that owns an inbound token with this SHA-256 (hex), expired or not. */
  byTokenHash(hash: string): Promise<Peer | undefined>;
  list(): Promise<readonly Peer[]>;
  /**
   * Inserts or replaces. With `expected` the write happens only when the stored peer still is that version
   * (`updatedMs` and tokens equal), so that a single-use token is used once; false when it was not.
   */
  save(peer: Peer, expected?: Peer): Promise<boolean>;
  remove(id: string): Promise<void>;
}
