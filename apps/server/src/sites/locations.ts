import type { Connector, Evse, Location, LocationPart, Outcome } from '@smac/ocpi';
import { refused } from '@smac/ocpi';
import { ensureDefaultContext } from './default-context.ts';
import { judgeFreshness, validMs } from './freshness.ts';
import { evseKey, folded, type Owner, ownerParty } from './owner.ts';
import { evseRow } from './places.ts';
import { change, type PendingTrigger, type Room, type Trx } from './room.ts';

/** Names a Location, one of its EVSEs, or one of that EVSE's connectors. */
export interface PlaceKey {
  readonly locationId: string;
  readonly evseUid?: string;
  readonly connectorId?: string;
}

const DONE = { ok: true, data: undefined } as const;

export function putLocation(room: Room, owner: Owner, location: Location): Promise<Outcome<undefined>> {
  return change(room, async (trx, emit) => {
    const existing = await lockLocation(trx, owner, location.id);
    const fresh = judgeFreshness(existing, location, location, room.clock.now());
    if (!fresh.ok) return fresh;
    if (fresh.data === 'ignore') return DONE;
    await writeLocation(room, trx, owner, location, emit);
    return existing ? DONE : { ...DONE, created: true };
  });
}

export function putEvse(
  room: Room,
  owner: Owner,
  locationId: string,
  evse: Evse,
): Promise<Outcome<undefined>> {
  return changePart(room, owner, { locationId, evseUid: evse.uid }, evse, (stored) => ({
    stored: stored?.evse,
    merged: evse,
  }));
}

export function putConnector(
  room: Room,
  owner: Owner,
  locationId: string,
  evseUid: string,
  connector: Connector,
): Promise<Outcome<undefined>> {
  return changePart(room, owner, { locationId, evseUid, connectorId: connector.id }, connector, (stored) => ({
    stored: stored?.connector,
    merged: connector,
  }));
}

