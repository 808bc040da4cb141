import { type PartyId, type Peer, partyName } from '@smac/ocpi';

/** How a party behind a hub is named where a driver chooses it: a platform of its own is named by its peer alone. */
export const providerBehind = (hubPeerId: string, party: PartyId): string =>
  `${hubPeerId}/${partyName(party)}`;

/**
 * Whether this is whom the driver chose.
 * @param peer the setter's: a hub chosen by its peer alone is its own parties, and nobody who is only reached through it
 */
export function isChosen(
  provider: string,
  { peerId, party }: { readonly peerId: string; readonly party: PartyId },
  peer: Pick<Peer, 'hubParty' | 'parties'> | undefined,
): boolean {
  if (provider === providerBehind(peerId, party)) return true;
  if (provider !== peerId) return false;
  if (peer?.hubParty === undefined) return true;
  return [peer.hubParty, ...peer.parties].some((own) => partyName(own) === partyName(party));
}

/** The party behind this hub that the driver chose; undefined: none of them. */
export function chosenBehind(
  { id, hubParty, reachable = [] }: Pick<Peer, 'id' | 'hubParty' | 'reachable'>,
  provider: string | undefined,
): PartyId | undefined {
  return hubParty && reachable.find((party) => providerBehind(id, party) === provider);
}
