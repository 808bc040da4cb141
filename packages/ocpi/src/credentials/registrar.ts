import { codecOf } from '../bridge/codecs.ts';
import type { CallFailed, CallResult } from '../client/call-result.ts';
import { callOverWire, failed, newId } from '../client/wire-call.ts';
import type { UnitProfile } from '../exchange/codec.ts';
import type { PartyInRole, Peer } from '../exchange/peer.ts';
import type { OcpiPlatform } from '../exchange/platform.ts';
import { sentence } from '../server/problem-sentence.ts';
import { party } from '../transport/routing-headers.ts';
import { hashToken, makeToken } from '../transport/token.ts';
import { discover } from '../versions/discovery.ts';
import { registeredPeer, suspended } from './endpoint.ts';
import { ownCredentials, partiesOf, partyConflict } from './own-credentials.ts';

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

/** Seven days to hand the invitation over (security: OCPI). */
const INVITATION_MS = 7 * 24 * 3_600_000;
/** A handshake that takes longer than this is dead. */
const HANDSHAKE_MS = 10 * 60_000;

const CREDENTIALS = codecOf('Credentials');

/** Registration over the peers and the outgoing HTTP of `platform`. */
export function createRegistrar(platform: OcpiPlatform): Registrar {
  return {
    invite: (terms) => issueInvitation(platform, peerFrom(platform, terms)),
    async reinvite(peerId) {
      const peer = await platform.peers.byId(peerId);
      return peer && issueInvitation(platform, suspended(peer, platform.clock.now()));
    },
    register: (invitation, terms) => register(platform, invitation, terms),
    update: (peerId) => renew(platform, peerId),
    rotate: (peerId) => renew(platform, peerId),
    unregister: (peerId) => unregister(platform, peerId),
  };
}

function peerFrom(platform: OcpiPlatform, terms: PeerTerms): Peer {
  return {
    id: newId(platform.randomBytes),
    state: 'INVITED',
    name: terms.name,
    inboundTokens: [],
    endpoints: [],
    parties: terms.parties.map((role) => ({ ...role, ...party(role.countryCode, role.partyId) })),
    agreements: terms.agreements ?? [],
    unitProfile: terms.unitProfile ?? 'd42-tables',
    rawToken: terms.rawToken ?? false,
    allowPrivateAddresses: terms.allowPrivateAddresses ?? false,
    updatedMs: platform.clock.now(),
  };
}

async function issueInvitation(platform: OcpiPlatform, peer: Peer): Promise<Invitation> {
  const token = makeToken(platform.randomBytes);
  const expiresMs = platform.clock.now() + INVITATION_MS;
  await platform.peers.save({
    ...peer,
    state: 'INVITED',
    inboundTokens: [{ hash: hashToken(token), use: 'invite', expiresMs }],
  });
  return { peerId: peer.id, token, versionsUrl: `${platform.baseUrl}/versions`, expiresMs };
}

/** The client's side of the handshake: versions, details, POST with TOKEN_B, answer with TOKEN_C. */
async function register(
  platform: OcpiPlatform,
  invitation: { readonly token: string; readonly versionsUrl: string },
  terms: PeerTerms,
): Promise<CallResult<Peer>> {
  const peer: Peer = { ...peerFrom(platform, terms), versionsUrl: invitation.versionsUrl };
  const result = await exchange(platform, peer, 'POST', invitation.token);
  if (!result.ok) await platform.peers.remove(peer.id);
  return result;
}

/** PUT: discovers anew, hands out a new token and takes the new one of the peer. */
async function renew(platform: OcpiPlatform, peerId: string): Promise<CallResult<Peer>> {
  const peer = await platform.peers.byId(peerId);
  if (peer?.outboundToken === undefined || peer.state !== 'REGISTERED') {
    return failed('no-endpoint', 'The peer is not registered; invite it or register with it first.');
  }
  return exchange(platform, peer, 'PUT', peer.outboundToken);
}

async function exchange(
  platform: OcpiPlatform,
  before: Peer,
  method: 'POST' | 'PUT',
  presented: string,
): Promise<CallResult<Peer>> {
  const access = {
    token: presented,
    rawToken: before.rawToken,
    allowPrivateAddresses: before.allowPrivateAddresses,
  };
  const discovery = await discover(platform, before.versionsUrl ?? '', access);
  if (!discovery.ok) return discovery.call ?? failed('invalid', discovery.detail);
  const { version, endpoints, credentialsUrl } = discovery.found;
  const wire = { version, unitProfile: before.unitProfile, agreements: before.agreements };

  const token = makeToken(platform.randomBytes);
  const hash = hashToken(token);
  const during: Peer = {
    ...before,
    version,
    endpoints,
    inboundTokens: [
      ...before.inboundTokens,
      { hash, use: 'handshake', expiresMs: platform.clock.now() + HANDSHAKE_MS },
    ],
  };
  await platform.peers.save(during);
  const writing = CREDENTIALS.write(ownCredentials(platform, token), wire);
  if (!writing.ok) return failed('invalid', sentence('Our own credentials', writing.problems));
  const answer = await callOverWire(platform.http, platform.randomBytes, {
    method,
    url: credentialsUrl,
    access,
    body: writing.value,
  });
  if (!answer.ok) {
    await platform.peers.save(afterFailure(before, hash, answer));
    return answer;
  }
  const reading = CREDENTIALS.read(answer.data, wire);
  const refusal = reading.ok
    ? partyConflict(partiesOf(reading.value), before, await platform.peers.list())
    : sentence('Credentials', reading.problems);
  if (!reading.ok || refusal !== undefined) {
    await platform.peers.save(before);
    if (reading.ok && method === 'POST') {
      // The peer believes in a registration that we do not accept: tell it once.
      const undo = {
        method: 'DELETE',
        url: credentialsUrl,
        access: { ...access, token: reading.value.token },
      } as const;
      await callOverWire(platform.http, platform.randomBytes, undo);
    }
    return failed('invalid', `The answer of the credentials module cannot be used: ${refusal}`);
  }
  const news = { version, endpoints, inboundTokens: [{ hash, use: 'regular' as const }] };
  const peer = registeredPeer(during, reading.value, platform.clock.now(), news);
  await platform.peers.save(peer);
  platform.log.info({ peer: peer.id, version, method }, 'Registered with a platform');
  return { ...answer, data: peer };
}

/**
 * When a PUT got no answer the peer may or may not have taken our new token: both stay valid, so that it can still reach us
 * whichever it uses.
 */
function afterFailure(before: Peer, hash: string, failure: CallFailed): Peer {
  const undecided = failure.error === 'timeout' || failure.error === 'unreachable';
  if (!undecided || before.state !== 'REGISTERED') return before;
  return { ...before, inboundTokens: [...before.inboundTokens, { hash, use: 'regular' }] };
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
