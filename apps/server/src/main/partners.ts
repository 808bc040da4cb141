import type { Partner } from '../drivers/accounts/index.ts';
import { PROFILES_AGREEMENT } from '../roles/cpo/index.ts';
import type { PartyOverview } from '../roles/scsp/index.ts';

/** Platforms a driver may choose for planning (D1.5-R2-2): connected providers with the agreement to set profiles. */
export function partnersOf(parties: readonly PartyOverview[]): readonly Partner[] {
  return parties
    .filter(
      ({ state, agreements, parties: own }) =>
        state === 'REGISTERED' &&
        agreements.includes(PROFILES_AGREEMENT) &&
        own.some(({ role }) => role === 'SCSP' || role === 'EMSP'),
    )
    .map(({ peerId, name, health }) => ({ peerId, name, isUp: health !== 'down' }));
}
