import type { PartyId } from '../exchange/party.ts';
import { sameParty } from '../exchange/party.ts';
import type { PartyInRole, Peer } from '../exchange/peer.ts';
import type { OcpiPlatform } from '../exchange/platform.ts';
import type { Credentials } from '../model/index.ts';
import { party } from '../transport/routing-headers.ts';

/** The credentials object we send: the token the peer shall present to us, our versions URL and our roles. */
export function ownCredentials(platform: OcpiPlatform, token: string): Credentials {
  const { hubParty } = platform;
  return {
    token,
    url: `${platform.baseUrl}/versions`,
    ...(hubParty === undefined ? {} : { hub_party_id: hubParty.countryCode + hubParty.partyId }),
    roles: platform.parties.map((own) => ({
      role: own.role,
      country_code: own.countryCode,
      party_id: own.partyId,
      business_details: own.businessDetails ?? { name: `${own.countryCode} ${own.partyId}` },
    })),
  };
}

/** Roles of received credentials in our words: a hub of 2.3.0, where HUB is no role, shows itself as OTHER. */
export function partiesOf(credentials: Credentials): PartyInRole[] {
  const hub = hubOf(credentials);
  return credentials.roles.map((role) => {
    const who = party(role.country_code, role.party_id);
    const isHub = role.role === 'OTHER' && hub !== undefined && sameParty(hub, who);
    return { ...who, role: isHub ? ('HUB' as const) : role.role, businessDetails: role.business_details };
  });
}

/** The hub a platform says it is. */
export function hubOf(credentials: Credentials): PartyId | undefined {
  const id = credentials.hub_party_id;
  return id === undefined || id.length < 3 ? undefined : party(id.slice(0, 2), id.slice(2));
}

/**
 * Whether a peer may be a hub: agreed so, or nothing was agreed. A hub speaks for parties that it names itself and may add some, so whoever
 * was invited as something else does not become one by saying so.
 */
export function mayBeHub({ parties, hubParty }: Peer): boolean {
  return parties.length === 0 || hubParty !== undefined || parties.some(({ role }) => role === 'HUB');
}

/**
 * Why a peer may not register as these parties: the party of a token is fixed by the invitation or the first registration, and a
 * party and role belong to one platform only (OCPI credentials, CredentialsRole). A hub may add parties behind it.
 */
export function partyConflict(
  claimed: readonly PartyInRole[],
  peer: Peer,
  others: readonly Peer[],
): string | undefined {
  for (const party of claimed) {
    const known = peer.parties.some((expected) => sameParty(expected, party) && expected.role === party.role);
    const mayGrow = peer.hubParty !== undefined;
    if (peer.parties.length > 0 && !known && !mayGrow) {
      return `The role ${party.role} of ${party.countryCode}-${party.partyId} is not what this token was issued for.`;
    }
    const taken = others.some(
      (other) =>
        other.id !== peer.id &&
        other.state === 'REGISTERED' &&
        other.parties.some((their) => sameParty(their, party) && their.role === party.role),
    );
    if (taken) {
      return `The role ${party.role} of ${party.countryCode}-${party.partyId} is registered by another platform; unregister it there first.`;
    }
  }
  return undefined;
}
