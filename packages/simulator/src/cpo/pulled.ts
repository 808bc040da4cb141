import type { Location, ScOptimisation, Session, Tariff } from '@smac/ocpi';
import { done, type OcpiPorts, type Page, type PageRequest, parseDateTime, refused } from '@smac/ocpi';

/** What the platform may pull from the back office, as it stands now. */
export interface Catalogue {
  location(): Location;
  tariffs(): readonly Tariff[];
  sessions(): readonly Session[];
  contexts(): readonly ScOptimisation[];
}

/** SENDER interfaces of the CPO: pulls by a platform that comes back after an outage (OCPI: push and pull). */
export function pulledPorts(
  catalogue: Catalogue,
): Pick<OcpiPorts, 'locations' | 'sessions' | 'tariffs' | 'smartchargingoptimisation'> {
  return {
    locations: {
      sender: {
        list: async (_caller, page) => done(pageOf([catalogue.location()], page)),
        get: async (_caller, key) => {
          const location = catalogue.location();
          if (key.locationId !== location.id)
            return refused('unknownObject', `Location ${key.locationId} is unknown.`);
          if (key.evseUid === undefined) return done(location);
          const evse = location.evses?.find((candidate) => candidate.uid === key.evseUid);
          if (evse === undefined) return refused('unknownObject', `EVSE ${key.evseUid} is unknown.`);
          if (key.connectorId === undefined) return done(evse);
          const connector = evse.connectors.find((candidate) => candidate.id === key.connectorId);
          return connector === undefined
            ? refused('unknownObject', `Connector ${key.connectorId} is unknown.`)
            : done(connector);
        },
      },
    },
    sessions: {
      sender: {
        list: async (_caller, page) => done(pageOf(catalogue.sessions(), page)),
        // Drivers of this back office tell their wishes in its own app; another platform cannot set them here.
        setChargingPreferences: async () => done('PROFILE_TYPE_NOT_SUPPORTED'),
      },
    },
    tariffs: { sender: { list: async (_caller, page) => done(pageOf(catalogue.tariffs(), page)) } },
    smartchargingoptimisation: {
      sender: { list: async (_caller, page) => done(pageOf(catalogue.contexts(), page)) },
    },
  };
}

function pageOf<T extends { readonly last_updated: string }>(all: readonly T[], page: PageRequest): Page<T> {
  const matching = all.filter((object) => {
    const updatedMs = parseDateTime(object.last_updated) ?? 0;
    return (
      updatedMs >= (page.dateFromMs ?? Number.NEGATIVE_INFINITY) &&
      updatedMs < (page.dateToMs ?? Number.POSITIVE_INFINITY)
    );
  });
  return { items: matching.slice(page.offset, page.offset + page.limit), totalCount: matching.length };
}
