import type { Kysely } from 'kysely';

/** The fuse of a station that is smaller than all its EVSEs together. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('network_evse').addColumn('station_fuse_a', 'integer').execute();
}
