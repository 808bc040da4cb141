import { type PartyId, partyName } from '@smac/ocpi';

/** Who owns an OCPI object: the peer it came from and the party in its URL (X43). */
export interface Owner {
  /** Key of the peer in the peer table. */
  readonly peerId: string;
  readonly party: PartyId;
}

/** `NL-TNM`: the form in which a party is stored beside a peer. */
export function ownerParty(owner: Owner): string {
  return partyName(owner.party);
}

/** OCPI identifiers are CiString: equal whatever their case. Keys hold this form, objects keep the text as it came. */
export function folded(identifier: string): string {
  return identifier.toLowerCase();
}

/** Where an EVSE stands; `locationId` and `evseUid` as the owner writes them. */
export interface EvseRef {
  readonly locationId: string;
  readonly evseUid: string;
}

/** One text per EVSE of one owner, the same for every spelling; identifiers may hold a slash themselves. */
export function evseKey(ref: EvseRef): string {
  return `${encodeURIComponent(folded(ref.locationId))}/${encodeURIComponent(folded(ref.evseUid))}`;
}
