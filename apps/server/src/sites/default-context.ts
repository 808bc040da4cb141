import type { ContextConnector, StaticInputs } from './context.ts';
import { type EvseRef, evseKey, type Owner, ownerParty } from './owner.ts';
import { knownConnectors } from './places.ts';
import type { PendingTrigger, Room, Trx } from './room.ts';

/** Power of a connector nobody described: the most a three-phase 32 A socket gives, the case that can break a limit. */
export const UNKNOWN_CONNECTOR_W = 22_080;

function defaultContextId(owner: Owner, key: string): string {
  return `${owner.peerId}/${ownerParty(owner)}/~evse/${key}`;
}

/**
 * The context of a single EVSE that no other context covers (D4.2-§3.3.4): its limit is what the EVSE can give, never "none".
 * Created when a session needs it; a context that names the EVSE takes its place.
 */
export async function ensureDefaultContext(
  room: Room,
  trx: Trx,
  owner: Owner,
  evse: EvseRef,
): Promise<string> {
  const key = evseKey(evse);
  const id = defaultContextId(owner, key);
  const nowMs = room.clock.now();
  const connectors = (
    await knownConnectors(trx, { peerId: owner.peerId, party: ownerParty(owner) }, [key])
  ).get(key);
  const members: ContextConnector[] = Object.entries(connectors ?? {}).map(([connectorId, connector]) => ({
    connectorId,
    chargeW: connector.maxW,
    dischargeW: 0,
  }));
  const maxImportW = members.length === 0 ? UNKNOWN_CONNECTOR_W : Math.max(...members.map((m) => m.chargeW));
  const statics: StaticInputs = {
    maxImportW,
    currency: 'EUR',
    evses: [{ locationId: evse.locationId, evseUid: evse.evseUid, connectors: members }],
  };
  await trx
    .insertInto('optimisation_context')
    .values({
      id,
      kind: 'default',
      peer_id: owner.peerId,
      party: ownerParty(owner),
      object_id: `~evse/${key}`,
      object_key: `~evse/${key}`,
      version: 1,
      shadow: false,
      statics: JSON.stringify(statics),
      object: null,
      last_updated_ms: nowMs,
      created_ms: nowMs,
      updated_ms: nowMs,
      deleted_ms: null,
    })
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet({
        statics: JSON.stringify(statics),
        updated_ms: nowMs,
        deleted_ms: null,
      }),
    )
    .execute();
  await trx
    .insertInto('context_evse')
    .values({ context_id: id, peer_id: owner.peerId, party: ownerParty(owner), evse_key: key, active: true })
    .onConflict((conflict) => conflict.columns(['context_id', 'evse_key']).doUpdateSet({ active: true }))
    .execute();
  return id;
}

/** Sessions on EVSEs that left a context go on under the limit of their EVSE, never unlimited (D4.2-§5.1.1.1-DEL). */
export async function moveToDefaults(
  room: Room,
  trx: Trx,
  owner: Owner,
  fromContextId: string,
  evseKeys: readonly string[],
  emit: (trigger: PendingTrigger) => void,
): Promise<void> {
  const sessions = await trx
    .selectFrom('charging_session')
    .select(['evse_key', 'location_id', 'evse_uid'])
    .where('context_id', '=', fromContextId)
    .where('live', '=', true)
    .where('evse_key', 'in', [...evseKeys])
    .execute();
  for (const { evse_key: key, location_id: locationId, evse_uid: evseUid } of sessions) {
    const id = await ensureDefaultContext(room, trx, owner, { locationId, evseUid });
    await trx
      .updateTable('charging_session')
      .set({ context_id: id })
      .where('context_id', '=', fromContextId)
      .where('evse_key', '=', key)
      .where('live', '=', true)
      .execute();
    emit({ contextId: id, cause: 'static-inputs' });
  }
}

/** Makes the context the one of these EVSEs: default contexts step back, live sessions move over. */
export async function adoptSessions(
  trx: Trx,
  owner: Owner,
  id: string,
  evseKeys: readonly string[],
  nowMs: number,
  emit: (trigger: PendingTrigger) => void,
): Promise<void> {
  if (evseKeys.length === 0) return;
  const at = { peer_id: owner.peerId, party: ownerParty(owner) };
  const retired = await trx
    .updateTable('context_evse')
    .set({ active: false })
    .where('peer_id', '=', at.peer_id)
    .where('party', '=', at.party)
    .where('evse_key', 'in', [...evseKeys])
    .where('active', '=', true)
    .returning('context_id')
    .execute();
  await trx
    .insertInto('context_evse')
    .values(evseKeys.map((key) => ({ context_id: id, ...at, evse_key: key, active: true })))
    .execute();
  await trx
    .updateTable('charging_session')
    .set({ context_id: id })
    .where('peer_id', '=', at.peer_id)
    .where('party', '=', at.party)
    .where('evse_key', 'in', [...evseKeys])
    .where('live', '=', true)
    .execute();
  for (const { context_id: retiredId } of retired) {
    await trx
      .updateTable('optimisation_context')
      .set({ deleted_ms: nowMs })
      .where('id', '=', retiredId)
      .where('kind', '=', 'default')
      .execute();
    emit({ contextId: retiredId, cause: 'session-stop' });
  }
}
