import type { Selectable } from 'kysely';
import type { OptimisationContextTable } from '../store/tables/sites.ts';
import type { ContextState, StaticInputs } from './context.ts';

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
