import { type Outcome, refused } from '@smac/ocpi';
import { emitBelow, lockContext } from './context-write.ts';
import { judgePolicies, replacePolicies } from './policies.ts';
import { change, type Room } from './room.ts';
import type { SeriesKind, SeriesSlot } from './series.ts';
import { MAX_SERIES_SLOTS, seriesCause, writeSeries } from './series-store.ts';
import type { ServicePolicy } from './service-policy.ts';

const DONE = { ok: true, data: undefined } as const;

/** Values by hand or from a file (X17). Refuses what is not a series: no length, not finite, negative where no sign is allowed. */
export function putSeries(
  room: Room,
  contextId: string,
  kind: SeriesKind,
  slots: readonly SeriesSlot[],
  options: { readonly source: string; readonly validUntilMs?: number },
): Promise<Outcome<undefined>> {
  const wrong = wrongSlot(kind, slots);
  if (wrong) return Promise.resolve(refused('invalidParameters', wrong));
  return change(room, async (trx, emit) => {
    const row = await lockContext(trx, contextId);
    if (row === undefined || row.deleted_ms !== null) return unknown(contextId);
    await writeSeries(trx, {
      contextId,
      kind,
      slots,
      source: options.source,
      nowMs: room.clock.now(),
      ...(options.validUntilMs === undefined ? {} : { validUntilMs: options.validUntilMs }),
    });
    emit({ contextId, cause: seriesCause(kind) });
    if (kind.startsWith('grid_')) {
      await emitBelow(trx, { peerId: row.peer_id, party: row.party }, row.object_id, emit);
    }
    return DONE;
  });
}

function wrongSlot(kind: SeriesKind, slots: readonly SeriesSlot[]): string | undefined {
  if (slots.length > MAX_SERIES_SLOTS) return `slots: at most ${MAX_SERIES_SLOTS}, got ${slots.length}`;
  const signed = kind === 'price' || kind === 'export_price' || kind === 'flex';
  for (const [index, slot] of slots.entries()) {
    if (!Number.isFinite(slot.value) || !Number.isFinite(slot.startMs)) {
      return `slots[${index}]: value and start must be finite numbers`;
    }
    if (!(slot.durationMs > 0)) return `slots[${index}]: must last longer than 0 ms, got ${slot.durationMs}`;
    if (!signed && slot.value < 0)
      return `slots[${index}].value: ${kind} must not be negative, got ${slot.value}`;
  }
  return undefined;
}

/** Shadow mode: plan and show, send nothing. */
export function setShadow(room: Room, contextId: string, shadow: boolean): Promise<Outcome<undefined>> {
  return change(room, async (trx, emit) => {
    const row = await lockContext(trx, contextId);
    if (row === undefined || row.deleted_ms !== null) return unknown(contextId);
    await trx.updateTable('optimisation_context').set({ shadow }).where('id', '=', contextId).execute();
    emit({ contextId, cause: 'static-inputs' });
    return DONE;
  });
}

/** Calendar of services per EVSE (US-BCN-strategy); replaces the one before and makes a new version of the context. */
export function setServicePolicies(
  room: Room,
  contextId: string,
  policies: readonly ServicePolicy[],
): Promise<Outcome<undefined>> {
  const judged = judgePolicies(policies);
  if (!judged.ok) return Promise.resolve(judged);
  return change(room, async (trx, emit) => {
    const row = await lockContext(trx, contextId);
    if (row === undefined || row.deleted_ms !== null) return unknown(contextId);
    if (!(await replacePolicies(trx, contextId, policies))) return DONE;
    const version = row.version + 1;
    await trx
      .updateTable('optimisation_context')
      .set({ version, updated_ms: room.clock.now() })
      .where('id', '=', contextId)
      .execute();
    await trx
      .insertInto('context_version')
      .values({
        context_id: contextId,
        version,
        statics: JSON.stringify(row.statics),
        policies: JSON.stringify(policies),
        source: 'operator',
        at_ms: room.clock.now(),
      })
      .execute();
    emit({ contextId, cause: 'static-inputs' });
    return DONE;
  });
}

function unknown(contextId: string) {
  return refused('unknownObject', `No optimisation context ${contextId}`);
}
