/** What changes is pushed at once, one attempt; who was away pulls (X40, D1.5-Q3B-8a). */
import { type Cdr, createOcpiClient, type Peer, partyName, type Session } from '@smac/ocpi';
import { visibleSession } from './own-sessions.ts';
import type { CpoRooms } from './rooms.ts';
import { PROFILES_AGREEMENT } from './rooms.ts';

/** Peers that serve this module as RECEIVER. */
async function receivers({ platform }: CpoRooms, module: string): Promise<readonly Peer[]> {
  const peers = await platform().peers.list();
  return peers.filter(
    ({ state, endpoints }) =>
      state === 'REGISTERED' &&
      endpoints.some(({ identifier, role }) => role === 'RECEIVER' && identifier.toLowerCase() === module),
  );
}

function namesOf(peer: Peer): readonly string[] {
  return [...peer.parties, ...(peer.reachable ?? [])].map(partyName);
}

/** A new CDR to the party that pays; what became of it is kept. */
export async function pushCdr(rooms: CpoRooms, cdr: Cdr): Promise<void> {
  const { country_code: countryCode, party_id: partyId } = cdr.cdr_token;
  const payer = { countryCode, partyId };
  const peer = (await receivers(rooms, 'cdrs')).find((one) => namesOf(one).includes(partyName(payer)));
  if (peer === undefined) return;
  const { cdrs } = createOcpiClient(rooms.platform(), peer.id).receiver;
  const posted = await cdrs.post(cdr, { to: payer });
  if (!posted.ok) {
    rooms.log.warn(
      { peerId: peer.id, cdrId: cdr.id, detail: posted.detail },
      'A CDR was not taken; it can be pulled',
    );
  }
  await rooms.billing.cdrs.noteDelivery({
    cdrId: cdr.id,
    peerId: peer.id,
    ...(posted.ok && posted.location !== undefined ? { location: posted.location } : {}),
    ...(posted.ok ? {} : { problem: posted.detail }),
  });
}

/** A session to the party that pays for it, and to who plans for it. PUT says everything: no platform has to know what came before. */
export async function pushSession(rooms: CpoRooms, session: Session): Promise<void> {
  const peers = await receivers(rooms, 'sessions');
  await Promise.all(
    peers.map(async (peer) => {
      const seesAll = peer.agreements.includes(PROFILES_AGREEMENT);
      const visible = visibleSession(session, namesOf(peer), seesAll);
      if (visible === undefined) return;
      const put = await createOcpiClient(rooms.platform(), peer.id).receiver.sessions.put(visible);
      if (!put.ok) {
        rooms.log.warn(
          { peerId: peer.id, sessionId: session.id, detail: put.detail },
          'A session was not taken; it can be pulled',
        );
      }
    }),
  );
}
