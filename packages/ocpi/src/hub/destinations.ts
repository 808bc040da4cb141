import { findEndpoint } from '../client/line.ts';
import { type Outcome, refused } from '../exchange/outcome.ts';
import { type PartyId, partyName, sameParty } from '../exchange/party.ts';
import type { Peer } from '../exchange/peer.ts';
import type { RelayCall } from '../server/relay-contract.ts';

/** One platform that a request goes to, and the party there. */
export interface Destination {
  readonly peer: Peer;
  readonly party: PartyId;
  /** Address of the module's interface there. */
  readonly endpoint: string;
}

/** Which way OCPI-to sends a request (OCPI transport_and_format, Message Routing). */
export type Way =
  /** One receiver, named or found. */
  | { readonly kind: 'direct'; readonly destination: Destination }
  /** OCPI-to names the hub: everybody on the other side who has the module. */
  | { readonly kind: 'broadcast'; readonly destinations: readonly Destination[] }
  /** A GET of a list at the hub itself: what all of them have. */
  | { readonly kind: 'all'; readonly destinations: readonly Destination[] };

/**
 * Sessions and CDRs are one provider's business and never broadcast (OCPI transport_and_format, Broadcast Push). Commands and profiles ask
 * one operator something: said to all, by the hub, nobody could tell any more whose session or token it is about.
 */
const NEVER_BROADCAST = ['sessions', 'cdrs', 'commands', 'chargingprofiles'];

/** Finds who is meant. `peers` are all platforms of the hub, `hub` its own party. */
export function wayOf(call: RelayCall, peers: readonly Peer[], hub: PartyId): Outcome<Way> {
  const { to, route, target } = call;
  const others = peers.filter(({ id, state }) => id !== call.peer.id && state === 'REGISTERED');
  const reached = others.flatMap((peer) => destinationsAt(peer, call));
  if (to !== undefined && !sameParty(to, hub)) return named(to, others, reached, target.module.id);
  const opposite = reached.filter((each) => isOpposite(call, each.peer) && !isHub(each));
  if (to === undefined) return open(opposite, target.module.id);
  if (route.list !== undefined) return { ok: true, data: { kind: 'all', destinations: opposite } };
  if (call.route.method === 'GET' || NEVER_BROADCAST.includes(target.module.id)) {
    const detail = `OCPI-to names the hub, but ${target.module.id} is for one receiver; name it in OCPI-to.`;
    return refused('unknownReceiver', detail);
  }
  return { ok: true, data: { kind: 'broadcast', destinations: onePerPlatform(opposite) } };
}

function destinationsAt(peer: Peer, { target }: RelayCall): Destination[] {
  const { id, interfaceRole, byAgreement, port } = target.module;
  const endpoint = findEndpoint(peer, { module: id, role: interfaceRole });
  if (endpoint === undefined || (byAgreement === true && !peer.agreements.includes(port))) return [];
  return distinct(peer.parties).map((party) => ({ peer, party, endpoint }));
}

function named(
  to: PartyId,
  others: readonly Peer[],
  reached: readonly Destination[],
  moduleId: string,
): Outcome<Way> {
  const destination = reached.find(({ party }) => sameParty(party, to));
  if (destination !== undefined) return { ok: true, data: { kind: 'direct', destination } };
  const known = others.some(({ parties }) => parties.some((party) => sameParty(party, to)));
  const why = known
    ? `has no such interface of ${moduleId}`
    : 'is not connected to this hub; HubClientInfo lists who is';
  return refused('unknownReceiver', `${partyName(to)} ${why}.`);
}

/** Open Routing: the hub finds the receiver, which it can only where one alone is possible. */
function open(possible: readonly Destination[], moduleId: string): Outcome<Way> {
  const [destination, another] = possible;
  if (destination === undefined) {
    return refused('unknownReceiver', `Nobody at this hub has that interface of ${moduleId}.`);
  }
  if (another === undefined) return { ok: true, data: { kind: 'direct', destination } };
  const names = possible.slice(0, 10).map(({ party }) => partyName(party));
  return refused(
    'unknownReceiver',
    `Several parties have that interface of ${moduleId}; name one in OCPI-to: ${names.join(', ')}.`,
  );
}

/** Two platforms of the same one role have nothing to tell each other: operators do not send operators their objects. */
function isOpposite({ peer, from }: RelayCall, other: Peer): boolean {
  const own = peer.parties.filter((party) => sameParty(party, from)).map(({ role }) => role);
  return own.length !== 1 || other.parties.some(({ role }) => role !== own[0]);
}

/** What goes to all goes to no other hub, which would send it on in turn: hubs in a ring would never end. */
function isHub({ peer, party }: Destination): boolean {
  return peer.parties.some((own) => own.role === 'HUB' && sameParty(own, party));
}

function onePerPlatform(destinations: readonly Destination[]): Destination[] {
  return destinations.filter(
    ({ peer }, index) => destinations.findIndex((each) => each.peer.id === peer.id) === index,
  );
}

function distinct(parties: readonly PartyId[]): PartyId[] {
  return parties.filter((party, index) => parties.findIndex((other) => sameParty(other, party)) === index);
}
