import type { Kysely } from 'kysely';

/** The last reading of the meter at each supply point: a server that restarts knows it, and how old it is. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('dispatch_supply_meter')
    .addColumn('context_id', 'text', (c) => c.primaryKey())
    .addColumn('power_w', 'double precision', (c) => c.notNull())
    .addColumn('base_w', 'double precision', (c) => c.notNull())
    .addColumn('at_ms', 'bigint', (c) => c.notNull())
    .addColumn('until_ms', 'bigint', (c) => c.notNull())
    .execute();
}
