import { sameParty } from '../exchange/party.ts';
import type { Peer } from '../exchange/peer.ts';
import { type ClientInfo, formatDateTime } from '../model/index.ts';

/**
 * What a hub tells about its platforms (OCPI mod_hub_client_info): one entry per party and role. `down` are those that do not answer at
 * present; `except` is who asks, and knows itself.
 */
export function clientInfos(
  peers: readonly Peer[],
  down: (peerId: string) => number | undefined,
  except?: string,
): readonly ClientInfo[] {
  return peers
    .filter(({ id }) => id !== except)
    .flatMap((peer) => {
      const downSinceMs = down(peer.id);
      return peer.parties
        .filter(({ role }) => role !== 'HUB')
        .filter(
          (party, index, all) =>
            all.findIndex((other) => sameParty(other, party) && other.role === party.role) === index,
        )
        .map(({ countryCode, partyId, role }) => ({
          country_code: countryCode,
          party_id: partyId,
          role,
          status: statusOf(peer, downSinceMs !== undefined),
          last_updated: formatDateTime(Math.max(peer.updatedMs, downSinceMs ?? 0)),
        }));
    });
}

function statusOf(peer: Peer, isDown: boolean): ClientInfo['status'] {
  if (peer.state === 'INVITED') return 'PLANNED';
  if (peer.state === 'SUSPENDED') return 'SUSPENDED';
  return isDown ? 'OFFLINE' : 'CONNECTED';
}
