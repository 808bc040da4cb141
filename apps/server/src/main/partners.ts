import type { Partner } from '../drivers/accounts/index.ts';
import { PROFILES_AGREEMENT, providerBehind } from '../roles/cpo/index.ts';
import type { PartyOverview } from '../roles/scsp/index.ts';

const PLANS = ['SCSP', 'EMSP'];

/**
 * Who a driver may choose for planning (D1.5-R2-2): connected providers with the agreement to set profiles, and those behind a hub that
 * has it.
 */
export function partnersOf(parties: readonly PartyOverview[]): readonly Partner[] {
  return parties
    .filter(({ state, agreements }) => state === 'REGISTERED' && agreements.includes(PROFILES_AGREEMENT))
    .flatMap(({ peerId, name, health, parties: own, behind }) => {
      const isUp = health !== 'down';
      const itself = own.some(({ role }) => PLANS.includes(role)) ? [{ peerId, name, isUp }] : [];
      const isOwn = (country: string, party: string) =>
        own.some((one) => one.country.toUpperCase() === country && one.party.toUpperCase() === party);
      const others = behind
        .filter(({ role, country, party }) => PLANS.includes(role) && !isOwn(country, party))
        .map((one) => ({
          peerId: providerBehind(peerId, { countryCode: one.country, partyId: one.party }),
          name: `${one.country}-${one.party}`,
          isUp: isUp && one.isUp,
        }));
      return [...itself, ...others];
    });
}
