import { type Connector, connectorMaxPowerW, type Evse, type Location } from '@smac/ocpi';
import { evseKey, folded } from './owner.ts';
import type { Trx } from './room.ts';

/** An EVSE as its owner shared it by OCPI Locations (UC-001-pre), and the context that has it. */
export interface SharedEvse {
  readonly peerId: string;
  /** `NL-TNM`. */
  readonly party: string;
  readonly locationId: string;
  readonly evseUid: string;
  /** What stands on the socket, where the location says so. */
  readonly label: string;
  readonly place: string;
  readonly city: string;
  readonly timeZone: string | null;
  readonly latitude: number | null;
  readonly longitude: number | null;
  readonly status: Evse['status'];
  readonly connectors: readonly {
    readonly connectorId: string;
    readonly standard: Connector['standard'];
    readonly powerType: Connector['power_type'];
    readonly maxW: number;
  }[];
  /** Context that has it; one made for it alone does not count. */
  readonly contextId: string | null;
  readonly contextObjectId: string | null;
}

/** Removed EVSEs are left out. */
export async function readSharedEvses(
  db: Pick<Trx, 'selectFrom'>,
  peerId?: string,
): Promise<readonly SharedEvse[]> {
  const locations = await db
    .selectFrom('location')
    .select(['peer_id', 'party', 'object'])
    .$if(peerId !== undefined, (query) => query.where('peer_id', '=', peerId ?? ''))
    .orderBy('peer_id')
    .orderBy('party')
    .orderBy('location_key')
    .execute();
  const members = await db
    .selectFrom('context_evse')
    .innerJoin('optimisation_context', 'optimisation_context.id', 'context_evse.context_id')
    .select([
      'context_evse.peer_id',
      'context_evse.party',
      'context_evse.evse_key',
      'optimisation_context.id',
      'optimisation_context.object_id',
    ])
    .where('context_evse.active', '=', true)
    .where('optimisation_context.kind', '<>', 'default')
    .execute();
  const contexts = new Map(members.map((row) => [`${row.peer_id}/${row.party}/${row.evse_key}`, row]));
  return locations.flatMap(({ peer_id, party, object }) => {
    const location = object as Location;
    return (location.evses ?? [])
      .filter(({ status }) => status !== 'REMOVED')
      .map((evse) => {
        const key = evseKey({ locationId: location.id, evseUid: evse.uid });
        const context = contexts.get(`${peer_id}/${party}/${key}`);
        const { latitude, longitude } = evse.coordinates ?? location.coordinates;
        return {
          peerId: peer_id,
          party,
          locationId: location.id,
          evseUid: evse.uid,
          label: evse.physical_reference ?? evse.uid,
          place: location.name ?? location.address,
          city: location.city,
          timeZone: location.time_zone ?? null,
          latitude: degrees(latitude),
          longitude: degrees(longitude),
          status: evse.status,
          connectors: evse.connectors.map((connector) => ({
            connectorId: connector.id,
            standard: connector.standard,
            powerType: connector.power_type,
            maxW: connectorMaxPowerW(connector),
          })),
          contextId: context?.id ?? null,
          contextObjectId: context?.object_id ?? null,
        };
      });
  });
}

function degrees(text: string): number | null {
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

/** EVSEs of a wish that their owner does not share. */
export function notShared(
  wished: readonly { readonly locationId: string; readonly evseUid: string }[],
  shared: readonly SharedEvse[],
  party: string,
): readonly string[] {
  const known = new Set(shared.filter((evse) => folded(evse.party) === folded(party)).map(evseKey));
  return wished
    .filter((evse) => !known.has(evseKey(evse)))
    .map(({ locationId, evseUid }) => `${locationId}/${evseUid}`);
}
