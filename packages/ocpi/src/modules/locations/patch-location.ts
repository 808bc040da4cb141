import { parseDateTime } from '../../model/date-time.ts';
import type { Connector, Evse, Location } from '../../model/index.ts';
import { mergePatch } from '../change/merge-patch.ts';

/** PATCH of a Location; its lists (also `evses`) are replaced as a whole (X41, 2.12-17). */
export function patchLocation(location: Location, patch: Partial<Location>): Location {
  return mergePatch(location, patch);
}

/**
 * The location after a PUT of an EVSE (added when unknown) with the parents' `last_updated` raised to that of the change
 * (OCPI mod_locations: Receiver SHALL).
 */
export function putEvse(location: Location, evse: Evse): Location {
  const evses = replaced(location.evses ?? [], evse, (candidate) => candidate.uid);
  return { ...location, evses, last_updated: later(location.last_updated, evse.last_updated) };
}

/** PATCH of an EVSE; undefined when the location has no such EVSE. */
export function patchEvse(location: Location, evseUid: string, patch: Partial<Evse>): Location | undefined {
  const evse = location.evses?.find((candidate) => sameId(candidate.uid, evseUid));
  return evse && putEvse(location, mergePatch(evse, patch));
}

/** PUT of a connector; undefined when the location has no such EVSE. */
export function putConnector(
  location: Location,
  evseUid: string,
  connector: Connector,
): Location | undefined {
  const evse = location.evses?.find((candidate) => sameId(candidate.uid, evseUid));
  if (evse === undefined) return undefined;
  return putEvse(location, {
    ...evse,
    connectors: replaced(evse.connectors, connector, (candidate) => candidate.id),
    last_updated: later(evse.last_updated, connector.last_updated),
  });
}

/** PATCH of a connector; undefined when the location has no such EVSE or connector. */
export function patchConnector(
  location: Location,
  evseUid: string,
  connectorId: string,
  patch: Partial<Connector>,
): Location | undefined {
  const evse = location.evses?.find((candidate) => sameId(candidate.uid, evseUid));
  const connector = evse?.connectors.find((candidate) => sameId(candidate.id, connectorId));
  return connector && putConnector(location, evseUid, mergePatch(connector, patch));
}

function replaced<T>(items: readonly T[], item: T, idOf: (item: T) => string): T[] {
  const known = items.some((candidate) => sameId(idOf(candidate), idOf(item)));
  if (!known) return [...items, item];
  return items.map((candidate) => (sameId(idOf(candidate), idOf(item)) ? item : candidate));
}

/** CiStrings are compared without regard to case. */
function sameId(a: string, b: string): boolean {
  return a.toUpperCase() === b.toUpperCase();
}

function later(a: string, b: string): string {
  return (parseDateTime(b) ?? 0) > (parseDateTime(a) ?? 0) ? b : a;
}
