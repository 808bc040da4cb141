import type { Selectable } from 'kysely';
import type { OptimisationContextTable } from '../store/tables/sites.ts';
import type { ContextState, StaticInputs } from './context.ts';
import type { Trx } from './room.ts';

export function contextOf(row: Selectable<OptimisationContextTable>): ContextState {
  return {
    id: row.id,
    kind: row.kind,
    peerId: row.peer_id,
    party: row.party,
    objectId: row.object_id,
    version: row.version,
    shadow: row.shadow,
    statics: row.statics as StaticInputs,
    updatedMs: row.updated_ms,
  };
}

/** Those of these contexts that are there, by id. */
export async function readContexts(
  db: Pick<Trx, 'selectFrom'>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, ContextState>> {
  const rows = await db
    .selectFrom('optimisation_context')
    .selectAll()
    .where('id', 'in', [...new Set(ids)])
    .where('deleted_ms', 'is', null)
    .execute();
  return new Map(rows.map((row) => [row.id, contextOf(row)]));
}
