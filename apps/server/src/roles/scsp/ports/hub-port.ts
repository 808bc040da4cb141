import {
  type ClientInfo,
  done,
  type HubClientInfoReceiver,
  type PartyId,
  type PeerStore,
  parseDateTime,
  partyName,
  refused,
} from '@smac/ocpi';
import type { Store } from '../../../store/index.ts';
import type { Clock } from '../../../time/clock.ts';

/** Two writers at a time are rare; more than a handful in a row are a defect. */
const MOST_ATTEMPTS = 5;

/** HubClientInfo, RECEIVER: which parties a hub reaches; only a hub may tell (SMC_004, X16). */
export function hubPort(store: Store, peers: PeerStore, clock: Clock): HubClientInfoReceiver {
  return {
    async get(caller, party) {
      const row = await store.db
        .selectFrom('hub_client_info')
        .select('info')
        .where('peer_id', '=', caller.peerId)
        .where('party', '=', partyName(party))
        .executeTakeFirst();
      return row === undefined
        ? refused('unknownObject', 'Nothing is known of that party.')
        : done(row.info as ClientInfo);
    },
    async put(caller, party, info) {
      const peer = await peers.byId(caller.peerId);
      if (peer?.hubParty === undefined && !peer?.parties.some((own) => own.role === 'HUB')) {
        return refused('forbidden', 'Only a hub tells about other parties.');
      }
      const lastUpdatedMs = parseDateTime(info.last_updated) ?? clock.now();
      const row = {
        peer_id: caller.peerId,
        party: partyName(party),
        info: JSON.stringify(info),
        last_updated_ms: lastUpdatedMs,
      };
      await store.db
        .insertInto('hub_client_info')
        .values(row)
        .onConflict((conflict) =>
          conflict
            .columns(['peer_id', 'party'])
            .doUpdateSet(row)
            // An older message that comes late changes nothing (X42).
            .where('hub_client_info.last_updated_ms', '<=', lastUpdatedMs),
        )
        .execute();
      const known = await store.db
        .selectFrom('hub_client_info')
        .select(['party', 'info'])
        .where('peer_id', '=', caller.peerId)
        .execute();
      const reachable = known
        .filter((each) => (each.info as ClientInfo).status !== 'SUSPENDED')
        .map(({ info: each }) => each as ClientInfo)
        .map((each) => ({
          countryCode: each.country_code.toUpperCase(),
          partyId: each.party_id.toUpperCase(),
        }));
      return (await keepReachable(peers, caller.peerId, reachable, clock))
        ? done(undefined)
        : refused('serverError', 'The registration changes at this moment; send the ClientInfo again.');
    },
  };
}

/** Tokens of the peer may be renewed at the same moment: what was saved meanwhile is kept, never written over. */
async function keepReachable(
  peers: PeerStore,
  peerId: string,
  reachable: readonly PartyId[],
  clock: Clock,
): Promise<boolean> {
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
    const peer = await peers.byId(peerId);
    if (peer === undefined) return false;
    if (await peers.save({ ...peer, reachable, updatedMs: clock.now() }, peer)) return true;
  }
  return false;
}
