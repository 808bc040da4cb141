import { isDeepStrictEqual } from 'node:util';
import {
  type Connector,
  decideLastUpdated,
  type Evse,
  type Location,
  type LocationPart,
  type Outcome,
  patchConnector,
  patchEvse,
  patchLocation as patchWholeLocation,
  refused,
  putConnector as withConnector,
  putEvse as withEvse,
} from '@smac/ocpi';
import { ensureDefaultContext } from './default-context.ts';
import { evseKey, folded, type Owner, ownerParty } from './owner.ts';
import { evseRow } from './places.ts';
import { changeOf, type PendingTrigger, type Room, type Trx } from './room.ts';
import { validMs } from './valid-ms.ts';

/** Names a Location, one of its EVSEs, or one of that EVSE's connectors. */
export interface PlaceKey {
  readonly locationId: string;
  readonly evseUid?: string;
  readonly connectorId?: string;
}

/** What an EVSE is doing, as of `lastUpdated` (RFC 3339). */
export interface EvseStatus {
  readonly evseUid: string;
  readonly status: Evse['status'];
  readonly lastUpdated: string;
}

const DONE = { ok: true, data: undefined } as const;

export function putLocation(room: Room, owner: Owner, location: Location): Promise<Outcome<undefined>> {
  return changeOf(room, owner, async (trx, emit) => {
    const twice = doubledEvse(location);
    if (twice !== undefined)
      return refused('invalidParameters', `evses: uid ${twice} is listed twice; list every EVSE once`);
    const existing = await lockLocation(trx, owner, location.id);
    const fresh = decideLastUpdated(existing, location, room.clock.now());
    if (!fresh.ok) return fresh;
    if (fresh.data === 'ignore') return DONE;
    await writeLocation(room, trx, owner, location, emit);
    return existing ? DONE : { ...DONE, created: true };
  });
}

function doubledEvse(location: Location): string | undefined {
  const seen = new Set<string>();
  for (const { uid } of location.evses ?? []) {
    if (seen.has(folded(uid))) return uid;
    seen.add(folded(uid));
  }
  return undefined;
}

export function putEvse(
  room: Room,
  owner: Owner,
  locationId: string,
  evse: Evse,
): Promise<Outcome<undefined>> {
  const key = { locationId, evseUid: evse.uid };
  return changePart(room, owner, key, (location) => withEvse(location, evse));
}

/** The same as a part of a larger change. */
export function putEvseIn(
  room: Room,
  trx: Trx,
  owner: Owner,
  locationId: string,
  evse: Evse,
  emit: (trigger: PendingTrigger) => void,
): Promise<Outcome<undefined>> {
  const key = { locationId, evseUid: evse.uid };
  return changePartIn(room, trx, owner, key, (location) => withEvse(location, evse), emit);
}

export function putConnector(
  room: Room,
  owner: Owner,
  locationId: string,
  evseUid: string,
  connector: Connector,
): Promise<Outcome<undefined>> {
  const key = { locationId, evseUid, connectorId: connector.id };
  return changePart(room, owner, key, (location) => withConnector(location, evseUid, connector));
}

export function patchLocation(
  room: Room,
  owner: Owner,
  key: PlaceKey,
  patch: Partial<LocationPart>,
): Promise<Outcome<undefined>> {
  if (patch.last_updated === undefined) {
    return Promise.resolve(refused('invalidParameters', 'last_updated: is required in a PATCH'));
  }
  // The key decided which class the patch was checked against.
  return changePart(room, owner, key, (location) => {
    if (key.evseUid === undefined) return patchWholeLocation(location, patch as Partial<Location>);
    if (key.connectorId === undefined) return patchEvse(location, key.evseUid, patch as Partial<Evse>);
    return patchConnector(location, key.evseUid, key.connectorId, patch as Partial<Connector>);
  });
}

/** EVSEs the location does not have are left out; what it says already is not written again, and stays as old as it is. */
export function setEvseStatuses(
  room: Room,
  owner: Owner,
  locationId: string,
  statuses: readonly EvseStatus[],
): Promise<Outcome<undefined>> {
  return changeOf(room, owner, async (trx) => {
    const existing = await lockLocation(trx, owner, locationId);
    if (existing === undefined) return unknownPlace({ locationId });
    let location = existing;
    const known = new Map(existing.evses?.map((evse) => [folded(evse.uid), evse.status]));
    for (const { evseUid, status, lastUpdated } of statuses)
      if (known.get(folded(evseUid)) !== status) {
        known.set(folded(evseUid), status);
        location = patchEvse(location, evseUid, { status, last_updated: lastUpdated }) ?? location;
      }
    if (location === existing) return DONE;
    // A status changes neither power nor capability: nothing else in this room follows from it.
    await trx
      .updateTable('location')
      .set({ object: JSON.stringify(location), last_updated_ms: validMs(location.last_updated) })
      .where('peer_id', '=', owner.peerId)
      .where('party', '=', ownerParty(owner))
      .where('location_key', '=', folded(locationId))
      .execute();
    return DONE;
  });
}

export async function getLocation(room: Room, owner: Owner, key: PlaceKey): Promise<Outcome<LocationPart>> {
  const row = await room.store.db
    .selectFrom('location')
    .select('object')
    .where('peer_id', '=', owner.peerId)
    .where('party', '=', ownerParty(owner))
    .where('location_key', '=', folded(key.locationId))
    .executeTakeFirst();
  const part = row && partOf(row.object as Location, key);
  return part ? { ok: true, data: part } : unknownPlace(key);
}

