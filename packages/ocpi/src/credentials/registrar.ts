import type { CallResult } from '../client/call-result.ts';
import type { UnitProfile } from '../exchange/codec.ts';
import type { PartyInRole, Peer } from '../exchange/peer.ts';

/** What both sides agreed outside OCPI before they register. */
export interface PeerTerms {
  /** Name for people. */
  readonly name: string;
  /** The party (parties) the peer is expected to register; others are refused. Empty: whatever it says, once. */
  readonly parties: readonly PartyInRole[];
  /** Ids of custom modules and keys of extension fields. */
  readonly agreements?: readonly string[];
  readonly unitProfile?: UnitProfile;
  readonly rawToken?: boolean;
  readonly allowPrivateAddresses?: boolean;
}

/** Handed to the peer by a safe way outside OCPI; the token is shown once and stored as a hash only. */
export interface Invitation {
  readonly peerId: string;
  readonly token: string;
  readonly versionsUrl: string;
  readonly expiresMs: number;
}

/** Registration with other platforms, in both directions (OCPI credentials). */
export interface Registrar {
  /** Makes TOKEN_A: 256 bits, single use, seven days. */
  invite(terms: PeerTerms): Promise<Invitation>;
  /** Makes a new TOKEN_A for a known peer and kills every other token of it: the cure after a token leaked. */
  reinvite(peerId: string): Promise<Invitation | undefined>;
  /** Uses a TOKEN_A and versions URL that another platform gave us; on success the peer is REGISTERED. */
  register(
    invitation: { readonly token: string; readonly versionsUrl: string },
    terms: PeerTerms,
  ): Promise<CallResult<Peer>>;
  /** PUT: tells the peer our present endpoints and roles, takes its newest version, rotates both tokens. */
  update(peerId: string): Promise<CallResult<Peer>>;
  /** PUT for the sake of new tokens; OCPI advises monthly. */
  rotate(peerId: string): Promise<CallResult<Peer>>;
  /** DELETE: ends the registration; the peer stays known as SUSPENDED. */
  unregister(peerId: string): Promise<CallResult<undefined>>;
}
