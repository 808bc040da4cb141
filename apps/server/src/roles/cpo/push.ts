/** What changes is pushed at once, one attempt; who was away pulls (X40, D1.5-Q3B-8a). */
import {
  type Cdr,
  createOcpiClient,
  type InterfaceRole,
  type PartyId,
  type Peer,
  partyName,
  type Session,
} from '@smac/ocpi';
import { chosenBehind, providerBehind } from './chosen-provider.ts';
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

/** What was last told of live sessions, by session and receiver. */
export type ToldSessions = NewestMap<string, Map<string, Session>>;

/**
 * A session to the party that pays for it, and to who plans for it: PUT first, then PATCH with what changed (D1.5-§2.3.1-SES). A PATCH that
 * fails is followed by a PUT, which says everything.
 */
export async function pushSession(rooms: CpoRooms, told: ToldSessions, session: Session): Promise<void> {
  const peers = await serving(rooms, 'sessions');
  const known = told.get(session.id) ?? new Map<string, Session>();
  told.set(session.id, known);
  const { provider } =
    (await rooms.sites.session({ peerId: rooms.network.owner.peerId, sessionId: session.id })) ?? {};
  const key = {
    owner: { countryCode: session.country_code, partyId: session.party_id },
    id: session.id,
  };
  async function tell({ id: peerId }: Peer, visible: Session, to?: PartyId): Promise<void> {
    const { sessions } = createOcpiClient(rooms.platform(), peerId).receiver;
    const receiver = to === undefined ? peerId : providerBehind(peerId, to);
    const before = known.get(receiver);
    const patch = before && sessionPatch(before, visible);
    const addressed = to === undefined ? {} : { to };
    const patched = patch && (await sessions.patch(key, patch, addressed));
    const sent = patched?.ok === true ? patched : await sessions.put(visible, addressed);
    if (sent.ok) {
      known.set(receiver, visible);
      return;
    }
    known.delete(receiver);
    rooms.log.warn(
      { peerId, sessionId: session.id, detail: sent.detail },
      'A session was not taken; it can be pulled',
    );
  }
  const toPeer = (peer: Peer): Promise<void>[] => {
    const seesAll = peer.agreements.includes(PROFILES_AGREEMENT);
    const visible = visibleSession(session, namesOf(peer), seesAll);
    if (visible === undefined) return [];
    if (peer.hubParty === undefined) return [tell(peer, visible)];
    // At a hub a session is for one receiver, and is never broadcast (OCPI transport_and_format, Message Routing).
    const { country_code: countryCode, party_id: partyId } = visible.cdr_token;
    const payer = { countryCode, partyId };
    const planner = seesAll ? chosenBehind(peer, provider) : undefined;
    const isPayer = planner !== undefined && partyName(planner) === partyName(payer);
    // Who plans and does not pay knows nothing of the card.
    const masked = visibleSession(session, [], true);
    return [
      tell(peer, visible, payer),
      ...(planner === undefined || isPayer || masked === undefined ? [] : [tell(peer, masked, planner)]),
    ];
  };
  await Promise.all(peers.flatMap(toPeer));
  if (session.status === 'COMPLETED' || session.status === 'INVALID') told.delete(session.id);
}