function partOf(location: Location, key: PlaceKey): LocationPart | undefined {
  if (key.evseUid === undefined) return location;
  const evse = location.evses?.find((e) => folded(e.uid) === folded(key.evseUid ?? ''));
  if (key.connectorId === undefined) return evse;
  return evse?.connectors.find((c) => folded(c.id) === folded(key.connectorId ?? ''));
}

async function lockLocation(trx: Trx, owner: Owner, locationId: string): Promise<Location | undefined> {
  const row = await trx
    .selectFrom('location')
    .select('object')
    .where('peer_id', '=', owner.peerId)
    .where('party', '=', ownerParty(owner))
    .where('location_key', '=', folded(locationId))
    .forUpdate()
    .executeTakeFirst();
  return row?.object as Location | undefined;
}

/** A change of a part of a stored location; it is as new as the part itself says (X42). `next` knows no such part: undefined. */
function changePart(
  room: Room,
  owner: Owner,
  key: PlaceKey,
  next: (location: Location) => Location | undefined,
): Promise<Outcome<undefined>> {
  return changeOf(room, owner, (trx, emit) => changePartIn(room, trx, owner, key, next, emit));
}

async function changePartIn(
  room: Room,
  trx: Trx,
  owner: Owner,
  key: PlaceKey,
  next: (location: Location) => Location | undefined,
  emit: (trigger: PendingTrigger) => void,
): Promise<Outcome<undefined>> {
  const existing = await lockLocation(trx, owner, key.locationId);
  if (existing === undefined) return unknownPlace({ locationId: key.locationId });
  const changed = next(existing);
  const part = changed && partOf(changed, key);
  if (changed === undefined || part === undefined) return unknownPlace(key);
  const stored = partOf(existing, key);
  const fresh = decideLastUpdated(stored, part, room.clock.now());
  if (!fresh.ok) return fresh;
  if (fresh.data === 'ignore') return DONE;
  const twice = doubledEvse(changed);
  if (twice !== undefined)
    return refused('invalidParameters', `evses: uid ${twice} is listed twice; list every EVSE once`);
  await writeLocation(room, trx, owner, changed, emit);
  return stored ? DONE : { ...DONE, created: true };
}

/** Locations change with every plug; planning is told only of EVSEs whose power or capability changed. */
async function writeLocation(
  room: Room,
  trx: Trx,
  owner: Owner,
  location: Location,
  emit: (trigger: PendingTrigger) => void,
): Promise<void> {
  const at = { peer_id: owner.peerId, party: ownerParty(owner), location_key: folded(location.id) };
  const row = { object: JSON.stringify(location), last_updated_ms: validMs(location.last_updated) };
  await trx
    .insertInto('location')
    .values({ ...at, ...row })
    .onConflict((c) => c.columns(['peer_id', 'party', 'location_key']).doUpdateSet(row))
    .execute();
  const stored = await trx
    .selectFrom('evse')
    .select(['evse_key', 'profile_capable', 'connectors'])
    .where('peer_id', '=', at.peer_id)
    .where('party', '=', at.party)
    .where('location_key', '=', at.location_key)
    .execute();
  const before = new Map(stored.map((evse) => [evse.evse_key, evse]));
  const now = new Map(
    (location.evses ?? []).map((evse) => [evseKey({ locationId: location.id, evseUid: evse.uid }), evse]),
  );
  const rows = [...now.values()].map((evse) => evseRow(owner, location.id, evse));
  const news = rows.filter((evse) => {
    const known = before.get(evse.evse_key);
    return (
      known === undefined ||
      known.profile_capable !== evse.profile_capable ||
      !isDeepStrictEqual(known.connectors, JSON.parse(evse.connectors))
    );
  });
  const gone = [...before.keys()].filter((key) => !now.has(key));
  const touched = [...gone, ...news.map((evse) => evse.evse_key)];
  if (touched.length === 0) return;
  await trx
    .deleteFrom('evse')
    .where('peer_id', '=', at.peer_id)
    .where('party', '=', at.party)
    .where('evse_key', 'in', touched)
    .execute();
  if (news.length > 0) await trx.insertInto('evse').values(news).execute();
  await tellContexts(room, trx, owner, location.id, touched, now, emit);
}

/** Contexts that hold these EVSEs plan again; a default context follows the connector's power. */
async function tellContexts(
  room: Room,
  trx: Trx,
  owner: Owner,
  locationId: string,
  evseKeys: readonly string[],
  evses: ReadonlyMap<string, Evse>,
  emit: (trigger: PendingTrigger) => void,
): Promise<void> {
  const rows = await trx
    .selectFrom('context_evse')
    .innerJoin('optimisation_context', 'optimisation_context.id', 'context_evse.context_id')
    .select(['context_evse.context_id', 'context_evse.evse_key', 'optimisation_context.kind'])
    .where('context_evse.active', '=', true)
    .where('context_evse.peer_id', '=', owner.peerId)
    .where('context_evse.party', '=', ownerParty(owner))
    .where('context_evse.evse_key', 'in', [...evseKeys])
    .execute();
  for (const row of rows) {
    const evse = evses.get(row.evse_key);
    if (row.kind === 'default' && evse)
      await ensureDefaultContext(room, trx, owner, { locationId, evseUid: evse.uid });
    emit({ contextId: row.context_id, cause: 'location' });
  }
}

function unknownPlace(key: PlaceKey) {
  const path = [key.locationId, key.evseUid, key.connectorId].filter(Boolean).join('/');
  return refused('unknownLocation', `No location ${path}; send it by PUT first`);
}
