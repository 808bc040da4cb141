import { type Outcome, type Refused, refused } from '../exchange/outcome.ts';
import { type PartyId, partyName, sameParty } from '../exchange/party.ts';
import type { Peer } from '../exchange/peer.ts';
import type { Routing } from '../transport/routing-headers.ts';
import type { Route } from './module-definition.ts';

/**
 * Who speaks: the party of OCPI-from-*, which must be one the peer registered (or one behind the hub it is); without the headers the
 * owner named in the URL, or the only party of the peer (X43).
 */
export function speakingParty(
  peer: Peer,
  routing: Routing,
  pathOwner: PartyId | undefined,
): Outcome<PartyId> {
  const known = [...peer.parties, ...(peer.hubParty ? [peer.hubParty, ...(peer.reachable ?? [])] : [])];
  const { from } = routing;
  if (from !== undefined) {
    if (known.some((party) => sameParty(party, from))) return { ok: true, data: from };
    return refused(
      'forbidden',
      `OCPI-from names ${partyName(from)}, which this token is not registered for.`,
    );
  }
  const owner = pathOwner && known.find((party) => sameParty(party, pathOwner));
  const speaker = owner ?? (known.length > 1 && pathOwner !== undefined ? undefined : known[0]);
  if (speaker === undefined) {
    return refused(
      'foreignParty',
      'The country code and party id of the URL are not registered for this token.',
    );
  }
  return { ok: true, data: { countryCode: speaker.countryCode, partyId: speaker.partyId } };
}

/**
 * A client-owned object lives under its owner's country code and party id; only the owner may touch it. A hub that broadcasts
 * speaks for the parties behind it (OCPI-from is the hub, the URL keeps the owner).
 */
export function mayOwn(peer: Peer, from: PartyId, owner: PartyId): boolean {
  if (sameParty(from, owner)) return true;
  if (peer.hubParty === undefined || !sameParty(from, peer.hubParty)) return false;
  return [...peer.parties, ...(peer.reachable ?? [])].some((party) => sameParty(party, owner));
}

/** Why an object may not be sent here by this party: it is not the one of the URL, or somebody else's. */
export function bodyRefusal(
  call: {
    readonly route: Route<unknown>;
    readonly peer: Peer;
    readonly from: PartyId;
    readonly path: Readonly<Record<string, string>>;
    readonly pathOwner: PartyId | undefined;
    readonly query: Readonly<Record<string, string | number | undefined>>;
  },
  body: unknown,
): Refused | undefined {
  const { route, peer, from, pathOwner } = call;
  const conflict = identityConflict({ ...call.path, ...call.query }, pathOwner, route.identity ?? {}, body);
  if (conflict !== undefined) return refused('invalidParameters', conflict);
  if (route.ownership !== 'body') return undefined;
  const { country_code: countryCode, party_id: partyId } = body as {
    readonly country_code: string;
    readonly party_id: string;
  };
  if (mayOwn(peer, from, { countryCode, partyId })) return undefined;
  return refused('foreignParty', 'country_code and party_id of the body are not those of the sender.');
}

/** First disagreement between the path or query and the body, as a sentence. Ids are CiStrings. */
export function identityConflict(
  given: Readonly<Record<string, string | number | undefined>>,
  owner: PartyId | undefined,
  identity: Readonly<Record<string, string>>,
  body: unknown,
): string | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const fields = new Map<string, unknown>(Object.entries(body));
  const pairs: [string, string, unknown][] = Object.entries(identity).map(([variable, field]) => [
    variable,
    field,
    given[variable],
  ]);
  if (owner !== undefined) {
    pairs.push(['country_code', 'country_code', owner.countryCode], ['party_id', 'party_id', owner.partyId]);
  }
  for (const [variable, field, wanted] of pairs) {
    const found = fields.get(field);
    if (found === undefined || wanted === undefined) continue;
    if (String(found).toUpperCase() !== String(wanted).toUpperCase()) {
      return `${field} of the body differs from ${variable} of the URL; send the object to its own URL.`;
    }
  }
  return undefined;
}
