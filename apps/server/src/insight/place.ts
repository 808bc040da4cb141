import type { Evse, Location } from '@smac/ocpi';
import type { ContextState, Owner, Sites } from '../sites/index.ts';

/** Where a context stands, as its locations tell it. */
export interface Place {
  readonly name: string;
  readonly city: string | null;
  /** IANA name; `UTC` where no location tells one. */
  readonly timeZone: string;
  /** Degrees, WGS 84; null where no location tells any. */
  readonly position: Position | null;
  readonly evses: readonly PlacedEvse[];
}

export interface Position {
  readonly latitude: number;
  readonly longitude: number;
}

export interface PlacedEvse {
  readonly locationId: string;
  readonly evseUid: string;
  /** What stands on the socket, where the location says so. */
  readonly label: string;
  /** OCPI status; `UNKNOWN` where no location describes the EVSE. */
  readonly status: Evse['status'];
  /** Most power of any of its connectors, W. */
  readonly maxW: number;
}

export async function placeOf(sites: Pick<Sites, 'getLocation'>, context: ContextState): Promise<Place> {
  const owner = ownerOf(context);
  const locations = new Map<string, Location | undefined>();
  for (const { locationId } of context.statics.evses) {
    if (locations.has(locationId)) continue;
    const found = await sites.getLocation(owner, { locationId });
    locations.set(locationId, found.ok && 'evses' in found.data ? found.data : undefined);
  }
  const told = new Map<string, Evse>();
  for (const [locationId, location] of locations) {
    // Where a location names an EVSE twice the first counts.
    for (const evse of location?.evses?.toReversed() ?? []) told.set(evseName(locationId, evse.uid), evse);
  }
  const first = [...locations.values()].find((location) => location !== undefined);
  return {
    name: first?.name ?? first?.address ?? context.objectId,
    city: first?.city ?? null,
    timeZone: first?.time_zone ?? 'UTC',
    position: first === undefined ? null : positionOf(first),
    evses: context.statics.evses.map(({ locationId, evseUid, connectors }) => {
      const evse = told.get(evseName(locationId, evseUid));
      return {
        locationId,
        evseUid,
        label: evse?.physical_reference ?? evseUid,
        status: evse?.status ?? 'UNKNOWN',
        maxW: Math.max(0, ...connectors.map(({ chargeW }) => chargeW)),
      };
    }),
  };
}

/** OCPI writes degrees as text (OCPI 2.2.1 mod_locations_geolocation_class). */
function positionOf({ coordinates }: Location): Position | null {
  const [latitude, longitude] = [Number(coordinates.latitude), Number(coordinates.longitude)];
  return Number.isFinite(latitude) && Number.isFinite(longitude) ? { latitude, longitude } : null;
}

/** The party of a context is kept as `NL-TNM`. */
function ownerOf({ peerId, party }: ContextState): Owner {
  const [countryCode = '', partyId = ''] = party.split('-');
  return { peerId, party: { countryCode, partyId } };
}

/** One text per EVSE of an owner, however it is spelled, for maps. */
export const evseName = (locationId: string, evseUid: string) => `${locationId}/${evseUid}`.toLowerCase();

/** OCPI identifiers count without case. */
export function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
