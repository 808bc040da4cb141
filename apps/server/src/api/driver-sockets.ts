import { firstPrices, type Location, type Tariff } from '@smac/ocpi';
import { type TariffRevision, tariffsAt } from '../billing/index.ts';
import { type SeesPlace, seesPublished } from '../drivers/accounts/index.ts';
import { maxPowerOf, type Placed } from '../network/index.ts';
import type { ApiSurroundings } from './surroundings.ts';

type Around = Pick<ApiSurroundings, 'network' | 'sites' | 'billing' | 'clock'>;
interface Address {
  readonly locationId: string;
  readonly evseUid: string;
}

/** A socket as drivers see it: where, what it can do, whether it is free, what it costs now (BI21, BI24). */
export async function socketAt(around: Around, address: Address) {
  const place = around.network.find(address.locationId, address.evseUid);
  const tariffs = await around.billing.tariffs.effective(around.clock.now());
  const location = await locationOf(around, address.locationId);
  return described(address, place, location, tariffs, around.clock.now());
}

/** The location of an own socket; undefined where there is none. */
export async function locationOf(
  { sites, network }: Around,
  locationId: string,
): Promise<Location | undefined> {
  const found = await sites.getLocation(network.owner, { locationId });
  return found.ok && 'evses' in found.data ? found.data : undefined;
}

/** Every socket of the own network that somebody may see; the public sees what is published (OCPI `publish`). */
export async function socketsOf(around: Around, sees: SeesPlace = seesPublished) {
  const [locations, tariffs] = await Promise.all([
    around.network.locations(),
    around.billing.tariffs.effective(around.clock.now()),
  ]);
  return locations
    .filter(sees)
    .flatMap((location) =>
      around.network
        .evses(location.id)
        .map((place) => described(place, place, location, tariffs, around.clock.now())),
    );
}

/** Whether a location is there for whoever asks; what is not looks as if there were none (T-AUTHZ). */
export async function isSeen(around: Around, { locationId }: Address, sees: SeesPlace): Promise<boolean> {
  const location = await locationOf(around, locationId);
  return location !== undefined && sees(location);
}

function described(
  { locationId, evseUid }: Address,
  place: Placed | undefined,
  location: Location | undefined,
  revisions: readonly TariffRevision[],
  atMs: number,
) {
  const evse = location?.evses?.find(({ uid }) => uid.toLowerCase() === evseUid.toLowerCase());
  const connectors = place?.connectors ?? [];
  const tariffs = tariffsAt(revisions, { locationId, evseUid, connectorId: connectors[0]?.id ?? '1' });
  const tariff = tariffs.find(({ type }) => type === 'REGULAR' || type === undefined) ?? tariffs[0];
  const timeZone = location?.time_zone ?? 'UTC';
  const maxW = Math.max(0, ...connectors.map(maxPowerOf));
  return {
    locationId: location?.id ?? locationId,
    evseUid: place?.evseUid ?? evseUid,
    label: evse?.physical_reference ?? place?.evseUid ?? evseUid,
    place: location?.name ?? location?.address ?? locationId,
    address: location?.address ?? '',
    city: location?.city ?? '',
    latitude: Number(location?.coordinates.latitude ?? Number.NaN) || null,
    longitude: Number(location?.coordinates.longitude ?? Number.NaN) || null,
    timeZone,
    isPublic: location?.publish ?? false,
    status: evse?.status ?? 'UNKNOWN',
    maxW,
    givesBack: connectors.some(({ dischargeW }) => dischargeW > 0),
    connectors: connectors.map(({ standard, format, powerType }) => ({ standard, format, powerType })),
    price: tariff === undefined ? null : statedPrice(tariff, { atMs, powerW: maxW, timeZone }),
  };
}

/** Every price of a charge that begins now, with VAT. */
function statedPrice(tariff: Tariff, charge: Parameters<typeof firstPrices>[1]) {
  const { energy, time, parking, flat, varies } = firstPrices(tariff, charge) ?? { varies: true };
  return {
    currency: tariff.currency,
    perKwh: energy ?? null,
    perHour: time ?? null,
    perHourParked: parking ?? null,
    once: flat ?? null,
    varies,
    tariffId: tariff.id,
  };
}
