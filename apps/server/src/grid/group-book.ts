import type { CapacityEnvelope } from '@smac/grid';
import { sql } from 'kysely';
import type { Store } from '../store/index.ts';
import type { GridGroup, GridSignal } from './grid.ts';

export interface GroupBook {
  load(): Promise<void>;
  list(): readonly GridGroup[];
  find(partnerId: string, groupId: string): GridGroup | undefined;
  put(group: GridGroup): Promise<void>;
  remove(partnerId: string, groupId: string): Promise<boolean>;
  /** The newest signal of each type. */
  signals(group: GridGroup): readonly GridSignal[];
  /** Resolves after the commit. */
  take(group: GridGroup, signal: GridSignal): Promise<void>;
}

/** Groups and the newest of what was said about each, in memory as they are in the database. */
export function createGroupBook({ db }: Store): GroupBook {
  const groups = new Map<string, GridGroup>();
  const signals = new Map<string, Map<string, GridSignal>>();
  /** Signals are kept in the order in which they came: what is newest here is newest in the database. */
  let turn: Promise<unknown> = Promise.resolve();
  const nameOf = (partnerId: string, groupId: string) => JSON.stringify([partnerId, groupId]);

  function note(partnerId: string, groupId: string, signal: GridSignal): void {
    const name = nameOf(partnerId, groupId);
    const known = signals.get(name) ?? new Map<string, GridSignal>();
    signals.set(name, known.set(signal.type, signal));
  }

  return {
    async load() {
      for (const row of await db.selectFrom('grid_group').selectAll().execute()) {
        groups.set(nameOf(row.partner_id, row.group_id), {
          partnerId: row.partner_id,
          groupId: row.group_id,
          contextId: row.context_id,
          ...(row.agreed_fallback_w === null ? {} : { fallbackW: row.agreed_fallback_w }),
        });
      }
      const newest = await db
        .selectFrom('grid_signal')
        .distinctOn(['partner_id', 'group_id', 'type'])
        .selectAll()
        .orderBy('partner_id')
        .orderBy('group_id')
        .orderBy('type')
        .orderBy('number', 'desc')
        .execute();
      for (const row of newest) {
        note(row.partner_id, row.group_id, {
          type: row.type,
          requestId: row.request_id,
          envelope: row.envelope as CapacityEnvelope,
        });
      }
    },
    list: () => [...groups.values()],
    find: (partnerId, groupId) => groups.get(nameOf(partnerId, groupId)),
    async put(group) {
      const row = { context_id: group.contextId, agreed_fallback_w: group.fallbackW ?? null };
      await db
        .insertInto('grid_group')
        .values({ partner_id: group.partnerId, group_id: group.groupId, ...row, counted: '{}' })
        .onConflict((conflict) => conflict.columns(['partner_id', 'group_id']).doUpdateSet(row))
        .execute();
      groups.set(nameOf(group.partnerId, group.groupId), group);
    },
    async remove(partnerId, groupId) {
      const name = nameOf(partnerId, groupId);
      if (!groups.has(name)) return false;
      for (const table of ['grid_signal', 'grid_group'] as const) {
        await db
          .deleteFrom(table)
          .where(sql<boolean>`partner_id = ${partnerId} and group_id = ${groupId}`)
          .execute();
      }
      signals.delete(name);
      return groups.delete(name);
    },
    signals: ({ partnerId, groupId }) => [...(signals.get(nameOf(partnerId, groupId))?.values() ?? [])],
    take(group, signal) {
      const taken = turn.then(() => keep(group, signal));
      turn = taken.catch(() => undefined);
      return taken;
    },
  };

  async function keep(group: GridGroup, signal: GridSignal): Promise<void> {
    await db
      .insertInto('grid_signal')
      .values({
        partner_id: group.partnerId,
        group_id: group.groupId,
        type: signal.type,
        request_id: signal.requestId,
        received_ms: signal.envelope.receivedMs,
        envelope: JSON.stringify(signal.envelope),
      })
      .execute();
    note(group.partnerId, group.groupId, signal);
  }
}
