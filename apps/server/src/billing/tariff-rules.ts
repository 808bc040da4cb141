/** Rules about tariffs that need no database. */
import type { Tariff } from '@smac/ocpi';
import type { TariffCeiling, TariffPlace, TariffRevision } from './billing.ts';

/** First price above its ceiling, as a sentence (BI15). */
export function aboveCeiling(tariff: Tariff, ceilings: readonly TariffCeiling[]): string | undefined {
  for (const [index, element] of tariff.elements.entries()) {
    for (const { type, price } of element.price_components) {
      const ceiling = ceilings.find(
        ({ currency, dimension }) => currency === tariff.currency && dimension === type,
      );
      if (ceiling !== undefined && price > ceiling.maxPrice) {
        return `elements/${index}: ${type} costs ${price} ${tariff.currency}, the ceiling is ${ceiling.maxPrice}.`;
      }
    }
  }
  return undefined;
}

/** 0 everywhere, 1 location, 2 EVSE, 3 connector; undefined: not here. */
function nearness(
  place: TariffPlace,
  at: { readonly locationId: string; readonly evseUid: string; readonly connectorId: string },
): number | undefined {
  const same = (wanted: string | undefined, here: string) =>
    wanted === undefined || wanted.toLowerCase() === here.toLowerCase();
  const { locationId, evseUid, connectorId } = place;
  if (!same(locationId, at.locationId) || !same(evseUid, at.evseUid) || !same(connectorId, at.connectorId)) {
    return undefined;
  }
  return [locationId, evseUid, connectorId].filter((part) => part !== undefined).length;
}

/** Tariffs of a connector: of each type those of the nearest place. */
export function tariffsAt(
  revisions: readonly TariffRevision[],
  at: { readonly locationId: string; readonly evseUid: string; readonly connectorId: string },
): readonly Tariff[] {
  const here = revisions.flatMap(({ tariff, places }) => {
    const near = places.map((place) => nearness(place, at)).filter((value) => value !== undefined);
    return near.length === 0 ? [] : [{ tariff, near: Math.max(...near) }];
  });
  return here
    .filter(
      ({ tariff, near }) => !here.some((other) => other.tariff.type === tariff.type && other.near > near),
    )
    .map(({ tariff }) => tariff);
}
