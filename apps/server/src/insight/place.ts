import type { Evse, Location } from '@smac/ocpi';
import type { ContextState, Owner, Sites } from '../sites/index.ts';

/** Where a context stands, as its locations tell it. */
export interface Place {
  readonly name: string;
  readonly city: string | null;
  /** IANA name; `UTC` where no location tells one. */
  readonly timeZone: string;
  readonly evses: readonly PlacedEvse[];
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
  const first = [...locations.values()].find((location) => location !== undefined);
  return {
    name: first?.name ?? first?.address ?? context.objectId,
    city: first?.city ?? null,
    timeZone: first?.time_zone ?? 'UTC',
    evses: context.statics.evses.map(({ locationId, evseUid, connectors }) => {
      const told = locations.get(locationId)?.evses?.find(({ uid }) => same(uid, evseUid));
      return {
        locationId,
        evseUid,
        label: told?.physical_reference ?? evseUid,
        status: told?.status ?? 'UNKNOWN',
        maxW: Math.max(0, ...connectors.map(({ chargeW }) => chargeW)),
      };
    }),
  };
}

/** The party of a context is kept as `NL-TNM`. */
function ownerOf({ peerId, party }: ContextState): Owner {
  const [countryCode = '', partyId = ''] = party.split('-');
  return { peerId, party: { countryCode, partyId } };
}

/** OCPI identifiers count without case. */
export function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
