import { type PartyId, sameParty } from '@smac/ocpi';
import type { Placed } from '../../network/index.ts';
import type { CpoRooms } from './rooms.ts';

/**
 * May this party have the lock of an EVSE opened (OCPI 2.2.1 and 2.3.0 mod_commands, UnlockConnector)? It takes the cable of whoever charges
 * there, so that only the party whose customer that is may ask for it; where nobody charges, every provider may free a stuck cable.
 * @returns why not; undefined: it may
 */
export async function lockRefusal(
  { transactions, tokens, clock }: Pick<CpoRooms, 'transactions' | 'tokens' | 'clock'>,
  { stationId, evseId }: Pick<Placed, 'stationId' | 'evseId'>,
  party: PartyId,
): Promise<string | undefined> {
  const running = await transactions.list({ stationId, state: 'active', limit: 1_000 });
  // One whose card was refused is no customer of anybody's.
  const here = running.filter(
    (each) => each.evseId === evseId && (each.tokenUid === undefined || each.tokenStatus === 'Accepted'),
  );
  for (const { tokenUid } of here) {
    const decision =
      tokenUid === undefined ? undefined : await tokens.lastAccepted(tokenUid, stationId, clock.now());
    const token = decision?.cdrToken;
    const isTheirs =
      token !== undefined && sameParty({ countryCode: token.country_code, partyId: token.party_id }, party);
    if (!isTheirs) return 'Somebody charges there who is not one of your customers.';
  }
  return undefined;
}
