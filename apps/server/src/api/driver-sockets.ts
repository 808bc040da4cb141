import type { Location } from '@smac/ocpi';
import { statedPerKwh } from '../billing/index.ts';
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
  const found = await around.sites.getLocation(around.network.owner, { locationId: address.locationId });
  return described(around, address, place, found.ok && 'evses' in found.data ? found.data : undefined);
}

/** Every socket of the own network whose location is shown to the public (OCPI `publish`). */
export async function socketsOf(around: Around) {
  const locations = await around.network.locations();
  const shown = locations.filter(({ publish }) => publish);
  return Promise.all(
    shown.flatMap((location) =>
      around.network.evses(location.id).map((place) => described(around, place, place, location)),
    ),
  );
}

async function described(
  { billing, clock }: Around,
  { locationId, evseUid }: Address,
  place: Placed | undefined,
  location: Location | undefined,
) {
  const evse = location?.evses?.find(({ uid }) => uid.toLowerCase() === evseUid.toLowerCase());
  const connectors = place?.connectors ?? [];
  const connectorId = connectors[0]?.id ?? '1';
  const tariffs = await billing.tariffs.at({ locationId, evseUid, connectorId }, clock.now());
  const tariff = tariffs.find(({ type }) => type === 'REGULAR' || type === undefined) ?? tariffs[0];
  return {
    locationId: location?.id ?? locationId,
    evseUid: place?.evseUid ?? evseUid,
    label: evse?.physical_reference ?? place?.evseUid ?? evseUid,
    place: location?.name ?? location?.address ?? locationId,
    city: location?.city ?? '',
    timeZone: location?.time_zone ?? 'UTC',
    status: evse?.status ?? 'UNKNOWN',
    maxW: Math.max(0, ...connectors.map(maxPowerOf)),
    givesBack: connectors.some(({ dischargeW }) => dischargeW > 0),
    price:
      tariff === undefined
        ? null
        : { currency: tariff.currency, perKwh: statedPerKwh(tariff), tariffId: tariff.id },
  };
}
