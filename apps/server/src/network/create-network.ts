import { type Evse, type Location, type Outcome, type PartyId, type Refused, refused } from '@smac/ocpi';
import type { Kysely } from 'kysely';
import type { ContextEvse, EvseGroup, OperatorContext, Sites } from '../sites/index.ts';
import type { Database } from '../store/database.ts';
import type { Store } from '../store/index.ts';
import type { Clock } from '../time/clock.ts';
import { evseObject, locationObject } from './location-object.ts';
import { type LocationChange, type Network, type NewEvse, type NewLocation, OWN_PEER } from './network.ts';
import { maxPowerOf, type Placed, type PlacedConnector, phasesOf } from './place.ts';

export interface NetworkOptions {
  readonly store: Store;
  readonly sites: Sites;
  readonly clock: Clock;
  readonly party: PartyId;
}

const DONE = { ok: true, data: undefined } as const;
type Address = Pick<Placed, 'stationId' | 'evseId' | 'locationId' | 'evseUid'>;

/** Loads where everything stands; from then on addresses are looked up without the database. */
export async function createNetwork({ store, sites, clock, party }: NetworkOptions): Promise<Network> {
  const owner = { peerId: OWN_PEER, party };
  const byStation = new Map<string, Placed>();
  const ofStation = new Map<string, readonly Placed[]>();
  /** By location and, within it, by the name of the EVSE at its station. */
  const ofLocation = new Map<string, Map<string, Placed>>();
  const byUid = new Map<string, Placed>();
  const remember = (place: Placed) => {
    const name = stationKey(place.stationId, place.evseId);
    const before = byStation.get(name);
    if (before !== undefined && before.locationId !== place.locationId)
      ofLocation.get(before.locationId)?.delete(name);
    byStation.set(name, place);
    const neighbours = ofLocation.get(place.locationId) ?? new Map<string, Placed>();
    ofLocation.set(place.locationId, neighbours.set(name, place));
    const others = (ofStation.get(place.stationId) ?? []).filter(({ evseId }) => evseId !== place.evseId);
    ofStation.set(place.stationId, [...others, place]);
    // Under its former name nobody finds it any more.
    if (before !== undefined) byUid.delete(uidKey(before.locationId, before.evseUid));
    byUid.set(uidKey(place.locationId, place.evseUid), place);
  };
  for (const row of await store.db.selectFrom('network_evse').selectAll().execute()) {
    remember({
      stationId: row.station_id,
      evseId: row.evse_id,
      locationId: row.location_id,
      evseUid: row.evse_uid,
      connectors: row.connectors as PlacedConnector[],
      firstPhase: row.first_phase as 1 | 2 | 3,
      ...(row.station_fuse_a === null ? {} : { stationFuseA: row.station_fuse_a }),
    });
  }
  const listeners = new Set<(change: LocationChange) => void>();
  const tell = (change: LocationChange) => {
    for (const listener of listeners) listener(change);
  };
  const evses = (locationId?: string) =>
    locationId === undefined ? [...byStation.values()] : [...(ofLocation.get(locationId)?.values() ?? [])];
  let lastMs = 0;
  /** OCPI objects are ordered by their time of change: two of one millisecond would be one (X42). */
  const now = () => {
    lastMs = Math.max(clock.now(), lastMs + 1);
    return new Date(lastMs).toISOString();
  };

  /** The supply point of a location is one context with every EVSE there (D4.2-§3.3.4). @param moved stands there, or there no more, after this */
  async function contextAt(
    locationId: string,
    supply: NewLocation['supply'],
    moved?: Placed,
  ): Promise<{ readonly objectId: string; readonly context: OperatorContext } | undefined> {
    const objectId = contextIdOf(locationId);
    const known = (await sites.contexts()).find(
      (context) => context.peerId === OWN_PEER && context.objectId === objectId,
    );
    const statics = supply ?? known?.statics;
    if (statics === undefined) return undefined;
    const { groups: _, ...stated } = { ...(known?.statics ?? {}), ...statics };
    const stay = evses(locationId).filter((place) => moved === undefined || !isSameEvse(place, moved));
    const places = moved?.locationId === locationId ? [...stay, moved] : stay;
    // At a supply of one phase there is nothing to rotate.
    const hasThreePhases = places.some(({ connectors }) => connectors.some((each) => phasesOf(each) === 3));
    const members: ContextEvse[] = places.map(({ evseUid, connectors, firstPhase }) => ({
      locationId,
      evseUid,
      ...(hasThreePhases ? { firstPhase } : {}),
      connectors: connectors.map((connector) => ({
        connectorId: connector.id,
        chargeW: maxPowerOf(connector),
        dischargeW: connector.dischargeW,
      })),
    }));
    const groups = groupsOf(places, (stationId) => ofStation.get(stationId) ?? []);
    return {
      objectId,
      context: { statics: { ...stated, evses: members, ...groups }, shadow: known?.shadow ?? false },
    };
  }

  async function writeContext(
    locationId: string,
    supply: NewLocation['supply'],
  ): Promise<Outcome<undefined>> {
    const made = await contextAt(locationId, supply);
    if (made === undefined) return DONE;
    const written = await sites.createContext(owner, made.objectId, made.context);
    return written.ok ? DONE : written;
  }

  /** A fuse that EVSEs at two supply points share is divided anew wherever they stand; contexts are written in this order. */
  function touchedBy(stationId: string, ...locationIds: readonly string[]): ReadonlySet<string> {
    const fused = (ofStation.get(stationId) ?? []).filter(({ stationFuseA }) => stationFuseA !== undefined);
    return new Set([...locationIds, ...fused.map((place) => place.locationId)]);
  }

  /** Where an EVSE stands, as it is kept. */
  async function keep(db: Kysely<Database>, place: Placed): Promise<void> {
    const row = {
      location_id: place.locationId,
      evse_uid: place.evseUid,
      connectors: JSON.stringify(place.connectors),
      first_phase: place.firstPhase,
      station_fuse_a: place.stationFuseA ?? null,
    };
    await db
      .insertInto('network_evse')
      .values({ station_id: place.stationId, evse_id: place.evseId, created_ms: clock.now(), ...row })
      .onConflict((c) => c.columns(['station_id', 'evse_id']).doUpdateSet(row))
      .execute();
  }

  /** Why an EVSE cannot have this address. */
  async function judgeAddress({
    stationId,
    evseId,
    locationId,
    evseUid,
  }: Address): Promise<Refused | undefined> {
    const location = await sites.getLocation(owner, { locationId });
    if (!location.ok)
      return refused('invalidParameters', `locationId: there is no location ${locationId}; add it first`);
    const other = byUid.get(uidKey(locationId, evseUid));
    return other && (other.stationId !== stationId || other.evseId !== evseId)
      ? refused('invalidParameters', `evseUid: ${evseUid} is another EVSE of ${locationId}`)
      : undefined;
  }

  async function statusOf(place: Pick<Placed, 'locationId' | 'evseUid'>): Promise<Evse['status']> {
    const known = await sites.getLocation(owner, place);
    const status = known.ok ? (known.data as Evse).status : 'UNKNOWN';
    // Whoever stood at this address before was removed; what stands there now is not.
    return status === 'REMOVED' ? 'UNKNOWN' : status;
  }

  /** Addresses are given one after the other: each is judged by what the one before left. */
  let line: Promise<unknown> = Promise.resolve();
  function inLine<T>(work: () => Promise<T>): Promise<T> {
    const turn = line.then(work, work);
    line = turn.catch(() => undefined);
    return turn;
  }

  /** Newest status of every EVSE, stored or on its way. */
  const statuses = new Map<string, Evse['status']>();
  /** EVSEs on their way to another address: what they say is kept for it. */
  const leaving = new Set<string>();
  async function setStatuses(
    locationId: string,
    changes: readonly { readonly evseUid: string; readonly status: Evse['status'] }[],
  ): Promise<void> {
    for (const { evseUid, status } of changes) statuses.set(uidKey(locationId, evseUid), status);
    const stamped = changes
      .filter(({ evseUid }) => !leaving.has(uidKey(locationId, evseUid)))
      .map((change) => ({ ...change, lastUpdated: now() }));
    if (stamped.length === 0) return;
    const stored = await sites.setEvseStatuses(owner, locationId, stamped);
    if (stored.ok) for (const status of stamped) tell({ locationId, status });
  }

  async function place(evse: NewEvse): Promise<Outcome<undefined>> {
    const wrong = await judgeAddress(evse);
    if (wrong !== undefined) return wrong;
    const before = byStation.get(stationKey(evse.stationId, evse.evseId));
    if (before && uidKey(before.locationId, before.evseUid) !== uidKey(evse.locationId, evse.evseUid)) {
      return refused(
        'invalidParameters',
        `evseId: EVSE ${evse.evseId} of this station stands at ${before.locationId} as ${before.evseUid}; move it first`,
      );
    }
    const placed: Placed = { firstPhase: 1, ...evse };
    // Who changes a connector says nothing of what happens there now.
    const status = await statusOf(evse);
    const put = await sites.putEvse(owner, evse.locationId, evseObject(placed, status, now()));
    if (!put.ok) return put;
    // The station may have spoken in between.
    const newest = statuses.get(uidKey(placed.locationId, placed.evseUid)) ?? status;
    if (newest !== status)
      await setStatuses(placed.locationId, [{ evseUid: placed.evseUid, status: newest }]);
    await keep(store.db, placed);
    remember(placed);
    tell({ locationId: placed.locationId });
    for (const locationId of touchedBy(placed.stationId, placed.locationId)) {
      const written = await writeContext(locationId, undefined);
      if (!written.ok) return written;
    }
    return DONE;
  }

  async function move(
    before: Placed,
    { locationId, evseUid }: Pick<Placed, 'locationId' | 'evseUid'>,
  ): Promise<Outcome<undefined>> {
    const stands = byStation.get(stationKey(before.stationId, before.evseId));
    const formerKey = uidKey(before.locationId, before.evseUid);
    if (stands === undefined || uidKey(stands.locationId, stands.evseUid) !== formerKey)
      return refused(
        'invalidParameters',
        `${before.evseUid} of ${before.locationId} was moved meanwhile; look where it stands`,
      );
    const moved: Placed = { ...stands, locationId, evseUid };
    const wrong = await judgeAddress(moved);
    if (wrong !== undefined) return wrong;
    if (formerKey === uidKey(locationId, evseUid))
      return refused(
        'invalidParameters',
        'evseUid: this is its name there already; OCPI tells no capitals apart',
      );
    leaving.add(formerKey);
    try {
      const status = await statusOf(before);
      // The former supply point lets go of it first: an EVSE is in one context at most (X44).
      const touched = [...touchedBy(before.stationId, before.locationId, locationId)];
      const contexts = await Promise.all(touched.map((each) => contextAt(each, undefined, moved)));
      // An EVSE never changes its uid: the one of before is gone for everybody (OCPI 2.3.0 mod_locations, EVSE).
      const change = {
        from: { locationId: before.locationId, evse: evseObject(stands, 'REMOVED', now()) },
        to: { locationId, evse: evseObject(moved, status, now()) },
        contexts: contexts.filter((context) => context !== undefined),
      };
      const kept = await sites.moveEvse(owner, change, async (trx) => {
        const charges = await trx
          .selectFrom('ocpp_transaction')
          .select('id')
          .where('station_id', '=', before.stationId)
          .where('evse_id', '=', before.evseId)
          .where('state', '=', 'active')
          .executeTakeFirst();
        if (charges !== undefined)
          return refused(
            'invalidParameters',
            `${before.evseUid} charges a car now; move it when the charge is over`,
          );
        await keep(trx, moved);
        return DONE;
      });
      if (!kept.ok) return kept;
      remember(moved);
      const newest = statuses.get(formerKey) ?? status;
      statuses.delete(formerKey);
      // The move is done: where this cannot be stored now, it is with the next word of the station.
      if (newest !== status)
        await setStatuses(locationId, [{ evseUid, status: newest }]).catch(() => undefined);
    } finally {
      leaving.delete(formerKey);
    }
    for (const changed of new Set([before.locationId, locationId])) tell({ locationId: changed });
    return DONE;
  }

  return {
    owner,
    async addLocation(location) {
      // Told again, e.g. with another supply: the EVSEs that stand there stay.
      const known = await sites.getLocation(owner, { locationId: location.id });
      const evses = known.ok ? ((known.data as Location).evses ?? []) : [];
      const object = { ...locationObject(owner.party, location, now()), evses };
      const put = await sites.putLocation(owner, object);
      if (!put.ok) return put;
      tell({ locationId: location.id });
      return location.supply ? writeContext(location.id, location.supply) : DONE;
    },
    placeEvse: (evse) => inLine(() => place(evse)),
    moveEvse: (before, to) => inLine(() => move(before, to)),
    async locations() {
      const rows = await store.db
        .selectFrom('location')
        .select('object')
        .where('peer_id', '=', OWN_PEER)
        .orderBy('location_key')
        .execute();
      return rows.map(({ object }) => object as Location);
    },
    evses,
    evsesOf: (stationId) => ofStation.get(stationId) ?? [],
    placeOf: (stationId, evseId) => byStation.get(stationKey(stationId, evseId)),
    find: (locationId, evseUid) => byUid.get(uidKey(locationId, evseUid)),
    async countryOf(locationId) {
      const found = await sites.getLocation(owner, { locationId });
      return found.ok ? (found.data as Location).country : undefined;
    },
    setStatuses,
    onLocation(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The sockets of a station behind a fuse of its own (SC8, NL-208). */
function groupsOf(
  places: readonly Placed[],
  evsesOf: (stationId: string) => readonly Placed[],
): { readonly groups?: readonly EvseGroup[] } {
  const stations = new Map<string, Placed[]>();
  for (const place of places)
    stations.set(place.stationId, [...(stations.get(place.stationId) ?? []), place]);
  const groups = [...stations].flatMap(([id, behind]): EvseGroup[] => {
    const fuseA = Math.min(...behind.map(({ stationFuseA }) => stationFuseA ?? Number.POSITIVE_INFINITY));
    if (!Number.isFinite(fuseA)) return [];
    const connectors = behind
      .flatMap((place) => place.connectors)
      .filter(({ powerType }) => powerType !== 'DC');
    const voltageV = Math.min(...connectors.map(({ maxVoltageV }) => maxVoltageV), USUAL_V);
    const phases = connectors.length === 0 ? 3 : Math.max(...connectors.map(phasesOf));
    const evses = behind.map(({ locationId, evseUid }) => ({ locationId, evseUid }));
    // Supply points are planned one by one: each counts on its part of a fuse that EVSEs at two of them share.
    const part = most(behind) / Math.max(1, most(evsesOf(id)));
    const maxPhaseW = Math.floor(fuseA * voltageV * Math.min(1, part));
    return [{ id, maxPowerW: maxPhaseW * phases, maxPhaseW, evses }];
  });
  return groups.length === 0 ? {} : { groups };
}

const most = (places: readonly Placed[]) =>
  places.reduce((sum, { connectors }) => sum + Math.max(0, ...connectors.map(maxPowerOf)), 0);

const isSameEvse = (a: Placed, b: Placed) => a.stationId === b.stationId && a.evseId === b.evseId;

/** Line to neutral in Europe, V. */
const USUAL_V = 230;

const contextIdOf = (locationId: string) => `supply/${locationId}`;
const stationKey = (stationId: string, evseId: number) => `${stationId} ${evseId}`;
const uidKey = (locationId: string, evseUid: string) =>
  `${locationId.toLowerCase()} ${evseUid.toLowerCase()}`;
