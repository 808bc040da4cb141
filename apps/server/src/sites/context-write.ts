import { type Outcome, refused, type ScOptimisation } from '@smac/ocpi';
import type { ContextEvse, ContextKind, ContextReading, StaticInputs } from './context.ts';
import { adoptSessions, moveToDefaults } from './default-context.ts';
import { evseKey, folded, type Owner, ownerParty } from './owner.ts';
import { policiesOf, replacePolicies } from './policies.ts';
import type { PendingTrigger, Room, Trx } from './room.ts';
import type { SeriesKind } from './series.ts';
import { seriesCause, writeSeries } from './series-store.ts';
import type { ServicePolicy } from './service-policy.ts';

/** Id of a context as the platform names it; stable over deletion and return. */
export function contextId(owner: Owner, objectId: string): string {
  return `${owner.peerId}/${ownerParty(owner)}/${encodeURIComponent(folded(objectId))}`;
}

export interface ContextWrite {
  readonly owner: Owner;
  readonly objectId: string;
  readonly kind: ContextKind;
  readonly reading: ContextReading;
  readonly object: ScOptimisation | null;
  readonly lastUpdatedMs: number;
  readonly shadow?: boolean;
  /** Calendar of services; absent = as it is. */
  readonly policies?: readonly ServicePolicy[];
  readonly source: string;
}

/** Row of a context with the lock that serialises its changes. */
export function lockContext(trx: Trx, id: string) {
  return trx
    .selectFrom('optimisation_context')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
}

/**
 * Stores static inputs, membership and series of a context. Refuses when an EVSE is in another active context (X44), when an EVSE is
 * named twice, or when the parent is unknown or would close a circle.
 */
export async function writeContext(
  room: Room,
  trx: Trx,
  write: ContextWrite,
  emit: (trigger: PendingTrigger) => void,
): Promise<Outcome<undefined>> {
  const id = contextId(write.owner, write.objectId);
  const nowMs = room.clock.now();
  const { statics } = write.reading;
  const twice = doubledEvse(statics.evses);
  if (twice) return refused('invalidParameters', `evses: ${twice} is listed twice; list every EVSE once`);
  const parent = await judgeParent(trx, write.owner, id, statics.parentId);
  if (!parent.ok) return parent;
  const taken = await evseInAnotherContext(trx, write.owner, id, statics.evses);
  if (taken) {
    return refused(
      'invalidParameters',
      `evses: ${taken.evse} is already in context ${taken.objectId}; remove it there first (an EVSE is in one context at most)`,
    );
  }
  const existing = await lockContext(trx, id);
  const replaced = write.policies !== undefined && (await replacePolicies(trx, id, write.policies));
  const changed =
    existing === undefined ||
    existing.deleted_ms !== null ||
    replaced ||
    !sameJson(existing.statics, statics);
  const version = (existing?.version ?? 0) + (changed ? 1 : 0);
  const row = {
    kind: write.kind,
    peer_id: write.owner.peerId,
    party: ownerParty(write.owner),
    object_id: write.objectId,
    object_key: folded(write.objectId),
    version,
    shadow: write.shadow ?? existing?.shadow ?? false,
    statics: JSON.stringify(statics),
    object: write.object === null ? null : JSON.stringify(write.object),
    last_updated_ms: write.lastUpdatedMs,
    updated_ms: nowMs,
    deleted_ms: null,
  };
  await trx
    .insertInto('optimisation_context')
    .values({ id, created_ms: nowMs, ...row })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
    .execute();
  if (changed) {
    await trx
      .insertInto('context_version')
      .values({
        context_id: id,
        version,
        statics: row.statics,
        policies: JSON.stringify(await policiesOf(trx, id)),
        source: write.source,
        at_ms: nowMs,
      })
      .execute();
    await writeMembers(room, trx, write.owner, id, statics, emit);
    emit({ contextId: id, cause: 'static-inputs' });
    await emitBelow(trx, stored(write.owner), write.objectId, emit);
  }
  for (const [kind, slots] of Object.entries(write.reading.series)) {
    const seriesKind = kind as SeriesKind;
    const series = { contextId: id, kind: seriesKind, slots, source: write.source, nowMs };
    if (!(await writeSeries(trx, series))) continue;
    emit({ contextId: id, cause: seriesCause(seriesKind) });
    if (seriesKind !== 'price') await emitBelow(trx, stored(write.owner), write.objectId, emit);
  }
  return existing === undefined || existing.deleted_ms !== null
    ? { ok: true, data: undefined, created: true }
    : { ok: true, data: undefined };
}

