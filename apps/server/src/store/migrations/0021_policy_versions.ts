import type { Kysely } from 'kysely';

/** The calendar of services as it was in each version; null in versions from before it was kept. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('context_version').addColumn('policies', 'jsonb').execute();
}
