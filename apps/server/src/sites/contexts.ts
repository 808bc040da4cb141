import { decideLastUpdated, mergePatch, type Outcome, refused, type ScOptimisation } from '@smac/ocpi';
import { contextId, lockContext, writeContext } from './context-write.ts';
import { moveToDefaults } from './default-context.ts';
import { evseKey, folded, type Owner, ownerParty } from './owner.ts';
import { knownConnectors } from './places.ts';
import { judgePolicies } from './policies.ts';
import { changeOf, type PendingTrigger, type Room, type Trx } from './room.ts';
import type { InputKind } from './series.ts';
import type { KnownConnectorPower, OperatorContext, ReadContext } from './sites.ts';
import { validMs } from './valid-ms.ts';

/** Field of the SCOptimisation object that carries a series. */
const SERIES_FIELDS: Readonly<Record<InputKind, keyof ScOptimisation>> = {
  demand: 'demand',
  generation: 'generation',
  price: 'price',
  export_price: 'export_price',
  flex: 'flex_orders',
  co2: 'co2_intensity',
  cap: 'site_cap',
};

const NO_CHANGE = { ok: true, data: undefined } as const;

/** PUT of an SCOptimisation object: replaces it as a whole. */
export function putContext(
  room: Room,
  owner: Owner,
  object: ScOptimisation,
  read: ReadContext,
): Promise<Outcome<undefined>> {
  return changeOf(room, owner, (trx, emit) => storeContext(room, trx, owner, object, read, undefined, emit));
}

/** PATCH: fields that are given replace the stored ones, lists as a whole (X41). */
export function patchContext(
  room: Room,
  owner: Owner,
  id: string,
  patch: Partial<ScOptimisation>,
  read: ReadContext,
): Promise<Outcome<undefined>> {
  return changeOf(room, owner, async (trx, emit) => {
    const row = await lockContext(trx, contextId(owner, id));
    if (row === undefined || row.deleted_ms !== null || row.object === null) return unknownContext(id);
    const merged = mergePatch(row.object as ScOptimisation, patch);
    const fields = new Set(Object.keys(patch));
    return storeContext(room, trx, owner, merged, read, fields, emit);
  });
}

async function storeContext(
  room: Room,
  trx: Trx,
  owner: Owner,
  object: ScOptimisation,
  read: ReadContext,
  changedFields: ReadonlySet<string> | undefined,
  emit: (trigger: PendingTrigger) => void,
): Promise<Outcome<undefined>> {
  const existing = await lockContext(trx, contextId(owner, object.id));
  const stored =
    existing && existing.deleted_ms === null && existing.object !== null
      ? (existing.object as ScOptimisation)
      : undefined;
  const fresh = decideLastUpdated(stored, object, room.clock.now());
  if (!fresh.ok) return fresh;
  if (fresh.data === 'ignore') {
    room.log.info(
      { context: object.id, lastUpdated: object.last_updated },
      'context push ignored: not newer than what is stored',
    );
    return NO_CHANGE;
  }
  const reading = read(object, await connectorPowers(trx, owner, object));
  if (!reading.ok) return reading;
  const series = changedFields
    ? Object.fromEntries(
        Object.entries(reading.data.series).filter(([kind]) =>
          changedFields.has(SERIES_FIELDS[kind as InputKind]),
        ),
      )
    : reading.data.series;
  return writeContext(
    room,
    trx,
    {
      owner,
      objectId: object.id,
      kind: 'ocpi',
      reading: { statics: reading.data.statics, series },
      object,
      lastUpdatedMs: validMs(object.last_updated),
      source: `peer:${owner.peerId}`,
    },
    emit,
  );
}

async function connectorPowers(trx: Trx, owner: Owner, object: ScOptimisation): Promise<KnownConnectorPower> {
  const keys = object.evses.map((evse) => evseKey({ locationId: evse.location_id, evseUid: evse.evse_uid }));
  const known = await knownConnectors(trx, { peerId: owner.peerId, party: ownerParty(owner) }, keys);
  return (evse, connectorId) => known.get(evseKey(evse))?.[folded(connectorId)]?.maxW;
}

