import { done, type Outcome, refused } from '../../exchange/outcome.ts';
import type { LocationKey, LocationPart, LocationsReceiver, LocationsSender } from '../../exchange/ports.ts';
import type { Connector, Evse, Location } from '../../model/index.ts';
import {
  patchConnector,
  patchEvse,
  patchLocation,
  putConnector,
  putEvse,
} from '../locations/patch-location.ts';

const missing = refused('unknownObject', 'There is no such object.');

/** One location in memory, changed by the functions of this library. */
export function memoryLocations(
  initial?: Location,
): LocationsReceiver & LocationsSender & { stored(): Location | undefined } {
  let location = initial;
  const keep = (changed: Location | undefined): Outcome<undefined> => {
    if (changed === undefined) return missing;
    const created = location === undefined;
    location = changed;
    return done(undefined, created);
  };
  return {
    stored: () => location,
    get: async (_caller: unknown, key: Omit<LocationKey, 'owner'>) => {
      const part = find(location, key);
      return part === undefined ? missing : done(part);
    },
    list: async () => done({ items: location ? [location] : [], totalCount: location ? 1 : 0 }),
    put: async (_caller, key, object) => {
      if (key.evseUid === undefined) return keep(object as Location);
      if (location === undefined) return missing;
      if (key.connectorId === undefined) return keep(putEvse(location, object as Evse));
      return keep(putConnector(location, key.evseUid, object as Connector));
    },
    patch: async (_caller, key, patch) => {
      if (location === undefined) return missing;
      if (key.evseUid === undefined) return keep(patchLocation(location, patch as Partial<Location>));
      if (key.connectorId === undefined)
        return keep(patchEvse(location, key.evseUid, patch as Partial<Evse>));
      return keep(patchConnector(location, key.evseUid, key.connectorId, patch as Partial<Connector>));
    },
  };
}

function find(location: Location | undefined, key: Omit<LocationKey, 'owner'>): LocationPart | undefined {
  if (location?.id !== key.locationId || key.evseUid === undefined) {
    return location?.id === key.locationId ? location : undefined;
  }
  const evse = location.evses?.find((candidate) => candidate.uid === key.evseUid);
  if (key.connectorId === undefined) return evse;
  return evse?.connectors.find((candidate) => candidate.id === key.connectorId);
}
