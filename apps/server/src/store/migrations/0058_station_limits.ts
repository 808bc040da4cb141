import type { Kysely } from 'kysely';

/** What stations said of limits they got from elsewhere, so that cars that come later, and a restart, know them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('station_limit')
    .addColumn('station_id', 'text', (c) => c.notNull())
    .addColumn('evse_id', 'integer', (c) => c.notNull())
    .addColumn('source', 'text', (c) => c.notNull())
    .addColumn('is_local_generation', 'boolean', (c) => c.notNull())
    .addColumn('steps', 'jsonb', (c) => c.notNull())
    .addColumn('until_ms', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('station_limit_key', ['station_id', 'evse_id', 'source', 'is_local_generation'])
    .execute();
}
