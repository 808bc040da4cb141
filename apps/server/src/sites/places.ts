import { type Connector, connectorMaxPowerW, type Evse } from '@smac/ocpi';
import { evseKey, folded, type Owner, ownerParty } from './owner.ts';
import type { Trx } from './room.ts';

/** What a location says about a connector, by connector id in lower case. */
export interface KnownConnector {
  readonly maxW: number;
  readonly powerType: Connector['power_type'];
}

/** The row planning reads: power and phases per connector, and whether profiles may be sent at all (SMC_005). */
export function evseRow(owner: Owner, locationId: string, evse: Evse) {
  const connectors: [string, KnownConnector][] = evse.connectors.map((connector) => [
    folded(connector.id),
    { maxW: connectorMaxPowerW(connector), powerType: connector.power_type },
  ]);
  return {
    peer_id: owner.peerId,
    party: ownerParty(owner),
    evse_key: evseKey({ locationId, evseUid: evse.uid }),
    location_key: folded(locationId),
    profile_capable:
      evse.status !== 'REMOVED' && (evse.capabilities ?? []).includes('CHARGING_PROFILE_CAPABLE'),
    connectors: JSON.stringify(Object.fromEntries(connectors)),
  };
}

export type ConnectorsByEvse = ReadonlyMap<string, Readonly<Record<string, KnownConnector>>>;

/** Connectors of the given EVSEs of one owner, by EVSE key. */
export async function knownConnectors(
  trx: Trx,
  owner: { readonly peerId: string; readonly party: string },
  evseKeys: readonly string[],
): Promise<ConnectorsByEvse> {
  if (evseKeys.length === 0) return new Map();
  const rows = await trx
    .selectFrom('evse')
    .select(['evse_key', 'connectors'])
    .where('peer_id', '=', owner.peerId)
    .where('party', '=', owner.party)
    .where('evse_key', 'in', [...evseKeys])
    .execute();
  return new Map(rows.map((row) => [row.evse_key, row.connectors as Record<string, KnownConnector>]));
}
