import type { Kysely } from 'kysely';

/** Who set a charging profile of an own session over OCPI, and which: a restart forgets neither. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('cpo_profile')
    .addColumn('session_id', 'text', (c) => c.primaryKey())
    .addColumn('peer_id', 'text', (c) => c.notNull())
    .addColumn('country_code', 'text', (c) => c.notNull())
    .addColumn('party_id', 'text', (c) => c.notNull())
    .addColumn('profile', 'jsonb', (c) => c.notNull())
    .addColumn('set_ms', 'bigint', (c) => c.notNull())
    .execute();
}
