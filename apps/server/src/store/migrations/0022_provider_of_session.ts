import type { Kysely } from 'kysely';

/** Who plans a session, as its driver chose (D1.5-§1.1-2); null: nobody chose. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('charging_session').addColumn('provider', 'text').execute();
}