function doubledEvse(evses: readonly ContextEvse[]): string | undefined {
  const seen = new Set<string>();
  for (const evse of evses) {
    const key = evseKey(evse);
    if (seen.has(key)) return `${evse.locationId}/${evse.evseUid}`;
    seen.add(key);
  }
  return undefined;
}

async function evseInAnotherContext(
  trx: Trx,
  owner: Owner,
  id: string,
  evses: readonly ContextEvse[],
): Promise<{ evse: string; objectId: string } | undefined> {
  if (evses.length === 0) return undefined;
  const row = await trx
    .selectFrom('context_evse')
    .innerJoin('optimisation_context', 'optimisation_context.id', 'context_evse.context_id')
    .select(['context_evse.evse_key', 'optimisation_context.object_id'])
    .where('context_evse.active', '=', true)
    .where('context_evse.peer_id', '=', owner.peerId)
    .where('context_evse.party', '=', ownerParty(owner))
    .where('context_evse.evse_key', 'in', evses.map(evseKey))
    .where('context_evse.context_id', '<>', id)
    .where('optimisation_context.kind', '<>', 'default')
    .executeTakeFirst();
  return row && { evse: row.evse_key, objectId: row.object_id };
}

async function judgeParent(
  trx: Trx,
  owner: Owner,
  id: string,
  parentId: string | undefined,
): Promise<Outcome<undefined>> {
  let above = parentId;
  const seen = new Set([id]);
  while (above !== undefined) {
    const aboveId = contextId(owner, above);
    if (seen.has(aboveId)) {
      return refused('invalidParameters', `parent_id: ${parentId} would make the context its own parent`);
    }
    seen.add(aboveId);
    const row = await trx
      .selectFrom('optimisation_context')
      .select(['statics', 'deleted_ms'])
      .where('id', '=', aboveId)
      .executeTakeFirst();
    if (row === undefined || row.deleted_ms !== null) {
      return refused(
        'invalidParameters',
        `parent_id: ${above} is not a known context; send the parent first`,
      );
    }
    above = (row.statics as StaticInputs).parentId;
  }
  return { ok: true, data: undefined };
}

async function writeMembers(
  room: Room,
  trx: Trx,
  owner: Owner,
  id: string,
  statics: StaticInputs,
  emit: (trigger: PendingTrigger) => void,
): Promise<void> {
  const keys = statics.evses.map(evseKey);
  const before = await trx
    .selectFrom('context_evse')
    .select('evse_key')
    .where('context_id', '=', id)
    .where('active', '=', true)
    .execute();
  const gone = before.map((row) => row.evse_key).filter((key) => !keys.includes(key));
  await trx.deleteFrom('context_evse').where('context_id', '=', id).execute();
  if (gone.length > 0) await moveToDefaults(room, trx, owner, id, gone, emit);
  await adoptSessions(trx, owner, id, keys, room.clock.now(), emit);
}

/** A change of a limit or of base load above also concerns the contexts below. */
function stored(owner: Owner): { readonly peerId: string; readonly party: string } {
  return { peerId: owner.peerId, party: ownerParty(owner) };
}

/** A limit above a context is a limit of it (X44). */
export async function emitBelow(
  trx: Trx,
  owner: { readonly peerId: string; readonly party: string },
  objectId: string,
  emit: (trigger: PendingTrigger) => void,
): Promise<void> {
  const rows = await trx
    .selectFrom('optimisation_context')
    .select(['id', 'statics'])
    .where('peer_id', '=', owner.peerId)
    .where('party', '=', owner.party)
    .where('deleted_ms', 'is', null)
    .where('kind', '<>', 'default')
    .execute();
  for (const row of rows) {
    if (folded((row.statics as StaticInputs).parentId ?? '') === folded(objectId)) {
      emit({ contextId: row.id, cause: 'static-inputs' });
    }
  }
}

function sameJson(a: unknown, b: unknown): boolean {
  return canonicalJson(a) === canonicalJson(b);
}

/** Keys sorted: jsonb does not keep their order. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
