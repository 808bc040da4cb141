import type { Kysely } from 'kysely';

/** Where the EVSEs of own stations stand, in the words of OCPI. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('network_evse')
    .addColumn('station_id', 'text', (c) => c.notNull())
    .addColumn('evse_id', 'integer', (c) => c.notNull())
    .addColumn('location_id', 'text', (c) => c.notNull())
    .addColumn('evse_uid', 'text', (c) => c.notNull())
    .addColumn('connectors', 'jsonb', (c) => c.notNull())
    .addColumn('first_phase', 'integer', (c) => c.notNull())
    .addColumn('created_ms', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('network_evse_key', ['station_id', 'evse_id'])
    .addUniqueConstraint('network_evse_uid', ['location_id', 'evse_uid'])
    .execute();
}
