import { type PageRequest, partyName, type Session } from '@smac/ocpi';
import { maskUid } from '../../drivers/index.ts';
import type { CpoRooms } from './rooms.ts';

/** Own sessions that changed in this time, oldest first. */
export async function ownSessions(
  { store, network }: Pick<CpoRooms, 'store' | 'network'>,
  { dateFromMs, dateToMs }: Pick<PageRequest, 'dateFromMs' | 'dateToMs'>,
): Promise<readonly Session[]> {
  let rows = store.db
    .selectFrom('charging_session')
    .select('object')
    .where('peer_id', '=', network.owner.peerId);
  if (dateFromMs !== undefined) rows = rows.where('last_updated_ms', '>=', dateFromMs);
  if (dateToMs !== undefined) rows = rows.where('last_updated_ms', '<', dateToMs);
  const found = await rows.orderBy('start_ms').orderBy('session_key').execute();
  return found.map(({ object }) => object as Session);
}

/** The session as one of these parties may see it: its own cards' whole, others' only to plan for, without the card. */
export function visibleSession(
  session: Session,
  payers: readonly string[],
  seesAll: boolean,
): Session | undefined {
  const { cdr_token } = session;
  const payer = partyName({ countryCode: cdr_token.country_code, partyId: cdr_token.party_id });
  if (payers.includes(payer)) return session;
  if (!seesAll) return undefined;
  return {
    ...session,
    cdr_token: { ...cdr_token, uid: maskUid(cdr_token.uid), contract_id: maskUid(cdr_token.contract_id) },
  };
}
