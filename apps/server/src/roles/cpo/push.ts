/** What changes is pushed at once, one attempt; who was away pulls (X40, D1.5-Q3B-8a). */
import {
  type Cdr,
  createOcpiClient,
  type InterfaceRole,
  type Peer,
  partyName,
  type Session,
} from '@smac/ocpi';
import type { NewestMap } from './newest-map.ts';
import { visibleSession } from './own-sessions.ts';
import type { CpoRooms } from './rooms.ts';
import { PROFILES_AGREEMENT } from './rooms.ts';
import { sessionPatch } from './session-change.ts';

/** Peers that serve this module; custom modules may carry a prefix (X1). */
export async function serving(
  { platform }: Pick<CpoRooms, 'platform'>,
  module: string,
  as: InterfaceRole = 'RECEIVER',
): Promise<readonly Peer[]> {
  const peers = await platform().peers.list();
  const isIt = (identifier: string) => {
    const id = identifier.toLowerCase();
    return id === module || id.endsWith(`-${module}`);
  };
  return peers.filter(
    ({ state, endpoints }) =>
      state === 'REGISTERED' && endpoints.some(({ identifier, role }) => role === as && isIt(identifier)),
  );
}

function namesOf(peer: Peer): readonly string[] {
  return [...peer.parties, ...(peer.reachable ?? [])].map(partyName);
}

/** A new CDR to the party that pays; what became of it is kept. */
export async function pushCdr(rooms: CpoRooms, cdr: Cdr): Promise<void> {
  const { country_code: countryCode, party_id: partyId } = cdr.cdr_token;
  const payer = { countryCode, partyId };
  const peer = (await serving(rooms, 'cdrs')).find((one) => namesOf(one).includes(partyName(payer)));
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

/** What platforms were last told of live sessions, by session and peer. */
export type ToldSessions = NewestMap<string, Map<string, Session>>;

/**
 * A session to the party that pays for it, and to who plans for it: PUT first, then PATCH with what changed (D1.5-§2.3.1-SES). A PATCH that
 * fails is followed by a PUT, which says everything.
 */
export async function pushSession(rooms: CpoRooms, told: ToldSessions, session: Session): Promise<void> {
  const peers = await serving(rooms, 'sessions');
  const known = told.get(session.id) ?? new Map<string, Session>();
  told.set(session.id, known);
  await Promise.all(
    peers.map(async (peer) => {
      const seesAll = peer.agreements.includes(PROFILES_AGREEMENT);
      const visible = visibleSession(session, namesOf(peer), seesAll);
      if (visible === undefined) return;
      const { sessions } = createOcpiClient(rooms.platform(), peer.id).receiver;
      const before = known.get(peer.id);
      const patch = before && sessionPatch(before, visible);
      const key = {
        owner: { countryCode: session.country_code, partyId: session.party_id },
        id: session.id,
      };
      // At a hub a session is for one receiver, and is never broadcast (OCPI transport_and_format, Message Routing).
      const { country_code: countryCode, party_id: partyId } = visible.cdr_token;
      const to = peer.hubParty === undefined ? {} : { to: { countryCode, partyId } };
      const patched = patch && (await sessions.patch(key, patch, to));
      const sent = patched?.ok === true ? patched : await sessions.put(visible, to);
      if (sent.ok) {
        known.set(peer.id, visible);
        return;
      }
      known.delete(peer.id);
      rooms.log.warn(
        { peerId: peer.id, sessionId: session.id, detail: sent.detail },
        'A session was not taken; it can be pulled',
      );
    }),
  );
  if (session.status === 'COMPLETED' || session.status === 'INVALID') told.delete(session.id);
}
