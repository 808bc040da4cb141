import {
  type Connector,
  type Evse,
  type Location,
  type LocationsReceiver,
  type Outcome,
  refused,
} from '@smac/ocpi';
import type { Sites } from '../../../sites/index.ts';

/** Locations, RECEIVER by agreement (X38): nominal power and capabilities of the EVSEs. */
export function locationPort(sites: Sites, changed: () => void): LocationsReceiver {
  const told = async (change: Promise<Outcome<undefined>>): Promise<Outcome<undefined>> => {
    const outcome = await change;
    if (outcome.ok) changed();
    return outcome;
  };
  return {
    get: (caller, key) => sites.getLocation({ peerId: caller.peerId, party: key.owner }, key),
    async put(caller, key, object) {
      const owner = { peerId: caller.peerId, party: key.owner };
      // The route decided by the URL which class the body was checked against.
      if (key.evseUid === undefined) return told(sites.putLocation(owner, object as Location));
      if (key.connectorId === undefined) return told(sites.putEvse(owner, key.locationId, object as Evse));
      return told(sites.putConnector(owner, key.locationId, key.evseUid, object as Connector));
    },
    async patch(caller, key, patch) {
      if (Object.keys(patch).length === 0) {
        return refused(
          'invalidParameters',
          'The patch is empty; send the fields to change and last_updated.',
        );
      }
      return told(sites.patchLocation({ peerId: caller.peerId, party: key.owner }, key, patch));
    },
  };
}
