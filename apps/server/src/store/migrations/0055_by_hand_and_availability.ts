import type { Kysely } from 'kysely';

/** Profiles that people gave to stations, with who did; and when stations were reachable. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('station_hand_made')
    .addColumn('station_id', 'text', (c) => c.notNull().references('station.id').onDelete('cascade'))
    .addColumn('profile_id', 'bigint', (c) => c.notNull())
    .addColumn('evse_id', 'integer', (c) => c.notNull())
    .addColumn('profile', 'jsonb', (c) => c.notNull())
    .addColumn('set_by', 'text', (c) => c.notNull())
    .addColumn('set_ms', 'bigint', (c) => c.notNull())
    .addColumn('awaits_transaction', 'boolean', (c) => c.notNull())
    .addPrimaryKeyConstraint('station_hand_made_key', ['station_id', 'profile_id'])
    .execute();
  await db.schema
    .createTable('station_uptime')
    .addColumn('station_id', 'text', (c) => c.notNull().references('station.id').onDelete('cascade'))
    .addColumn('generation', 'integer', (c) => c.notNull())
    .addColumn('from_ms', 'bigint', (c) => c.notNull())
    .addColumn('until_ms', 'bigint')
    .addPrimaryKeyConstraint('station_uptime_key', ['station_id', 'generation'])
    .execute();
}