export function patchLocation(
  room: Room,
  owner: Owner,
  key: PlaceKey,
  patch: Partial<LocationPart>,
): Promise<Outcome<undefined>> {
  const lastUpdated = patch.last_updated;
  if (lastUpdated === undefined) {
    return Promise.resolve(refused('invalidParameters', 'last_updated: is required in a PATCH'));
  }
  return changePart(room, owner, key, { last_updated: lastUpdated }, (stored) => {
    const before = key.connectorId ? stored?.connector : key.evseUid ? stored?.evse : stored?.location;
    return { stored: before, merged: before && { ...before, ...patch } };
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
  const found = row && partsOf(row.object as Location, key);
  const part = key.connectorId ? found?.connector : key.evseUid ? found?.evse : found?.location;
  return part ? { ok: true, data: part } : unknownPlace(key);
}

interface Parts {
  readonly location: Location;
  readonly evse?: Evse;
  readonly connector?: Connector;
}

function partsOf(location: Location, key: PlaceKey): Parts {
  const evse = location.evses?.find((e) => folded(e.uid) === folded(key.evseUid ?? ''));
  const connector = evse?.connectors.find((c) => folded(c.id) === folded(key.connectorId ?? ''));
  return { location, ...(evse && { evse }), ...(connector && { connector }) };
}

async function lockLocation(trx: Trx, owner: Owner, locationId: string) {
  const row = await trx
    .selectFrom('location')
    .select(['object', 'last_updated_ms'])
    .where('peer_id', '=', owner.peerId)
    .where('party', '=', ownerParty(owner))
    .where('location_key', '=', folded(locationId))
    .forUpdate()
    .executeTakeFirst();
  return row && { object: row.object as Location, lastUpdatedMs: row.last_updated_ms };
}

/** A change of a part of a stored location; the parents' last_updated follows (OCPI mod_locations). */
function changePart(
  room: Room,
  owner: Owner,
  key: PlaceKey,
  incoming: { readonly last_updated: string },
  merge: (stored: Parts | undefined) => {
    readonly stored: LocationPart | undefined;
    readonly merged: LocationPart | undefined;
  },
): Promise<Outcome<undefined>> {
  return change(room, async (trx, emit) => {
    const existing = await lockLocation(trx, owner, key.locationId);
    if (existing === undefined) return unknownPlace({ locationId: key.locationId });
    const parts = partsOf(existing.object, key);
    if (key.connectorId && !parts.evse) return unknownPlace({ ...key, connectorId: '' });
    const { stored, merged } = merge(parts);
    if (merged === undefined) return unknownPlace(key);
    const storedPart = stored && { lastUpdatedMs: validMs(stored.last_updated), object: stored };
    const fresh = judgeFreshness(storedPart, incoming, merged, room.clock.now());
    if (!fresh.ok) return fresh;
    if (fresh.data === 'ignore') return DONE;
    await writeLocation(room, trx, owner, replacePart(existing.object, key, parts, merged), emit);
    return stored ? DONE : { ...DONE, created: true };
  });
}

function replacePart(location: Location, key: PlaceKey, parts: Parts, merged: LocationPart): Location {
  if (!key.evseUid) return merged as Location;
  const { last_updated } = merged;
  const evse: Evse =
    key.connectorId && parts.evse
      ? {
          ...parts.evse,
          connectors: replaced(parts.evse.connectors, merged as Connector, (c) => c.id),
          last_updated: later(parts.evse.last_updated, last_updated),
        }
      : (merged as Evse);
  return {
    ...location,
    evses: replaced(location.evses ?? [], evse, (e) => e.uid),
    last_updated: later(location.last_updated, last_updated),
  };
}

function replaced<T>(list: readonly T[], item: T, id: (item: T) => string): T[] {
  const at = list.findIndex((other) => folded(id(other)) === folded(id(item)));
  return at < 0 ? [...list, item] : list.map((other, index) => (index === at ? item : other));
}

function later(a: string, b: string): string {
  return validMs(b) > validMs(a) ? b : a;
}

async function writeLocation(
  room: Room,
  trx: Trx,
  owner: Owner,
  location: Location,
  emit: (trigger: PendingTrigger) => void,
): Promise<void> {
  const party = ownerParty(owner);
  const row = { object: JSON.stringify(location), last_updated_ms: validMs(location.last_updated) };
  await trx
    .insertInto('location')
    .values({ peer_id: owner.peerId, party, location_key: folded(location.id), ...row })
    .onConflict((c) => c.columns(['peer_id', 'party', 'location_key']).doUpdateSet(row))
    .execute();
  await trx
    .deleteFrom('evse')
    .where('peer_id', '=', owner.peerId)
    .where('party', '=', party)
    .where('location_key', '=', folded(location.id))
    .execute();
  const evses = location.evses ?? [];
  if (evses.length === 0) return;
  await trx
    .insertInto('evse')
    .values(evses.map((evse) => evseRow(owner, location.id, evse)))
    .execute();
  await tellContexts(
    room,
    trx,
    owner,
    evses.map((evse) => ({ locationId: location.id, evseUid: evse.uid })),
    emit,
  );
}

/** Contexts that hold these EVSEs plan again; a default context follows the connector's power. */
async function tellContexts(
  room: Room,
  trx: Trx,
  owner: Owner,
  evses: readonly { locationId: string; evseUid: string }[],
  emit: (trigger: PendingTrigger) => void,
): Promise<void> {
  const byKey = new Map(evses.map((evse) => [evseKey(evse), evse]));
  const rows = await trx
    .selectFrom('context_evse')
    .innerJoin('optimisation_context', 'optimisation_context.id', 'context_evse.context_id')
    .select(['context_evse.context_id', 'context_evse.evse_key', 'optimisation_context.kind'])
    .where('context_evse.active', '=', true)
    .where('context_evse.peer_id', '=', owner.peerId)
    .where('context_evse.party', '=', ownerParty(owner))
    .where('context_evse.evse_key', 'in', [...byKey.keys()])
    .execute();
  for (const row of rows) {
    const evse = byKey.get(row.evse_key);
    if (row.kind === 'default' && evse) await ensureDefaultContext(room, trx, owner, evse);
    emit({ contextId: row.context_id, cause: 'location' });
  }
}

function unknownPlace(key: PlaceKey) {
  const path = [key.locationId, key.evseUid, key.connectorId].filter(Boolean).join('/');
  return refused('unknownLocation', `No location ${path}; send it by PUT first`);
}
