import type { Location } from '@smac/ocpi';
import { OWN_PEER } from '../../network/index.ts';
import { evseKey } from '../../sites/owner.ts';
import type { Store } from '../../store/index.ts';
import type { CityEvse } from './facts.ts';

/** What a reader may choose; everything where a field is absent. */
export interface Selection {
  /** Key of a site, as the answers name it. */
  readonly site?: string;
  readonly district?: string;
  /** Like `NL-TNM`. */
  readonly operator?: string;
}

/** All EVSEs of all operators with where they stand, in a steady order. */
export const readPlaces = async (store: Pick<Store, 'db'>): Promise<readonly CityEvse[]> =>
  standing(await readAllPlaces(store));

/** Those that are there; what happened at the others counts in sums, and nowhere else. */
export const standing = (evses: readonly CityEvse[]): readonly CityEvse[] => evses.filter(isStanding);

export const isStanding = ({ status }: CityEvse): boolean => status !== 'REMOVED';

/** With those that were removed, or moved and have another address since. */
export async function readAllPlaces({ db }: Pick<Store, 'db'>): Promise<readonly CityEvse[]> {
  const stations = await db
    .selectFrom('network_evse')
    .select(['station_id', 'location_id', 'evse_uid'])
    .execute();
  const stationOf = new Map(
    stations.map((row) => [evseKey({ locationId: row.location_id, evseUid: row.evse_uid }), row.station_id]),
  );
  const rows = await db
    .selectFrom('location')
    .select(['peer_id', 'party', 'object'])
    .orderBy('party')
    .orderBy('location_key')
    .execute();
  return rows.flatMap(({ peer_id, party, object }) => {
    const location = object as Location;
    const siteKey = `${peer_id}/${party}/${location.id}`;
    return (location.evses ?? []).map((evse): CityEvse => {
      const key = evseKey({ locationId: location.id, evseUid: evse.uid });
      const place = evse.coordinates ?? location.coordinates;
      const [longitude, latitude] = pointOf(place?.longitude, place?.latitude);
      return {
        key: `${peer_id}/${party}/${key}`,
        peerId: peer_id,
        operator: party,
        siteKey,
        siteName: location.name ?? location.address,
        district: location.postal_code ?? location.city,
        timeZone: location.time_zone,
        evseUid: evse.uid,
        label: evse.physical_reference ?? evse.uid,
        status: evse.status,
        longitude,
        latitude,
        maxW: Math.max(0, ...evse.connectors.map((connector) => powerOf(connector))),
        stationId: (peer_id === OWN_PEER ? stationOf.get(key) : undefined) ?? null,
      };
    });
  });
}

export function chosen(
  evses: readonly CityEvse[],
  { site, district, operator }: Selection,
): readonly CityEvse[] {
  return evses.filter(
    (evse) =>
      (site === undefined || evse.siteKey === site) &&
      (district === undefined || evse.district === district) &&
      (operator === undefined || evse.operator === operator),
  );
}

function powerOf(connector: NonNullable<Location['evses']>[number]['connectors'][number]): number {
  const { max_electric_power, max_voltage, max_amperage, power_type } = connector;
  return max_electric_power ?? max_voltage * max_amperage * (power_type === 'AC_3_PHASE' ? 3 : 1);
}

/** OCPI writes coordinates as text; 0, 0 is where nobody entered any. */
function pointOf(
  longitude: string | undefined,
  latitude: string | undefined,
): [number, number] | [null, null] {
  const [x, y] = [Number(longitude ?? Number.NaN), Number(latitude ?? Number.NaN)];
  const isPoint = Math.abs(x) <= 180 && Math.abs(y) <= 90 && (x !== 0 || y !== 0);
  return isPoint ? [x, y] : [null, null];
}
