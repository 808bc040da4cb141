/**
 * Location, EVSE and Connector, 2.3.0 -> 2.2.1 (OCPI 2.3.0 `mod_locations`). The other direction needs nothing: 2.3.0 only added fields
 * and values. Works on parts too (PATCH). Fields that 2.2.1 does not know fall away in the codec; here are the values.
 */
import type { Static } from 'typebox';
import * as model from '../model/index.ts';
import type { connector221Schema, evse221Schema, location221Schema } from '../model/wire-221.ts';
import { compact, knownOnly, type Losses } from './losses.ts';
import { tokenTypeTo221 } from './tokens.ts';

export type Location221 = Static<typeof location221Schema>;
export type Evse221 = Static<typeof evse221Schema>;
export type Connector221 = Static<typeof connector221Schema>;

export function locationTo221(location: Partial<model.Location>, losses: Losses): Partial<Location221> {
  const { evses, publish_allowed_to, parking_type, facilities, images, energy_mix, parking_places, ...same } =
    location;
  const parkingType = knownOnly(parking_type && [parking_type], model.PARKING_TYPES, '/parking_type', losses);
  return compact({
    ...withBusinesses(same, losses),
    publish_allowed_to: publish_allowed_to?.map(({ type, ...token }) =>
      compact({ ...token, type: type && tokenTypeTo221(type, '/publish_allowed_to', losses) }),
    ),
    parking_type: parkingType?.[0],
    evses: evses?.flatMap((evse, index) => evseInLocation(evse, `/evses/${index}`, losses)),
    facilities: knownOnly(facilities, model.FACILITIES, '/facilities', losses),
    images: images?.map((image) => imageTo221(image, '/images', losses)),
    energy_mix: energy_mix && energyMixTo221(energy_mix, '/energy_mix', losses),
  });
}

/** An EVSE none of whose connectors 2.2.1 can name is left out: 2.2.1 demands at least one connector. */
function evseInLocation(evse: model.Evse, path: string, losses: Losses): Evse221[] {
  const bridged = evseTo221(evse, losses, path) as Evse221;
  if (bridged.connectors.length > 0) return [bridged];
  losses.push({ path, detail: 'has no connector that OCPI 2.2.1 can name and was left out' });
  return [];
}

export function evseTo221(evse: Partial<model.Evse>, losses: Losses, path = ''): Partial<Evse221> {
  const { capabilities, connectors, parking_restrictions, images, parking, ...same } = evse;
  return compact({
    ...same,
    capabilities: knownOnly(capabilities, model.CAPABILITIES, `${path}/capabilities`, losses),
    connectors: connectors?.flatMap((connector, index) => {
      if (isKnown(connector.standard)) return [connectorTo221(connector) as Connector221];
      losses.push({
        path: `${path}/connectors/${index}`,
        detail: `${connector.standard} is unknown to OCPI 2.2.1; the connector was left out`,
      });
      return [];
    }),
    parking_restrictions: knownOnly(
      parking_restrictions,
      model.PARKING_RESTRICTIONS_221,
      `${path}/parking_restrictions`,
      losses,
    ),
    images: images?.map((image) => imageTo221(image, `${path}/images`, losses)),
  });
}

/** A connector 2.2.1 cannot name keeps its standard and is refused by the codec: nothing similar would be true. */
export function connectorTo221(connector: Partial<model.Connector>): Partial<Connector221> {
  const { capabilities, ...same } = connector;
  return same as Partial<Connector221>;
}

export function energyMixTo221(mix: model.EnergyMix, path: string, losses: Losses) {
  const { environ_impact, ...same } = mix;
  return compact({
    ...same,
    environ_impact: environ_impact?.flatMap(({ category, amount }) => {
      const known = knownOnly([category], model.ENVIRONMENTAL_IMPACTS, `${path}/environ_impact`, losses);
      return (known ?? []).map((value) => ({ category: value, amount }));
    }),
  });
}

function imageTo221(image: model.Image, path: string, losses: Losses) {
  const category = model.IMAGE_CATEGORIES.find((value) => value === image.category);
  if (category === undefined) {
    losses.push({ path, detail: `${image.category} is unknown to OCPI 2.2.1 and was sent as OTHER` });
  }
  return { ...image, category: category ?? ('OTHER' as const) };
}

export function businessDetailsTo221(business: model.BusinessDetails, path: string, losses: Losses) {
  const { logo, ...same } = business;
  return compact({ ...same, logo: logo && imageTo221(logo, `${path}/logo`, losses) });
}

function withBusinesses<T extends Partial<Pick<model.Location, 'operator' | 'suboperator' | 'owner'>>>(
  location: T,
  losses: Losses,
) {
  const { operator, suboperator, owner, ...same } = location;
  return {
    ...same,
    operator: operator && businessDetailsTo221(operator, '/operator', losses),
    suboperator: suboperator && businessDetailsTo221(suboperator, '/suboperator', losses),
    owner: owner && businessDetailsTo221(owner, '/owner', losses),
  };
}

function isKnown(standard: string): boolean {
  return (model.CONNECTOR_TYPES_221 as readonly string[]).includes(standard);
}
