import { sameParty } from '../exchange/party.ts';
import type { Peer } from '../exchange/peer.ts';
import { type ClientInfo, formatDateTime } from '../model/index.ts';

/** Whether a platform answers, and since when, epoch ms: a message about it that is older than another changes nothing. */
export interface Answering {
  readonly isDown: boolean;
  readonly sinceMs: number;
}

/**
 * What a hub tells about its platforms (OCPI mod_hub_client_info): one entry per party and role. `answers` says whether a platform
 * does at present, and since when; `except` is who asks, and knows itself.
 */
export function clientInfos(
  peers: readonly Peer[],
  answers: (peerId: string) => Answering | undefined,
  except?: string,
): readonly ClientInfo[] {
  return peers
    .filter(({ id }) => id !== except)
    .flatMap((peer) => {
      const now = answers(peer.id);
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
          status: statusOf(peer, now?.isDown === true),
          last_updated: formatDateTime(Math.max(peer.updatedMs, now?.sinceMs ?? 0)),
        }));
    });
}

function statusOf(peer: Peer, isDown: boolean): ClientInfo['status'] {
  if (peer.state === 'INVITED') return 'PLANNED';
  if (peer.state === 'SUSPENDED') return 'SUSPENDED';
  return isDown ? 'OFFLINE' : 'CONNECTED';
}
