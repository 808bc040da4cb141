import type { Connector, Evse, Location, PartyId } from '@smac/ocpi';
import type { NewLocation } from './network.ts';
import { maxPowerOf, type Placed, type PlacedConnector } from './place.ts';

/** Own places as OCPI says them. */
export function locationObject(party: PartyId, location: NewLocation, lastUpdated: string): Location {
  return {
    country_code: party.countryCode,
    party_id: party.partyId,
    id: location.id,
    publish: location.publish ?? true,
    ...(location.allowedGroups === undefined
      ? {}
      : { publish_allowed_to: location.allowedGroups.map((group_id) => ({ group_id })) }),
    ...(location.name === undefined ? {} : { name: location.name }),
    address: location.address,
    city: location.city,
    country: location.country,
    coordinates: { latitude: location.latitude, longitude: location.longitude },
    time_zone: location.timeZone,
    last_updated: lastUpdated,
  } as Location;
}

export function evseObject(
  { evseUid, connectors }: Placed,
  status: Evse['status'],
  lastUpdated: string,
): Evse {
  return {
    uid: evseUid,
    status,
    capabilities: [
      'CHARGING_PROFILE_CAPABLE',
      'CHARGING_PREFERENCES_CAPABLE',
      'REMOTE_START_STOP_CAPABLE',
      'RFID_READER',
    ],
    connectors: connectors.map((connector) => connectorObject(connector, lastUpdated)),
    last_updated: lastUpdated,
  } as Evse;
}

function connectorObject(connector: PlacedConnector, lastUpdated: string): Connector {
  return {
    id: connector.id,
    standard: connector.standard,
    format: connector.format,
    power_type: connector.powerType,
    max_voltage: connector.maxVoltageV,
    max_amperage: connector.maxCurrentA,
    max_electric_power: maxPowerOf(connector),
    tariff_ids: [...connector.tariffIds],
    capabilities: [],
    last_updated: lastUpdated,
  } as Connector;
}