/** DELETE: the context is gone; its sessions go on under the limit of their own EVSE. */
export function deleteContext(room: Room, owner: Owner, id: string): Promise<Outcome<undefined>> {
  return changeOf(room, owner, async (trx, emit) => {
    const gone = await retire(room, trx, owner, contextId(owner, id), emit);
    return gone ? NO_CHANGE : unknownContext(id);
  });
}

async function retire(
  room: Room,
  trx: Trx,
  owner: Owner,
  id: string,
  emit: (trigger: PendingTrigger) => void,
): Promise<boolean> {
  const row = await lockContext(trx, id);
  if (row === undefined || row.deleted_ms !== null) return false;
  await trx
    .updateTable('optimisation_context')
    .set({ deleted_ms: room.clock.now() })
    .where('id', '=', id)
    .execute();
  const members = await trx
    .deleteFrom('context_evse')
    .where('context_id', '=', id)
    .returning('evse_key')
    .execute();
  if (members.length > 0) {
    await moveToDefaults(
      room,
      trx,
      owner,
      id,
      members.map((member) => member.evse_key),
      emit,
    );
  }
  emit({ contextId: id, cause: 'static-inputs' });
  return true;
}

export async function getContext(room: Room, owner: Owner, id: string): Promise<Outcome<ScOptimisation>> {
  const row = await room.store.db
    .selectFrom('optimisation_context')
    .select('object')
    .where('id', '=', contextId(owner, id))
    .where('deleted_ms', 'is', null)
    .executeTakeFirst();
  return row?.object ? { ok: true, data: row.object as ScOptimisation } : unknownContext(id);
}

export function retireContextsExcept(
  room: Room,
  owner: Owner,
  ids: readonly string[],
  beforeMs: number,
): Promise<readonly string[]> {
  const kept = new Set(ids.map(folded));
  return changeOf(room, owner, async (trx, emit) => {
    const rows = await trx
      .selectFrom('optimisation_context')
      .select(['id', 'object_id', 'object_key'])
      .where('peer_id', '=', owner.peerId)
      .where('party', '=', ownerParty(owner))
      .where('kind', '=', 'ocpi')
      .where('deleted_ms', 'is', null)
      .where('updated_ms', '<', beforeMs)
      .execute();
    const retired: string[] = [];
    for (const row of rows) {
      if (kept.has(row.object_key)) continue;
      if (await retire(room, trx, owner, row.id, emit)) retired.push(row.object_id);
    }
    return retired;
  });
}

/** A context made by hand (UC-001), under the same rules as a pushed one. */
export function createContext(
  room: Room,
  owner: Owner,
  objectId: string,
  context: OperatorContext,
): Promise<Outcome<{ id: string }>> {
  const judged = judgePolicies(context.policies ?? []);
  if (!judged.ok) return Promise.resolve(judged);
  return changeOf(room, owner, (trx, emit) => createContextIn(room, trx, owner, objectId, context, emit));
}

/** The same as a part of a larger change; its policies are judged. */
export async function createContextIn(
  room: Room,
  trx: Trx,
  owner: Owner,
  objectId: string,
  context: OperatorContext,
  emit: (trigger: PendingTrigger) => void,
): Promise<Outcome<{ id: string }>> {
  const written = await writeContext(
    room,
    trx,
    {
      owner,
      objectId,
      kind: 'operator',
      reading: { statics: context.statics, series: {} },
      object: null,
      lastUpdatedMs: room.clock.now(),
      shadow: context.shadow,
      ...(context.policies === undefined ? {} : { policies: context.policies }),
      source: context.source ?? 'operator',
    },
    emit,
  );
  if (!written.ok) return written;
  return { ...written, data: { id: contextId(owner, objectId) } };
}

function unknownContext(id: string) {
  return refused('unknownObject', `No optimisation context ${id}; send it by PUT first`);
}
