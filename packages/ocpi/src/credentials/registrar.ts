import type { CallResult } from '../client/call-result.ts';
import { callOverWire, failed, newId } from '../client/wire-call.ts';
import type { UnitProfile } from '../exchange/codec.ts';
import { sameParty } from '../exchange/party.ts';
import type { InboundToken, PartyInRole, Peer } from '../exchange/peer.ts';
import type { OcpiPlatform } from '../exchange/platform.ts';
import { party } from '../transport/routing-headers.ts';
import { hashToken, makeToken } from '../transport/token.ts';
import { suspended } from './endpoint.ts';
import { exchangeCredentials } from './exchange-credentials.ts';

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
  /**
   * Makes TOKEN_A: 256 bits, single use, seven days. A party that is known keeps its peer id, and a registration that works goes on
   * working until the invitation is used.
   */
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

/** Seven days to hand the invitation over (security: OCPI). */
const INVITATION_MS = 7 * 24 * 3_600_000;

/** Registration over the peers and the outgoing HTTP of `platform`. */
export function createRegistrar(platform: OcpiPlatform): Registrar {
  return {
    async invite(terms) {
      const peer = await peerFor(platform, terms);
      // A registration that works goes on working until the new invitation is used.
      const tokens = peer.state === 'REGISTERED' ? peer.inboundTokens : [];
      return issueInvitation(platform, peer, tokens);
    },
    async reinvite(peerId) {
      const peer = await platform.peers.byId(peerId);
      return peer && issueInvitation(platform, suspended(peer, platform.clock.now()), []);
    },
    register: (invitation, terms) => register(platform, invitation, terms),
    update: (peerId) => renew(platform, peerId),
    rotate: (peerId) => renew(platform, peerId),
    unregister: (peerId) => unregister(platform, peerId),
  };
}

/**
 * The peer these terms are about. One platform is one peer for good, however often it registers: what was pushed under its id
 * stays its own.
 */
async function peerFor(platform: OcpiPlatform, terms: PeerTerms): Promise<Peer> {
  const { agreements, unitProfile, rawToken, allowPrivateAddresses } = terms;
  const given = {
    name: terms.name,
    ...(agreements === undefined ? {} : { agreements }),
    ...(unitProfile === undefined ? {} : { unitProfile }),
    ...(rawToken === undefined ? {} : { rawToken }),
    ...(allowPrivateAddresses === undefined ? {} : { allowPrivateAddresses }),
    updatedMs: platform.clock.now(),
  };
  const parties = terms.parties.map((role) => ({ ...role, ...party(role.countryCode, role.partyId) }));
  const known = (await platform.peers.list()).find((peer) => hasAll(peer, parties));
  if (known !== undefined) return { ...known, ...given };
  return {
    id: newId(platform.randomBytes),
    state: 'INVITED',
    inboundTokens: [],
    endpoints: [],
    parties,
    agreements: [],
    unitProfile: 'd42-tables',
    rawToken: false,
    allowPrivateAddresses: false,
    ...given,
  };
}

function hasAll(peer: Peer, parties: readonly PartyInRole[]): boolean {
  return (
    parties.length > 0 &&
    parties.every((wanted) =>
      peer.parties.some((their) => sameParty(their, wanted) && their.role === wanted.role),
    )
  );
}

async function issueInvitation(
  platform: OcpiPlatform,
  peer: Peer,
  tokens: readonly InboundToken[],
): Promise<Invitation> {
  const token = makeToken(platform.randomBytes);
  const expiresMs = platform.clock.now() + INVITATION_MS;
  await platform.peers.save({
    ...peer,
    state: tokens.length === 0 ? 'INVITED' : peer.state,
    inboundTokens: [
      ...tokens.filter((known) => known.use !== 'invite'),
      { hash: hashToken(token), use: 'invite', expiresMs },
    ],
  });
  return { peerId: peer.id, token, versionsUrl: `${platform.baseUrl}/versions`, expiresMs };
}

/** The client's side of the handshake: versions, details, POST with TOKEN_B, answer with TOKEN_C. */
async function register(
  platform: OcpiPlatform,
  invitation: { readonly token: string; readonly versionsUrl: string },
  terms: PeerTerms,
): Promise<CallResult<Peer>> {
  const found = await peerFor(platform, terms);
  const known = await platform.peers.byId(found.id);
  // A suspended peer could not read our versions back.
  const state = found.state === 'REGISTERED' ? found.state : 'INVITED';
  const peer: Peer = { ...found, state, versionsUrl: invitation.versionsUrl };
  const result = await exchangeCredentials(platform, peer, 'POST', invitation.token);
  if (result.ok) return result;
  if (known === undefined) await platform.peers.remove(peer.id);
  else await platform.peers.save(known);
  return result;
}

/** PUT: discovers anew, hands out a new token and takes the new one of the peer. */
async function renew(platform: OcpiPlatform, peerId: string): Promise<CallResult<Peer>> {
  const peer = await platform.peers.byId(peerId);
  if (peer?.outboundToken === undefined || peer.state !== 'REGISTERED') {
    return failed('no-endpoint', 'The peer is not registered; invite it or register with it first.');
  }
  return exchangeCredentials(platform, peer, 'PUT', peer.outboundToken);
}

/** DELETE at the peer; our side forgets every token whatever the peer answers. */
async function unregister(platform: OcpiPlatform, peerId: string): Promise<CallResult<undefined>> {
  const peer = await platform.peers.byId(peerId);
  const url = peer?.endpoints.find(
    (endpoint) => endpoint.identifier === 'credentials' && endpoint.role === 'SENDER',
  )?.url;
  if (peer?.outboundToken === undefined || url === undefined) {
    return failed('no-endpoint', 'The peer is not registered.');
  }
  const { outboundToken: token, rawToken, allowPrivateAddresses } = peer;
  const answer = await callOverWire(platform.http, platform.randomBytes, {
    method: 'DELETE',
    url,
    access: { token, rawToken, allowPrivateAddresses },
  });
  await platform.peers.save(suspended(peer, platform.clock.now()));
  return answer.ok ? { ...answer, data: undefined } : answer;
}
