import type { Connector, Evse } from '@smac/ocpi';
import { evseKey, folded, type Owner, ownerParty } from './owner.ts';
import type { Trx } from './room.ts';

/** What a location says about a connector, by connector id in lower case. */
export interface KnownConnector {
  readonly maxW: number;
  readonly powerType: Connector['power_type'];
}

/** Nominal power of a connector in W: max_electric_power, and never more than voltage x current x phases. */
export function connectorMaxW(connector: Connector): number {
  const { max_voltage: volt, max_amperage: ampere, power_type: type } = connector;
  const wires = type === 'AC_3_PHASE' ? 3 : type === 'AC_2_PHASE' || type === 'AC_2_PHASE_SPLIT' ? 2 : 1;
  const electrical = volt * ampere * wires;
  const stated = connector.max_electric_power;
  if (stated === undefined) return electrical;
  return electrical > 0 ? Math.min(stated, electrical) : stated;
}

/** The row planning reads: power and phases per connector, and whether profiles may be sent at all (SMC_005). */
export function evseRow(owner: Owner, locationId: string, evse: Evse) {
  const connectors: Record<string, KnownConnector> = {};
  for (const connector of evse.connectors) {
    connectors[folded(connector.id)] = { maxW: connectorMaxW(connector), powerType: connector.power_type };
  }
  return {
    peer_id: owner.peerId,
    party: ownerParty(owner),
    evse_key: evseKey({ locationId, evseUid: evse.uid }),
    location_key: folded(locationId),
    profile_capable:
      evse.status !== 'REMOVED' && (evse.capabilities ?? []).includes('CHARGING_PROFILE_CAPABLE'),
    connectors: JSON.stringify(connectors),
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
