import {
  type Answering,
  type ClientInfo,
  clientInfos,
  createOcpiClient,
  type OcpiPlatform,
  type Peer,
} from '@smac/ocpi';
import type { Log } from '../../dispatch/index.ts';
import type { Schedule } from '../scsp/schedule.ts';

export interface NeighboursOptions {
  readonly platform: OcpiPlatform;
  readonly schedule: Schedule;
  readonly log: Log;
  /** Whether a platform answers, and since when. */
  readonly answering: (peerId: string) => Answering | undefined;
  readonly background: (what: string, work: () => Promise<unknown>) => void;
}

/** After a registration the platform still has to store our token before it can take a message. */
const FIRST_MS = 1_000;
const AGAIN_MS = 30_000;

/**
 * Tells every platform of the hub who else is there and how they are doing (OCPI mod_hub_client_info): all of it to who registers, and what
 * changed to everybody. Who cannot be told is told again later; who has no such module reads the list itself.
 */
export function createNeighbours({ platform, schedule, log, answering, background }: NeighboursOptions) {
  /** What each platform was told last, by party and role. */
  const told = new Map<string, Map<string, string>>();

  function tell(peerId: string, leastMs = FIRST_MS): void {
    schedule.once(`neighbours ${peerId}`, leastMs, leastMs / 2, () =>
      background(`Telling ${peerId} who else is at the hub`, () => tellNow(peerId)),
    );
  }

  async function tellNow(peerId: string): Promise<void> {
    const peer = await platform.peers.byId(peerId);
    if (peer?.state !== 'REGISTERED' || !hears(peer)) return;
    const known = told.get(peerId) ?? new Map<string, string>();
    told.set(peerId, known);
    const client = createOcpiClient(platform, peerId);
    for (const info of clientInfos(await platform.peers.list(), answering, peerId)) {
      const name = `${info.country_code}-${info.party_id} ${info.role}`;
      if (known.get(name) === info.status) continue;
      const answer = await client.receiver.hubclientinfo.put(info);
      if (answer.ok) known.set(name, info.status);
      else {
        log.warn({ peerId, detail: answer.detail }, `Could not tell about ${name}; it is tried again`);
        tell(peerId, AGAIN_MS);
        return;
      }
    }
  }

  return {
    /** A platform registered, changed, or came back: it hears everything, the others what is new. */
    async changed(peerId: string): Promise<void> {
      told.delete(peerId);
      for (const peer of await platform.peers.list()) {
        if (peer.state === 'REGISTERED' && hears(peer)) tell(peer.id);
      }
    },
    /** One page of the list, for who asks (OCPI mod_hub_client_info, GET). */
    async list(peerId: string): Promise<readonly ClientInfo[]> {
      return clientInfos(await platform.peers.list(), answering, peerId);
    },
  };
}

function hears({ endpoints }: Peer): boolean {
  return endpoints.some(({ identifier, role }) => identifier === 'hubclientinfo' && role === 'RECEIVER');
}
