import { type PartyId, type Peer, partyName } from '@smac/ocpi';

/** How a party behind a hub is named where a driver chooses it: a platform of its own is named by its peer alone. */
export const providerBehind = (hubPeerId: string, party: PartyId): string =>
  `${hubPeerId}/${partyName(party)}`;

/** Whether this is whom the driver chose. */
export function isChosen(
  provider: string,
  { peerId, party }: { readonly peerId: string; readonly party: PartyId },
): boolean {
  return provider === peerId || provider === providerBehind(peerId, party);
}

/** The party behind this hub that the driver chose; undefined: none of them. */
export function chosenBehind(
  { id, hubParty, reachable = [] }: Pick<Peer, 'id' | 'hubParty' | 'reachable'>,
  provider: string | undefined,
): PartyId | undefined {
  return hubParty && reachable.find((party) => providerBehind(id, party) === provider);
}
