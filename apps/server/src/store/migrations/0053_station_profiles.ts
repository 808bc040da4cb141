import { type Kysely, sql } from 'kysely';

/** Charging profiles that own stations were given, and what they said about them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('station_profile')
    .addColumn('station_id', 'text', (c) => c.notNull())
    .addColumn('profile_id', 'bigint', (c) => c.notNull())
    .addColumn('evse_id', 'integer', (c) => c.notNull())
    .addColumn('purpose', 'text', (c) => c.notNull())
    .addColumn('transaction_id', 'text')
    .addColumn('state', 'text', (c) =>
      c.notNull().check(sql`state in ('sent', 'accepted', 'refused', 'unknown')`),
    )
    .addColumn('profile', 'jsonb', (c) => c.notNull())
    .addColumn('plan', 'jsonb')
    .addColumn('detail', 'text')
    .addColumn('set_ms', 'bigint', (c) => c.notNull())
    .addColumn('answered_ms', 'bigint')
    .addPrimaryKeyConstraint('station_profile_key', ['station_id', 'profile_id'])
    .execute();
  await db.schema
    .createTable('station_drift')
    .addColumn('station_id', 'text', (c) => c.notNull())
    .addColumn('evse_id', 'integer', (c) => c.notNull())
    .addColumn('read_ms', 'bigint', (c) => c.notNull())
    .addColumn('largest_w', 'double precision', (c) => c.notNull())
    .addColumn('expected', 'jsonb', (c) => c.notNull())
    .addColumn('reported', 'jsonb', (c) => c.notNull())
    .addPrimaryKeyConstraint('station_drift_key', ['station_id', 'evse_id'])
    .execute();
}
