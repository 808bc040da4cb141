/** What this operator owns, for other platforms to read: locations, tariffs, sessions, CDRs (OCPI Sender interfaces). */
import {
  type Caller,
  type CdrsSender,
  done,
  type LocationPart,
  type LocationsSender,
  type Page,
  type PageRequest,
  parseDateTime,
  partyName,
  refused,
  type SessionsSender,
  type TariffsSender,
} from '@smac/ocpi';
import { ownLocations } from './own-places.ts';
import { ownSessions, visibleSession } from './own-sessions.ts';
import type { CpoRooms } from './rooms.ts';

export function locationsSender({ network, billing, clock }: CpoRooms): LocationsSender {
  return {
    list: async (_caller, page) => done(pageOf(await ownLocations(network, billing, clock.now()), page)),
    async get(_caller, { locationId, evseUid, connectorId }) {
      const same = (a: string, b: string | undefined) => a.toLowerCase() === b?.toLowerCase();
      const all = await ownLocations(network, billing, clock.now());
      const location = all.find(({ id }) => same(id, locationId));
      const evse = location?.evses?.find(({ uid }) => same(uid, evseUid));
      const connector = evse?.connectors.find(({ id }) => same(id, connectorId));
      const part: LocationPart | undefined =
        connectorId !== undefined ? connector : evseUid !== undefined ? evse : location;
      return part === undefined ? refused('unknownLocation', 'There is no such location here.') : done(part);
    },
  };
}

export function tariffsSender({ billing, clock }: CpoRooms): TariffsSender {
  return {
    async list(_caller, page) {
      const effective = await billing.tariffs.effective(clock.now());
      return done(
        pageOf(
          effective.map(({ tariff }) => tariff),
          page,
        ),
      );
    },
  };
}

/** Sessions of the caller's own cards, and for whom this operator lets plan, all with the card hidden. */
export function sessionsSender(rooms: CpoRooms, base: SessionsSender | undefined): SessionsSender {
  return {
    async list(caller, page) {
      const seesAll = await rooms.maySetProfiles(caller.peerId);
      const all = await ownSessions(rooms, page);
      const visible = all.map((session) => visibleSession(session, payersOf(caller), seesAll));
      return done(
        cut(
          visible.filter((session) => session !== undefined),
          page,
        ),
      );
    },
    async setChargingPreferences(caller, sessionId, preferences) {
      const own = await rooms.sites.session({ peerId: rooms.network.owner.peerId, sessionId });
      if (own !== undefined) {
        const place = await rooms.sites.getLocation(rooms.network.owner, {
          locationId: own.locationId,
          evseUid: own.evseUid,
        });
        const capable =
          place.ok &&
          'capabilities' in place.data &&
          place.data.capabilities?.includes('CHARGING_PREFERENCES_CAPABLE') === true;
        if (!capable) return refused('foreignParty', 'The EVSE is not CHARGING_PREFERENCES_CAPABLE.');
      }
      if (base === undefined) return refused('unknownObject', 'There is no such session.');
      return base.setChargingPreferences(caller, sessionId, preferences);
    },
  };
}

/** CDRs of the party that pays, and of nobody else. */
export function cdrsSender({ billing }: CpoRooms): CdrsSender {
  return {
    async list(caller, { dateFromMs, dateToMs, offset, limit }) {
      const { cdrs, total } = await billing.cdrs.list({
        parties: payersOf(caller),
        ...(dateFromMs === undefined ? {} : { fromMs: dateFromMs }),
        ...(dateToMs === undefined ? {} : { toMs: dateToMs }),
        offset,
        limit,
      });
      return done({ items: cdrs, totalCount: total });
    },
  };
}

/** The party that speaks; behind a hub there are others, whose bills are none of its business. */
function payersOf({ from }: Caller): readonly string[] {
  return [partyName(from)];
}

export function pageOf<T extends { readonly last_updated: string }>(
  all: readonly T[],
  page: PageRequest,
): Page<T> {
  const { dateFromMs = Number.NEGATIVE_INFINITY, dateToMs = Number.POSITIVE_INFINITY } = page;
  return cut(
    all.filter(({ last_updated }) => {
      const ms = parseDateTime(last_updated) ?? 0;
      return ms >= dateFromMs && ms < dateToMs;
    }),
    page,
  );
}

function cut<T>(matching: readonly T[], { offset, limit }: PageRequest): Page<T> {
  return { items: matching.slice(offset, offset + limit), totalCount: matching.length };
}
