import { type Network, OWN_PEER } from '../network/index.ts';
import type { ContextState } from '../sites/index.ts';

export interface HeardOf {
  readonly network: Pick<Network, 'find'>;
  readonly stations: {
    connected(stationId: string): { readonly lastSeenMs: number } | undefined;
  };
  readonly parties: {
    list(): Promise<readonly { readonly peerId: string; readonly lastSeenMs: number | null }[]>;
  };
}

/** When anything of a context was last heard: own stations one by one, another operator's by its platform. */
export async function lastMessageMs(
  { network, stations, parties }: HeardOf,
  { peerId, statics }: ContextState,
): Promise<number | null> {
  if (peerId !== OWN_PEER)
    return (await parties.list()).find((party) => party.peerId === peerId)?.lastSeenMs ?? null;
  const heard = statics.evses.flatMap(({ locationId, evseUid }) => {
    const place = network.find(locationId, evseUid);
    return place === undefined ? [] : (stations.connected(place.stationId)?.lastSeenMs ?? []);
  });
  return heard.length === 0 ? null : Math.max(...heard);
}
