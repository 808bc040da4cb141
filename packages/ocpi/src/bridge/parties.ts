/**
 * Role HUB and `hub_party_id` (OCPI 2.3.0 `credentials`, `types` Role). The internal model knows both: a 2.2.1 hub is a role, a
 * 2.3.0 hub is a field.
 */
import type { ClientInfo, Credentials } from '../model/index.ts';
import type { Losses } from './losses.ts';

/** The hub role also becomes `hub_party_id`, so that nobody has to look for hubs in two places. */
export function credentialsFrom221(credentials: Credentials): Credentials {
  const hub = credentials.roles.find((role) => role.role === 'HUB');
  return hub === undefined ? credentials : { ...credentials, hub_party_id: hub.country_code + hub.party_id };
}

/** `hub_party_id` becomes the role HUB; 2.2.1 does not know the field. */
export function credentialsTo221(credentials: Credentials): Credentials {
  const { hub_party_id, ...same } = credentials;
  const first = same.roles[0];
  if (hub_party_id === undefined || first === undefined || same.roles.some((role) => role.role === 'HUB')) {
    return same;
  }
  const hub = {
    role: 'HUB' as const,
    country_code: hub_party_id.slice(0, 2),
    party_id: hub_party_id.slice(2),
    business_details: first.business_details,
  };
  return { ...same, roles: [hub, ...same.roles] };
}

/** The role HUB becomes `hub_party_id`; a platform that is nothing but a hub then shows itself as OTHER. */
export function credentialsTo230(credentials: Credentials, losses: Losses): Credentials {
  const hub = credentials.roles.find((role) => role.role === 'HUB');
  if (hub === undefined) return credentials;
  const others = credentials.roles.filter((role) => role.role !== 'HUB');
  if (others.length === 0) {
    losses.push({ path: '/roles', detail: 'HUB is no role in OCPI 2.3.0 and was sent as OTHER' });
  }
  return {
    ...credentials,
    hub_party_id: credentials.hub_party_id ?? hub.country_code + hub.party_id,
    roles: others.length > 0 ? others : [{ ...hub, role: 'OTHER' }],
  };
}

export function clientInfoTo230(info: Partial<ClientInfo>, losses: Losses): Partial<ClientInfo> {
  if (info.role !== 'HUB') return info;
  losses.push({ path: '/role', detail: 'HUB is no role in OCPI 2.3.0 and was sent as OTHER' });
  return { ...info, role: 'OTHER' };
}
